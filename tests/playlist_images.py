"""Playlist images for tests: covers and a listener's own image."""

from tests.images import load_cover_jpeg

# Songs of four albums, of which Spotify composes a mosaic.
MOSAIC = ["Purr", "Neap", "Redshift", "Shovel"]

COVER, OTHER_COVER, OWN = (load_cover_jpeg(name) for name in ("astronaut", "motorcycle_left", "chelsea"))
