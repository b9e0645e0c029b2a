"""What the steps' own work takes, without AWS."""

import json
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

from coverart.models import STEPS, Song
from coverart.store.keys import artwork_key
from scripts.benchmark.probing import WORK, probe, repeated
from scripts.benchmark.report import Row
from scripts.local.paths import ROOT
from scripts.standins import artwork
from scripts.standins.catalogue import Album, Artwork, catalogue

GROUP = "Work"
ARTWORKS = 20
ABOUT = (
    "Each in fresh processes, imports done. *First call* includes the model's load; *peak memory* is the process's. "
    f"Detect is per artwork (first call: of one), of {ARTWORKS} with 640 pixels, reading and resizing included; prompt "
    "(its palette: listed too) and stylize get as many songs. Painter: 1024 pixels. Stylize: the whole step, its files "
    "and contact sheet included."
)
# Each with the function on whose layers it runs; in this order, since the painting of one is styled by the next.
FUNCTIONS = {
    "detect": "detect",
    "prompt": "prompt",
    "palette": "prompt",
    "painter": "generate",
    "stylize": "stylize",
    "jpeg_fit": "stylize",
}


def measure(names: Sequence[str], say: Callable[[str], None], runs: int = 3, artworks: int = ARTWORKS) -> Iterator[Row]:
    prepare(WORK, artworks)
    for name in names:
        say(f"Running {name}")
        yield from repeated(GROUP, name, runs, partial(probe, FUNCTIONS[name], name))


def prepare(folder: Path, count: int) -> None:
    """Lays out what the probes read: artwork of the demo's albums, and the example events with that many songs."""
    events = {step: json.loads((ROOT / "events" / f"{step}.json").read_text(encoding="utf-8")) for step in STEPS}
    listener_id = events["fetch"]["listener_id"]
    albums = [album for album in catalogue().albums.values() if isinstance(album.artwork, Artwork)]
    songs = [_song(listener_id, rank, album) for rank, album in enumerate(albums[:count], start=1)]
    for song, album in zip(songs, albums, strict=False):
        (folder / song.artwork).parent.mkdir(parents=True, exist_ok=True)
        (folder / song.artwork).write_bytes(artwork.jpeg(album.artwork, 640))
    for step, event in events.items():
        told = {**event, "songs": [song.to_json() for song in songs]} if "songs" in event else event
        if step == "stylize":
            told["prompt"] = {**event["prompt"], "style_albums": [song.album_id for song in songs[:2]]}
        (folder / f"{step}.json").write_text(json.dumps(told), encoding="utf-8")


def _song(listener_id: str, rank: int, album: Album) -> Song:
    return Song(
        rank=rank,
        artist=album.artist.name,
        genres=list(album.artist.genres),
        track=album.tracks[0],
        album=album.name,
        album_id=album.id,
        album_url=f"https://open.spotify.com/album/{album.id}",
        year=int(album.released[:4]),
        artwork=artwork_key(listener_id, album.id),
    )
