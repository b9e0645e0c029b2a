"""The version of the app: that of CHANGELOG.md's latest release, or of the next one on the main branch."""

VERSION = "0.3.0"
