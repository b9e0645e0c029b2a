import sys
from unittest.mock import Mock

import numpy as np
import pytest

from coverart.aws import clients
from coverart.aws.s3 import Bucket
from coverart.errors import InvalidRequestError, ModelError, PictureNotFoundError, StorageUnavailableError
from coverart.models import WHOLE_PICTURE, Song
from coverart.store.keys import artwork_key
from detect import artwork, detector, subject
from detect.app import handler
from tests.client_errors import client_error
from tests.images import load_cover_jpeg
from tests.unit.detect.conftest import MASK_KEY, PICTURE, PICTURE_EVENT


def create_song(album_id):
    album = "Horses" if album_id == "horse" else "First"
    fields = {"rank": 1, "artist": "The Nobodies", "genres": [], "track": "One", "album": album, "year": None}
    url = f"https://open.spotify.com/album/{album_id}"
    return Song(**fields, album_id=album_id, album_url=url, artwork=artwork_key("ada", album_id)).to_json()


def create_event(*album_ids, **fields):
    return {"listener_id": "ada", "cover_id": "c1", "songs": [create_song(name) for name in album_ids], **fields}


def store_artwork(bucket, album_id, content):
    bucket.put(artwork_key("ada", album_id), content, "image/jpeg")


def test_missing_or_broken_artwork_has_no_objects(covers, bucket):
    """The classifier takes the silhouette of the horse for a dog; the title knows better."""
    store_artwork(bucket, "cat", load_cover_jpeg("chelsea"))
    store_artwork(bucket, "broken", load_cover_jpeg("coffee")[:2000])
    store_artwork(bucket, "horse", load_cover_jpeg("horse"))
    result = handler(create_event("missing", "cat", "broken", "horse"), None)
    labels = [[detected["label"] for detected in artwork["objects"]] for artwork in result["artworks"]]
    assert [artwork["album_id"] for artwork in result["artworks"]] == ["missing", "cat", "broken", "horse"]
    assert labels == [[], ["cat"], [], ["horse"]]
    stored = covers.get("ada", "c1")["detected"]["artworks"][1]["objects"][0]
    assert stored["label"] == "cat"
    assert [float(edge) for edge in stored["box"]] == pytest.approx(result["artworks"][1]["objects"][0]["box"])


def test_artwork_of_an_earlier_cover_is_not_looked_at_again(covers, bucket, monkeypatch):
    look = Mock(side_effect=artwork.look)
    monkeypatch.setattr(artwork, "look", look)
    monkeypatch.setattr(artwork, "_MAX_KNOWN", 2)
    store_artwork(bucket, "cat", load_cover_jpeg("chelsea"))
    first, second = (handler(create_event("cat"), None)["artworks"] for _ in range(2))
    assert first == second
    assert look.call_count == 1
    store_artwork(bucket, "horse", load_cover_jpeg("chelsea"))
    assert handler(create_event("horse"), None)["artworks"][0]["objects"][0]["label"] == "cat"
    assert look.call_count == 2, "Titles matter."
    store_artwork(bucket, "cat", load_cover_jpeg("coffee"))
    assert handler(create_event("cat"), None)["artworks"] != first
    assert len(artwork._known_objects) == 1, "It forgets what would be too much."


def break_import(monkeypatch):
    for module in ("artwork", "own_picture"):
        monkeypatch.setitem(sys.modules, f"detect.{module}", None)


def fail_to_load(monkeypatch):
    for module in (detector, subject):
        monkeypatch.setattr(module, "load_session", Mock(side_effect=RuntimeError("INVALID_PROTOBUF")))


def respond_with_nan(monkeypatch):
    monkeypatch.setattr(artwork, "look", Mock(side_effect=ModelError("NaN.")))
    run = Mock(return_value=[np.full((1, 1, 320, 320), np.nan, np.float32)])
    monkeypatch.setattr(subject, "load_session", Mock(return_value=Mock(run=run)))


@pytest.mark.parametrize(
    ("break_networks", "failure"),
    [
        pytest.param(break_import, None, id="import"),
        pytest.param(fail_to_load, None, id="load"),
        pytest.param(respond_with_nan, None, id="nan"),
        pytest.param(break_import, "Runtime.OutOfMemory", id="crash"),
        pytest.param(break_import, "States.Timeout", id="timeout"),
    ],
)
def test_failed_networks_detect_nothing_and_leave_notes(
    covers, bucket, store_picture, monkeypatch, break_networks, failure
):
    store_artwork(bucket, "cat", load_cover_jpeg("chelsea"))
    store_picture("chelsea")
    break_networks(monkeypatch)
    event = create_event("cat", options={"picture": PICTURE}, failure=failure and {"Error": failure})
    result = handler(event, None)
    cut_out = result["cut_out"]
    assert (result["artworks"], cut_out["mask"], cut_out["box"]) == ([], None, list(WHOLE_PICTURE))
    assert all(note in result["note"] for note in ("what is on the artwork", "the whole picture"))
    assert covers.get("ada", "c1")["detected"]["note"] == result["note"]
    bucket.delete([cut_out["key"]])
    with pytest.raises(PictureNotFoundError):
        handler(event, None)


def test_deleted_picture_is_not_found(covers):
    with pytest.raises(PictureNotFoundError):
        handler(PICTURE_EVENT, None)


@pytest.mark.parametrize("error", [PictureNotFoundError, StorageUnavailableError])
def test_error_of_ours_is_raised_again(covers, error):
    failure = {"Error": error.__name__, "Cause": '{"errorMessage": "As it was said."}'}
    with pytest.raises(error, match="As it was said"):
        handler({**PICTURE_EVENT, "failure": failure}, None)


@pytest.mark.parametrize(
    ("event", "method"), [(create_event("cat"), "get"), (PICTURE_EVENT, "get"), (PICTURE_EVENT, "put")]
)
def test_bucket_that_does_not_answer_is_no_failed_network(store_picture, square_subject, monkeypatch, event, method):
    store_picture("chelsea")
    monkeypatch.setattr(Bucket, method, Mock(side_effect=client_error("SlowDown", 503)))
    with pytest.raises(StorageUnavailableError):
        handler(event, None)


def test_cover_that_was_deleted_meanwhile_leaves_no_mask(bucket, store_picture, square_subject, monkeypatch):
    store_picture("chelsea")
    store = Bucket.put

    def put_after_deletion(*arguments):
        clients.get_table("CoversTable").delete_item(Key={"listener_id": "ada", "cover_id": "c1"})
        store(*arguments)
        assert bucket.exists(MASK_KEY)

    monkeypatch.setattr(Bucket, "put", put_after_deletion)
    with pytest.raises(Exception, match="deleted"):
        handler(PICTURE_EVENT, None)
    assert not bucket.exists(MASK_KEY)


def test_event_without_songs_is_invalid(covers):
    with pytest.raises(InvalidRequestError, match="songs"):
        handler({"listener_id": "ada", "cover_id": "c1"}, None)
