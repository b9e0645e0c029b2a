"""Checks of the built layers against Lambda's runtime and limits."""
