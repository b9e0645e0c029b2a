"""Playlist images for tests: covers, a listener's own image, and what the fake Spotify and the bucket have."""

from functools import cache
from typing import Any

import requests
from PIL import Image

from coverart.images.jpeg import encode_cover_jpeg
from coverart.pipeline.publish_image import PlaylistImagePublisher
from coverart.store.publish_history import HistoryEntry
from scripts import assets
from scripts.fakes.server import Fault
from scripts.fakes.spotify import FakeSpotify

# Songs of four albums, of which Spotify composes a mosaic.
MOSAIC = ["Purr", "Neap", "Redshift", "Shovel"]


@cache
def load_jpeg(name: str) -> bytes:
    with Image.open(assets.fetch_photos()[name]) as image:
        return encode_cover_jpeg(image.convert("RGB").resize((1024, 1024)))


COVER, OTHER_COVER, OWN = (load_jpeg(name) for name in ("astronaut", "motorcycle_left", "chelsea"))


def apply(publisher: PlaylistImagePublisher, entry: HistoryEntry, replace_own: bool = False) -> HistoryEntry:
    """Set the entry's image, and return the entry as it is stored then."""
    result = publisher.apply(entry.playlist_id, entry.entry_id, replace_own)
    assert result == publisher.history.get(publisher.listener_id, entry.playlist_id, entry.entry_id)
    return result


def count_uploads(fake: FakeSpotify) -> int:
    return sum(request["method"] == "PUT" for request in fake.state.recorder.requests)


def list_backups(publisher: PlaylistImagePublisher) -> list[str]:
    response = publisher.bucket.s3.list_objects_v2(Bucket=publisher.bucket.name, Prefix="kept/")
    return [entry["Key"] for entry in response.get("Contents", [])]


def download_displayed(fake: FakeSpotify, playlist_id: str) -> bytes:
    return requests.get(f"{fake.url}/image/{fake.state.image_ids[playlist_id]}", timeout=60).content


def add_fault(fake: FakeSpotify, path: str, status: int, method: str = "PUT", **fields: Any) -> None:
    fields = {"body": {"error": {"status": status, "message": "Something"}}, **fields}
    fake.state.recorder.faults.append(Fault(path, status, method=method, **fields))
