"""How long fetch takes for many artworks, beside what it has to wait for."""

import json
from collections.abc import Callable, Iterator
from itertools import islice

from scripts.benchmark.probe import FarFolder
from scripts.benchmark.probing import WORK, probe
from scripts.benchmark.report import Row
from scripts.local.paths import ROOT
from scripts.standins import artwork, distance, spotify
from scripts.standins.catalogue import Album, Artist, Artwork, Catalogue, Song, catalogue, spotify_id

GROUP = "Fetching"
ARTWORKS = 50
_SHORTEST, _LONGEST = distance.PICTURE_SECONDS
ABOUT = (
    f"Of {ARTWORKS} artworks, from the stand-in for Spotify, which takes {1000 * distance.CALL_SECONDS:.0f} ms for a "
    f"call and {1000 * _SHORTEST:.0f} to {1000 * _LONGEST:.0f} ms for a picture; the bucket takes 20 ms for each "
    "request. Imports done. *Bound*: the slowest picture, the calls that wait for each other, and the bucket's two "
    "requests, whether it has the picture and to put it there. *Ratio*: of the call to its bound."
)


def measure(say: Callable[[str], None], count: int = ARTWORKS, runs: int = 3) -> Iterator[Row]:
    say(f"Fetching {count} artworks")
    taken: dict[str, list[float]] = {name: [] for name in ("first call", "warm call", "bound", "ratio", "peak memory")}
    with spotify.serving() as standin:
        standin.state.music = music(count)
        _write_event(standin, count)
        for _ in range(runs):
            standin.state.recorder.clear()
            delays = iter(distance.move_away(standin, 2 * count))
            figures = probe("fetch", "fetch")
            # The two calls ask for the same, one thing after the other.
            asked = sum(request["path"].startswith("/v1/") for request in standin.state.recorder.requests) / 2
            for call in ("first call", "warm call"):
                bound = max(islice(delays, count)) + asked * distance.CALL_SECONDS + 2 * FarFolder.SECONDS
                taken["bound"].append(bound)
                taken["ratio"].append(figures[call][0] / bound)
                taken[call] += figures[call]
            taken["peak memory"] += figures["peak memory"]
    for name, values in taken.items():
        yield Row(GROUP, "artworks", name, {"peak memory": "MB", "ratio": "ratio"}.get(name, "s"), values)


def music(count: int) -> Catalogue:
    """So many top artists, each with a song on an album of its own."""
    looks = [album.artwork for album in catalogue().albums.values() if isinstance(album.artwork, Artwork)]
    for look in looks[:count]:
        artwork.jpeg(look, 640)  # is kept
    artists = [Artist(spotify_id("artist", str(n)), f"Artist {n}", ("pop",), "short_term") for n in range(count)]
    albums = [
        Album(spotify_id("album", str(n)), f"Album {n}", "2001", looks[n % len(looks)], artist, (f"Song {n}",))
        for n, artist in enumerate(artists)
    ]
    songs = [Song(spotify_id("track", album.name), album.tracks[0], 1, album) for album in albums]
    return Catalogue(
        artists={artist.id: artist for artist in artists},
        albums={album.id: album for album in albums},
        songs={song.id: song for song in songs},
        playlists={},
        top_artists=tuple(artists),
    )


def _write_event(standin: spotify.Standin, count: int) -> None:
    event = json.loads((ROOT / "events" / "fetch.json").read_text(encoding="utf-8"))
    profile = {
        "listener_id": event["listener_id"],
        "tokens": standin.state.tokens("demo"),
        "state": "connected",
        "consent_at": "2026-01-01T00:00:00Z",
        "reconnect_by": "2026-06-30T00:00:00Z",
        "routes": {"artist_top_tracks": False},
    }
    environment = {
        "ARTWORK_ORIGINS": ",".join(standin.picture_urls),
        "SPOTIFY_API_URL": standin.api_url,
        "SPOTIFY_ACCOUNTS_URL": standin.url,
        "SPOTIFY_TIMEOUT_SECONDS": "10",
        "GENRE_SOURCE": "spotify",
        "MUSICBRAINZ_URL": standin.url,
        "STACK_NAME": "cover-art",
        "SECRETS_PATH": "/none",
        **dict.fromkeys(("LISTENERS_TABLE", "KEYS_TABLE"), "none"),
    }
    source = {"kind": "top_artists", "time_range": "medium_term", "count": count}
    told = {**event, "source": source, "profile": profile, "environment": environment}
    (WORK / "fetch.json").write_text(json.dumps(told), encoding="utf-8")
