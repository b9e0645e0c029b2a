import io
import sys
from contextlib import nullcontext
from unittest.mock import Mock

import pytest
from PIL import Image

from coverart.aws import clients
from coverart.aws.s3 import Bucket
from coverart.errors import InvalidRequestError, ModelError, StorageUnavailableError
from coverart.models import Song
from coverart.store.keys import artwork_key
from detect import artwork, detector
from detect.app import handler
from scripts import assets
from tests.client_errors import client_error


def create_song(album_id, album="First"):
    return Song(
        rank=1,
        artist="The Nobodies",
        genres=[],
        track="One",
        album=album,
        album_id=album_id,
        album_url=f"https://open.spotify.com/album/{album_id}",
        year=None,
        artwork=artwork_key("ada", album_id),
    ).to_json()


def create_event(*album_ids):
    songs = [create_song(album_id, album="Wild Horses" if album_id == "horse" else "First") for album_id in album_ids]
    return {"listener_id": "ada", "cover_id": "c1", "songs": songs}


def store_artwork(album_id, content):
    Bucket(clients.get_client("s3"), "bucket").put(artwork_key("ada", album_id), content, "image/jpeg")


def encode_jpeg(photograph):
    buffer = io.BytesIO()
    Image.open(assets.fetch_photos()[photograph]).convert("RGB").resize((640, 640)).save(buffer, "JPEG")
    return buffer.getvalue()


def test_missing_or_broken_artwork_has_no_objects(covers):
    """The classifier takes the silhouette of the horse for a dog; the title knows better."""
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


def break_import(monkeypatch):
    monkeypatch.setitem(sys.modules, "detect.artwork", None)


def fail_to_load(monkeypatch):
    monkeypatch.setattr(detector, "load_session", Mock(side_effect=RuntimeError("INVALID_PROTOBUF")))


def respond_with_nan(monkeypatch):
    monkeypatch.setattr(artwork, "look", Mock(side_effect=ModelError("NaN.")))


@pytest.mark.parametrize("break_detector", [break_import, fail_to_load, respond_with_nan])
def test_failed_detector_gives_no_objects_and_a_note(covers, monkeypatch, break_detector):
    store_artwork("cat", encode_jpeg("chelsea"))
    break_detector(monkeypatch)
    result = handler(create_event("cat"), None)
    assert result["artworks"] == []
    assert covers.get("ada", "c1")["detected"]["note"] == result["note"] != ""


@pytest.mark.parametrize("name", ["Runtime.OutOfMemory", "States.Timeout", "StorageUnavailableError"])
def test_crash_of_the_step_detects_nothing(covers, monkeypatch, name):
    break_import(monkeypatch)
    failure = {"Error": name, "Cause": '{"errorMessage": "Please try again."}'}
    event = {**create_event("cat"), "failure": failure}
    with pytest.raises(StorageUnavailableError) if name.endswith("Error") else nullcontext():
        assert handler(event, None)["note"].endswith(".")


def test_bucket_that_does_not_answer_is_no_failed_detector(covers, monkeypatch):
    monkeypatch.setattr(Bucket, "get", Mock(side_effect=client_error("SlowDown", 503)))
    with pytest.raises(StorageUnavailableError):
        handler(create_event("cat"), None)


def test_event_without_songs_is_invalid(covers):
    with pytest.raises(InvalidRequestError, match="songs"):
        handler({"listener_id": "ada", "cover_id": "c1"}, None)
