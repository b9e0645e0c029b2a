"""The stand-in's music: fictional artists, albums, songs and playlists, read from catalogue.toml."""

import hashlib
import string
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_ALPHABET = string.digits + string.ascii_letters
TOP_ARTISTS = 12
RANGES = ("short_term", "medium_term", "long_term")


def spotify_id(kind: str, name: str) -> str:
    """22 characters of base 62, as Spotify's ids are; always the same for the same name."""
    number = int.from_bytes(hashlib.sha256(f"{kind}:{name}".encode()).digest()[:16], "big")
    digits = []
    for _ in range(22):
        number, digit = divmod(number, 62)
        digits.append(_ALPHABET[digit])
    return "".join(reversed(digits))


@dataclass(frozen=True)
class Artwork:
    """How an album's artwork is cut from a photograph; see catalogue.toml."""

    picture: str
    at: float = 0.5
    zoom: float = 1
    whole: str | None = None
    inks: tuple[str, str] | None = None


@dataclass(frozen=True)
class Album:
    """`artwork` is the way it is made, or the name of the way it is broken."""

    id: str
    name: str
    released: str
    artwork: Artwork | str
    artist: "Artist"
    tracks: tuple[str, ...]


@dataclass(frozen=True)
class Artist:
    id: str
    name: str
    genres: tuple[str, ...]
    heard: str


@dataclass(frozen=True)
class Song:
    id: str
    name: str
    number: int
    album: Album


@dataclass(frozen=True)
class Playlist:
    """An entry is a Song, or "null", "local", "episode"."""

    id: str
    name: str
    description: str
    owner: str
    hidden: bool
    entries: tuple[Song | str, ...]


@dataclass(frozen=True)
class Catalogue:
    """`top_artists`: the most heard first."""

    artists: dict[str, Artist]
    albums: dict[str, Album]
    songs: dict[str, Song]
    playlists: dict[str, Playlist]
    top_artists: tuple[Artist, ...]

    def songs_of(self, artist_id: str) -> list[Song]:
        return [song for song in self.songs.values() if song.album.artist.id == artist_id]

    def top_songs(self, time_range: str) -> list[Song]:
        """Two songs of each artist that this time range, or a shorter one, knows."""
        known = RANGES[: RANGES.index(time_range) + 1]
        heard = [artist for artist in self.top_artists if artist.heard in known]
        return [song for place in range(2) for artist in heard for song in self.songs_of(artist.id)[place : place + 1]]


@cache
def catalogue() -> Catalogue:
    read = tomllib.loads(Path(__file__).with_name("catalogue.toml").read_text(encoding="utf-8"))
    artists = [_artist(entry) for entry in read["artists"]]
    albums = [
        _album(artist, album)
        for artist, entry in zip(artists, read["artists"], strict=True)
        for album in entry["albums"]
    ]
    broken = Artist(spotify_id("artist", "The Broken Sleeves"), "The Broken Sleeves", ("noise",), "never")
    songs = [song for album in albums for song in _songs(album)]
    known = {song.name: song for song in songs}
    playlists = []
    for entry in read["playlists"]:
        entries: list[Song | str] = []
        for name in entry["songs"]:
            if name.startswith("(broken:"):
                kind = name.removeprefix("(broken:").removesuffix(")")
                album = Album(spotify_id("album", name), f"Broken: {kind}", "2001", kind, broken, (f"Song of {kind}",))
                entries += _songs(album)
            elif name.startswith("*"):
                entries += [song for song in songs if song.album.name == name[1:]]
            else:
                entries.append(name[1:-1] if name.startswith("(") else known[name])
        playlists.append(
            Playlist(
                id=spotify_id("playlist", entry["slug"]),
                name=entry["name"],
                description=entry.get("description", ""),
                owner=entry.get("owner", "demo"),
                hidden=entry.get("hidden", False),
                entries=tuple(entries),
            )
        )
    everything = [*songs, *(e for p in playlists for e in p.entries if isinstance(e, Song))]
    return Catalogue(
        artists={artist.id: artist for artist in [*artists, broken]},
        albums={song.album.id: song.album for song in everything},
        songs={song.id: song for song in everything},
        playlists={playlist.id: playlist for playlist in playlists},
        top_artists=tuple(artists[:TOP_ARTISTS]),
    )


def _artist(entry: dict) -> Artist:
    return Artist(spotify_id("artist", entry["name"]), entry["name"], tuple(entry["genres"]), entry["heard"])


def _album(artist: Artist, entry: dict) -> Album:
    artwork = Artwork(
        picture=entry["picture"],
        at=entry.get("at", 0.5),
        zoom=entry.get("zoom", 1),
        whole=entry.get("whole"),
        inks=tuple(entry["inks"]) if "inks" in entry else None,
    )
    return Album(
        spotify_id("album", entry["name"]), entry["name"], entry["released"], artwork, artist, tuple(entry["tracks"])
    )


def _songs(album: Album) -> list[Song]:
    return [Song(spotify_id("track", name), name, number, album) for number, name in enumerate(album.tracks, start=1)]
