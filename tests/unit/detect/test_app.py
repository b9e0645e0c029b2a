import io

import pytest
from PIL import Image

from coverart.aws import clients
from coverart.aws.s3 import Bucket
from coverart.errors import InvalidRequestError
from coverart.models import Song
from coverart.store.keys import artwork_key
from detect.app import handler
from scripts import assets


def create_song(album_id):
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


def create_event(*album_ids):
    return {"listener_id": "ada", "cover_id": "c1", "songs": [create_song(album_id) for album_id in album_ids]}


def store_artwork(album_id, content):
    Bucket(clients.get_client("s3"), "bucket").put(artwork_key("ada", album_id), content, "image/jpeg")


def encode_jpeg(photograph):
    buffer = io.BytesIO()
    Image.open(assets.fetch_photos()[photograph]).convert("RGB").resize((640, 640)).save(buffer, "JPEG")
    return buffer.getvalue()


def test_missing_or_broken_artwork_has_no_objects(covers):
    store_artwork("cat", encode_jpeg("chelsea"))
    store_artwork("broken", encode_jpeg("coffee")[:2000])
    store_artwork("horse", encode_jpeg("horse"))
    result = handler(create_event("missing", "cat", "broken", "horse"), None)
    labels = [[detected["label"] for detected in artwork["objects"]] for artwork in result["artworks"]]
    assert [artwork["album_id"] for artwork in result["artworks"]] == ["missing", "cat", "broken", "horse"]
    assert labels == [[], ["cat"], [], ["horse"]]
    stored = covers.get("ada", "c1")["detected"]["artworks"][1]["objects"][0]
    assert stored["label"] == "cat"
    assert [float(edge) for edge in stored["box"]] == pytest.approx(result["artworks"][1]["objects"][0]["box"])


def test_event_without_songs_is_invalid(covers):
    with pytest.raises(InvalidRequestError, match="songs"):
        handler({"listener_id": "ada", "cover_id": "c1"}, None)
