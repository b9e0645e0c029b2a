"""Invented music that comes with the app, for a cover without Spotify."""

from dataclasses import dataclass

from PIL import Image, ImageDraw

from coverart.aws.s3 import Bucket
from coverart.images.jpeg import encode_image
from coverart.models import FetchResult, Song
from coverart.store.keys import artwork_key

_TITLE = "Sample music"
_ARTWORK_PIXELS = 640


@dataclass(frozen=True)
class _Album:
    artist: str
    title: str
    track: str
    genres: tuple[str, ...]
    year: int
    colors: tuple[str, str, str]


_ALBUMS = (
    _Album(
        "Harbor Lanterns", "Low Tide Radio", "Ferry Lights", ("dream pop",), 2014, ("#16324f", "#f2c14e", "#e4572e")
    ),
    _Album("Tessellate", "Glass Arcade", "Neon Orchard", ("synthwave",), 1986, ("#2d1e5f", "#ff6f91", "#5ce1e6")),
    _Album("The Copper Hours", "Slow Mornings", "Windowsill", ("folk",), 1973, ("#7a4419", "#d9ae61", "#f3e9d2")),
    _Album("Ida Marlow Trio", "Corner Table", "Late Again", ("jazz",), 1961, ("#0f2a3d", "#c8553d", "#f2e3bc")),
)


def save_sample_music(bucket: Bucket, listener_id: str) -> FetchResult:
    """Store the albums' artwork, three colors in circles, as fetch stores downloads, and return their songs."""
    songs = []
    for rank, album in enumerate(_ALBUMS, start=1):
        album_id = f"sample{rank}"
        key = artwork_key(listener_id, album_id)
        if not bucket.exists(key):
            bucket.put(key, _draw_artwork(album.colors), "image/jpeg")
        songs.append(
            Song(
                rank=rank,
                artist=album.artist,
                genres=list(album.genres),
                track=album.track,
                album=album.title,
                album_id=album_id,
                album_url="",
                year=album.year,
                artwork=key,
            )
        )
    return FetchResult(songs=songs, title=_TITLE, left_out=[])


def _draw_artwork(colors: tuple[str, str, str]) -> bytes:
    """Return a JPEG of 640x640 pixels: nested circles on a ground."""
    ground, outer, inner = colors
    image = Image.new("RGB", (_ARTWORK_PIXELS, _ARTWORK_PIXELS), ground)
    draw = ImageDraw.Draw(image)
    center = _ARTWORK_PIXELS // 2
    for radius, color in ((250, outer), (150, inner), (60, ground)):
        draw.ellipse((center - radius, center - radius, center + radius, center + radius), fill=color)
    return encode_image(image, "JPEG", quality=90)
