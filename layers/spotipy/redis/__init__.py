"""Stands in for the package of this name, of which spotipy imports one error, for a cache that is not used here.

The whole of it is 60 modules, and a third of what such a function imports.
"""


class RedisError(Exception):
    pass
