"""Eight invented listeners and what they hear, read from tastes.toml: for the gallery, the documents and the tests."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from coverart.models import Song
from coverart.store.keys import artwork_key
from scripts.standins import artwork
from scripts.standins.catalogue import Artwork, spotify_id

LISTENER = "gallery"
_PIXELS = 640


@dataclass(frozen=True, eq=False)
class DemoTaste:
    """`title`: a playlist's name. `artworks`: album id -> how its artwork is made; `songs`: what fetch gives."""

    name: str
    title: str
    songs: tuple[Song, ...]
    artworks: Mapping[str, Artwork]

    def jpeg(self, album_id: str) -> bytes:
        """The artwork as Spotify would serve it."""
        return artwork.jpeg(self.artworks[album_id], _PIXELS)

    def stored(self, key: str) -> bytes:
        """The artwork under a song's key. Raises KeyError."""
        return self.jpeg({song.artwork: song.album_id for song in self.songs}[key])


@cache
def tastes() -> tuple[DemoTaste, ...]:
    read = tomllib.loads(Path(__file__).with_name("tastes.toml").read_text(encoding="utf-8"))
    return tuple(_taste(entry) for entry in read["tastes"])


def _taste(entry: dict) -> DemoTaste:
    songs, artworks = [], {}
    for rank, told in enumerate(entry["songs"], start=1):
        album_id = spotify_id("album", f"{entry['name']}: {told['album']}")
        made = told.pop("artwork")
        artworks[album_id] = Artwork(**{**made, **({"inks": tuple(made["inks"])} if "inks" in made else {})})
        songs.append(
            Song(
                rank=rank,
                album_id=album_id,
                album_url=f"https://open.spotify.com/album/{album_id}",
                artwork=artwork_key(LISTENER, album_id),
                **told,
            )
        )
    return DemoTaste(entry["name"], entry["title"], tuple(songs), artworks)
