"""The page and the API."""

import coverart  # noqa: F401  # switches garbage collection off before the packages of app.py are imported
