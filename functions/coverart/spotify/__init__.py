"""Spotify: the Web API, OAuth, response models and errors."""
