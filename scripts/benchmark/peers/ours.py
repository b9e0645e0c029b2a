"""A cover by our own rooms, one after the other in one process: `python -m scripts.benchmark.peers.ours TOLD`.

TOLD is JSON, see told.py. A folder in memory stands for the bucket, and nothing for the tables.
"""

import json
import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from scripts.benchmark.peers.told import Parts, Told, run
from scripts.benchmark.probe import step

LISTENER = "demo"


class Memory:
    """What the rooms need of a bucket. Each cover begins with nothing in it."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}

    def get(self, key: str) -> bytes:
        return self.files[key]

    def put(self, key: str, body: bytes, *_: Any) -> None:
        self.files[key] = body

    def metadata(self, key: str) -> dict[str, str] | None:
        return {} if key in self.files else None


def cover(told: Told, parts: Parts) -> dict[str, bytes]:
    bucket = Memory()
    bucket.files["painting.png"] = Path(told.painting).read_bytes()
    asked: dict[str, Any] = {"listener_id": LISTENER, "cover_id": "20261123T000000000-0000000000", "options": {}}
    with parts("fetch"):
        asked["songs"] = fetch(told, bucket)
    with parts("detect"):
        asked |= step("detect", bucket)(asked_for("detect", asked)).to_json()
    with parts("prompt"):
        asked["prompt"] = step("prompt", bucket)(asked_for("prompt", {**asked, "title": ""})).to_json()
    painting = {"key": "painting.png", "backend": "painter", "model": None, "usage": None, "cost_usd": 0, "note": None}
    with parts("stylize"):
        pictures = step("stylize", bucket)(asked_for("stylize", {**asked, "painting": painting}))
    return {Path(key).name: bucket.files[key] for key in pictures.files()}


def asked_for(room: str, asked: dict[str, Any]) -> dict[str, Any]:
    """Of all that is known, what a step takes."""
    takes = {
        "detect": ("songs",),
        "prompt": ("songs", "title", "artworks", "options"),
        "stylize": ("songs", "artworks", "prompt", "painting", "options"),
    }
    return {name: asked[name] for name in ("listener_id", "cover_id", *takes[room])}


def fetch(told: Told, bucket: Memory) -> list[dict[str, Any]]:
    from coverart.images.download import ImageDownloader, parse_origin
    from coverart.models import TopArtistsSource
    from coverart.spotify.client import SpotifyClient
    from coverart.spotify.oauth import SpotifyAccounts
    from coverart.spotify.settings import SpotifySettings
    from coverart.store.listeners import Listeners, OAuthTokens, Profile
    from fetch.artwork import ArtworkStore
    from fetch.song_selection import select_songs

    now = datetime.now(UTC)
    tokens = OAuthTokens.model_validate(
        {
            "access_token": told.token,
            "refresh_token": "",
            "expires_at": int(now.timestamp()) + 3600,
            "scope": "",
        }
    )
    profile = Profile(
        listener_id=LISTENER,
        tokens=tokens,
        state="connected",
        consent_at=now,
        reconnect_by=now,
        routes={"artist_top_tracks": True},  # as the listener's first cover finds out
    )
    settings = SpotifySettings(
        listeners_table="none",
        secrets_path="/none",
        spotify_api_url=told.api_url,
        spotify_accounts_url=told.api_url,
        spotify_timeout_seconds=10,
    )
    # Nothing is written to the table: the token is new, and the route known.
    listeners, accounts = Listeners(None), SpotifyAccounts(settings.secrets_path, settings.spotify_accounts_url, 10)
    source = TopArtistsSource(kind="top_artists", count=told.count)
    library = select_songs(SpotifyClient(profile, listeners, accounts, settings), source)
    store = ArtworkStore(bucket, ImageDownloader(frozenset(map(parse_origin, told.origins.split(","))), 10))
    songs, _ = store.save(LISTENER, library.songs)
    return [song.to_json() for song in songs]


if __name__ == "__main__":
    # As in Lambda, where the runtime gives a region and credentials.
    os.environ |= {"AWS_DEFAULT_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
    run(cover, Told(**json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))))
