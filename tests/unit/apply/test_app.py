from datetime import UTC, datetime

import pytest

from apply.app import handler, logger
from coverart.aws import clients
from coverart.aws.s3 import Bucket
from coverart.errors import InvalidRequestError, NotFoundError, SpotifyUnavailableError
from coverart.pipeline.start_cover import new_cover_id
from coverart.store.keys import cover_file_key
from coverart.store.publish_history import HistoryEntry, PublishHistory
from tests.playlist_images import COVER, MOSAIC, OWN
from tests.spotify_requests import add_upload_fault


@pytest.fixture
def event(listener_id, fake_spotify):
    """The event for a new entry of a playlist that has the listener's own image."""
    playlist = fake_spotify.state.add_playlist("List", MOSAIC, image=OWN)
    now = datetime.now(UTC)
    entry_id = new_cover_id(now)
    key = cover_file_key(listener_id, entry_id, "cover.jpg")
    Bucket(clients.get_client("s3"), "bucket").put(key, COVER, "image/jpeg")
    entry = HistoryEntry(
        playlist_id=playlist, entry_id=entry_id, playlist_name="List", cover_id=entry_id, picture=key, asked_at=now
    )
    PublishHistory(clients.get_table("ListenersTable")).add(listener_id, entry)
    return {"listener_id": listener_id, "playlist_id": playlist, "entry_id": entry_id, "replace_own": True}


def get_entry(event):
    history = PublishHistory(clients.get_table("ListenersTable"))
    return history.get(event["listener_id"], event["playlist_id"], event["entry_id"])


def test_requested_image_is_set_and_the_own_image_stored(event, fake_spotify):
    assert handler(event, None) == {"status": "set", "code": None, "message": None}
    assert fake_spotify.state.images[event["playlist_id"]] == COVER
    replaced = get_entry(event).replaced
    assert replaced.whose == "own"
    assert Bucket(clients.get_client("s3"), "bucket").exists(replaced.kept)


def test_own_image_stays_if_it_may_not_be_replaced(event, fake_spotify):
    result = handler({**event, "replace_own": False}, None)
    assert (result["status"], result["code"]) == ("not_set", "playlist_image_is_own")
    assert fake_spotify.state.images[event["playlist_id"]] == OWN
    assert get_entry(event).code == "playlist_image_is_own"


def test_final_error_is_returned_and_not_raised(event, fake_spotify):
    fake_spotify.state.playlists = {}
    result = handler(event, None)
    assert (result["status"], result["code"]) == ("not_set", "playlist_not_found")


def test_unknown_entry_raises(event):
    with pytest.raises(NotFoundError):
        handler({**event, "entry_id": new_cover_id(datetime.now(UTC))}, None)


def test_invalid_event_raises(stack):
    with pytest.raises(InvalidRequestError, match="entry_id"):
        handler({"listener_id": "ada", "playlist_id": "p", "entry_id": "../.."}, None)


def test_transient_error_is_raised_and_logged(event, fake_spotify, caplog):
    add_upload_fault(fake_spotify, 503)
    with pytest.raises(SpotifyUnavailableError):
        handler(event, None)
    [log_entry] = [record for record in caplog.records if record.message == "apply failed"]
    assert log_entry.error == "SpotifyUnavailableError"
    assert logger.get_current_keys()["entry_id"] == event["entry_id"]
