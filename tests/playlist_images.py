"""Playlist images for tests: covers and a listener's own image."""

from tests.images import encode, load_photo

# Songs of four albums, of which Spotify composes a mosaic.
MOSAIC = ["Purr", "Neap", "Redshift", "Shovel"]

COVER, OTHER_COVER, OWN = (
    encode(load_photo(name).resize((300, 300)), quality=90) for name in ("astronaut", "motorcycle_left", "chelsea")
)
