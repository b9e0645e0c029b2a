"""The music of the fake Spotify: fictional artists, albums, songs and playlists, read from catalog.toml."""

import hashlib
import string
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

_ALPHABET = string.digits + string.ascii_letters
_TOP_ARTISTS = 12
RANGES = ("short_term", "medium_term", "long_term")


def spotify_id(kind: str, name: str) -> str:
    """Return 22 characters of base 62, as Spotify's ids are; the same for the same name."""
    number = int.from_bytes(hashlib.sha256(f"{kind}:{name}".encode()).digest()[:16], "big")
    return "".join(_ALPHABET[number // 62**place % 62] for place in reversed(range(22)))


@dataclass(frozen=True)
class Artwork:
    """How to cut an album's artwork from a photograph; catalog.toml explains the fields.

    `drawing`: a drawing instead, with `inks` (scripts.fakes.drawings).
    """

    picture: str = ""
    at: float = 0.5
    zoom: float = 1
    whole: str | None = None
    inks: tuple[str, ...] = ()
    drawing: str = ""


@dataclass(frozen=True)
class Album:
    """`artwork` describes it, or names its defect."""

    id: str
    name: str
    released: str
    artwork: Artwork | str
    artist: "Artist"
    tracks: tuple[str, ...]


@dataclass(frozen=True)
class Artist:
    """`shortest_range`: the shortest time range whose top songs contain one of this artist's, or "never"."""

    id: str
    name: str
    genres: tuple[str, ...]
    shortest_range: str


@dataclass(frozen=True)
class Song:
    """`number` is the place on the album, from 1."""

    id: str
    name: str
    number: int
    album: Album


@dataclass(frozen=True)
class Playlist:
    """An entry is a Song, or "null", "local" or "episode"."""

    id: str
    name: str
    description: str
    owner: str
    hidden: bool
    entries: tuple[Song | str, ...]


@dataclass(frozen=True)
class Catalog:
    """Everything by its id. `top_artists`: the most played first."""

    artists: dict[str, Artist]
    albums: dict[str, Album]
    songs: dict[str, Song]
    playlists: dict[str, Playlist]
    top_artists: tuple[Artist, ...]

    def find_songs(self, artist_id: str) -> list[Song]:
        return [song for song in self.songs.values() if song.album.artist.id == artist_id]

    def top_songs(self, time_range: str) -> list[Song]:
        """Return two songs of each artist whose shortest range is this one or a shorter one."""
        ranges = RANGES[: RANGES.index(time_range) + 1]
        artists = [artist for artist in self.top_artists if artist.shortest_range in ranges]
        return [song for place in range(2) for artist in artists for song in self.find_songs(artist.id)[place:][:1]]


@cache
def load_catalog() -> Catalog:
    document = tomllib.loads(Path(__file__).with_name("catalog.toml").read_text(encoding="utf-8"))
    artists, albums = [], []
    for entry in document["artists"]:
        name = entry["name"]
        artist = Artist(spotify_id("artist", name), name, tuple(entry["genres"]), entry["shortest_range"])
        artists.append(artist)
        for album in entry["albums"]:
            title, tracks = album["name"], tuple(album["tracks"])
            album_id = spotify_id("album", title)
            albums.append(Album(album_id, title, album["released"], read_artwork(album), artist, tracks))
    broken = Artist(spotify_id("artist", "The Broken Sleeves"), "The Broken Sleeves", ("noise",), "never")
    songs = {song.name: song for album in albums for song in _list_songs(album)}
    playlists = [_read_playlist(entry, songs, broken) for entry in document["playlists"]]
    all_songs = [*songs.values(), *(e for p in playlists for e in p.entries if isinstance(e, Song))]
    return Catalog(
        artists={artist.id: artist for artist in [*artists, broken]},
        albums={song.album.id: song.album for song in all_songs},
        songs={song.id: song for song in all_songs},
        playlists={playlist.id: playlist for playlist in playlists},
        top_artists=tuple(artists[:_TOP_ARTISTS]),
    )


def read_artwork(entry: Mapping[str, Any]) -> Artwork:
    """Read the fields of an Artwork from a table of TOML; ignore other keys."""
    fields = {name: entry[name] for name in ("picture", "at", "zoom", "whole", "drawing") if name in entry}
    return Artwork(**fields, inks=tuple(entry.get("inks", ())))


def _list_songs(album: Album) -> list[Song]:
    return [Song(spotify_id("track", name), name, number, album) for number, name in enumerate(album.tracks, start=1)]


def _read_playlist(entry: Mapping[str, Any], songs: Mapping[str, Song], broken: Artist) -> Playlist:
    """Read a playlist; the albums with broken artwork are by the artist `broken`."""
    entries: list[Song | str] = []
    for name in entry["songs"]:
        if name.startswith("(broken:"):
            defect = name.removeprefix("(broken:").removesuffix(")")
            title = f"Broken: {defect}"
            album = Album(spotify_id("album", name), title, "2001", defect, broken, (f"Song of {defect}",))
            entries += _list_songs(album)
        elif name.startswith("*"):
            entries += [song for song in songs.values() if song.album.name == name[1:]]
        else:
            entries.append(name[1:-1] if name.startswith("(") else songs[name])
    playlist_id, description = spotify_id("playlist", entry["slug"]), entry.get("description", "")
    owner, hidden = entry.get("owner", "demo"), entry.get("hidden", False)
    return Playlist(playlist_id, entry["name"], description, owner, hidden, tuple(entries))
