"""Replaces the package redis, from which spotipy imports one error for a cache that is not used here.

The real package has 60 modules, a third of what such a function imports.
"""


class RedisError(Exception):
    """Never raised."""
