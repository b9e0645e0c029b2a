import io
from typing import Any

import pytest
from PIL import Image

from coverart.aws import clients
from coverart.aws.s3 import Bucket
from coverart.errors import InvalidRequestError
from coverart.models import Song
from coverart.store.covers import Covers
from coverart.store.keys import artwork_key
from detect.app import handler
from scripts import assets


def create_song(album_id: str) -> dict[str, Any]:
    return Song(
        rank=1,
        artist="The Nobodies",
        genres=[],
        track="One",
        album="First",
        album_id=album_id,
        album_url=f"https://open.spotify.com/album/{album_id}",
        year=None,
        artwork=artwork_key("ada", album_id),
    ).to_json()


def create_event(*album_ids: str) -> dict[str, Any]:
    return {"listener_id": "ada", "cover_id": "c1", "songs": [create_song(album_id) for album_id in album_ids]}


def store_artwork(album_id: str, content: bytes) -> None:
    Bucket(clients.get_client("s3"), "bucket").put(artwork_key("ada", album_id), content, "image/jpeg")


def encode_jpeg(photograph: str) -> bytes:
    buffer = io.BytesIO()
    Image.open(assets.fetch_photos()[photograph]).convert("RGB").resize((640, 640)).save(buffer, "JPEG")
    return buffer.getvalue()


@pytest.mark.usefixtures("covers")
def test_missing_or_broken_artwork_has_no_objects() -> None:
    store_artwork("cat", encode_jpeg("chelsea"))
    store_artwork("broken", encode_jpeg("coffee")[:2000])
    store_artwork("horse", encode_jpeg("horse"))
    result = handler(create_event("missing", "cat", "broken", "horse"), None)
    labels = [
        (artwork["album_id"], [detected["label"] for detected in artwork["objects"]]) for artwork in result["artworks"]
    ]
    assert labels == [("missing", []), ("cat", ["cat"]), ("broken", []), ("horse", ["horse"])]


def test_objects_are_stored_on_the_covers_item(covers: Covers) -> None:
    store_artwork("cup", encode_jpeg("coffee"))
    result = handler(create_event("cup"), None)
    item = clients.get_table("CoversTable").get_item(Key={"listener_id": "ada", "cover_id": "c1"})["Item"]
    objects = item["detected"]["artworks"][0]["objects"]
    assert "cup" in [detected["label"] for detected in objects]
    assert [float(edge) for edge in objects[0]["box"]] == pytest.approx(result["artworks"][0]["objects"][0]["box"])


@pytest.mark.usefixtures("covers")
def test_event_without_songs_is_invalid() -> None:
    with pytest.raises(InvalidRequestError, match="songs"):
        handler({"listener_id": "ada", "cover_id": "c1"}, None)
