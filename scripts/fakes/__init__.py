"""Fakes of Spotify, OpenAI and MusicBrainz, served over HTTP on loopback."""
