"""Sixteen fictional listeners and their songs, read from tastes.toml, for the gallery, the documentation and tests."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from PIL import Image

from coverart.models import Song
from coverart.store.keys import artwork_key
from scripts.fakes import artwork
from scripts.fakes.catalog import Artwork, read_artwork, spotify_id

LISTENER = "gallery"
_SIDE_PIXELS = 640


@dataclass(frozen=True, eq=False)
class DemoTaste:
    """`title`: a playlist's name. `songs`: what the fetch step returns. `artworks`: by album id."""

    name: str
    title: str
    songs: tuple[Song, ...]
    artworks: Mapping[str, Artwork]

    def render_artwork(self, album_id: str) -> bytes:
        """Return the JPEG that Spotify would serve."""
        return artwork.render_jpeg(self.artworks[album_id], _SIDE_PIXELS)

    def render_mosaic(self) -> Image.Image:
        """Return what Spotify shows for such a playlist: the artwork of its first four albums."""
        return artwork.render_mosaic([*self.artworks.values()][:4], _SIDE_PIXELS)

    def get_artwork(self, key: str) -> bytes:
        """Return the JPEG under the S3 key of a song's artwork. Raises KeyError where there is no such song."""
        return self.render_artwork({song.artwork: song.album_id for song in self.songs}[key])


@cache
def load_tastes() -> tuple[DemoTaste, ...]:
    """Return the listeners in the order of the file."""
    document = tomllib.loads(Path(__file__).with_name("tastes.toml").read_text(encoding="utf-8"))
    return tuple(_read_taste(entry) for entry in document["tastes"])


def find_taste(name: str) -> DemoTaste:
    return next(taste for taste in load_tastes() if taste.name == name)


def _read_taste(entry: Mapping[str, Any]) -> DemoTaste:
    songs, artworks = [], {}
    for rank, fields in enumerate(entry["songs"], start=1):
        album_id = spotify_id("album", f"{entry['name']}: {fields['album']}")
        artworks[album_id] = read_artwork(fields["artwork"])
        song = {
            **fields,
            "rank": rank,
            "album_id": album_id,
            "album_url": f"https://open.spotify.com/album/{album_id}",
            "artwork": artwork_key(LISTENER, album_id),
        }
        songs.append(Song.model_validate(song))
    return DemoTaste(entry["name"], entry["title"], tuple(songs), artworks)
