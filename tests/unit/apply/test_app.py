from datetime import UTC, datetime

import pytest

from apply.app import handler, logger
from coverart.errors import InvalidRequestError, NotFoundError, SpotifyUnavailableError
from coverart.pipeline.start_cover import new_cover_id
from coverart.store.publish_history import HistoryEntry, PublishHistory
from tests.playlist_images import COVER, MOSAIC, OWN
from tests.spotify_requests import add_upload_fault
from tests.stored_files import put_object


@pytest.fixture
def history(listeners):
    return PublishHistory(listeners.table)


@pytest.fixture
def event(listener_id, history, fake_spotify):
    """The event for a new entry of a playlist that has the listener's own image."""
    ids = {"playlist_id": fake_spotify.state.add_playlist("List", MOSAIC, image=OWN)}
    ids["entry_id"] = new_cover_id(now := datetime.now(UTC))
    put_object("cover.jpg", COVER)
    entry = HistoryEntry(**ids, playlist_name="List", cover_id=ids["entry_id"], picture="cover.jpg", asked_at=now)
    history.add(listener_id, entry)
    return {"listener_id": listener_id, **ids, "replace_own": True}


@pytest.mark.parametrize(
    ("replace_own", "status", "code", "image"),
    [(False, "not_set", "playlist_image_is_own", OWN), (True, "set", None, COVER)],
)
def test_own_image_is_replaced_only_if_it_may_be(event, history, fake_spotify, replace_own, status, code, image):
    result = handler({**event, "replace_own": replace_own}, None)
    entry = history.get(*(event[name] for name in ("listener_id", "playlist_id", "entry_id")))
    assert (entry.status, entry.code) == (status, code)
    assert result == {"status": status, "code": code, "message": entry.message}
    assert fake_spotify.state.images[event["playlist_id"]] == image
    # tests/unit/coverart/test_publish_image.py tries what is stored.
    assert (entry.replaced is not None) == replace_own


def test_final_error_is_returned_and_not_raised(event, fake_spotify):
    fake_spotify.state.playlists = {}
    result = handler(event, None)
    assert (result["status"], result["code"]) == ("not_set", "playlist_not_found")


def test_invalid_event_or_unknown_entry_raises(event):
    with pytest.raises(NotFoundError):
        handler({**event, "entry_id": new_cover_id(datetime.now(UTC))}, None)
    with pytest.raises(InvalidRequestError, match="entry_id"):
        handler({**event, "entry_id": "../.."}, None)


def test_transient_error_is_raised_and_logged(event, fake_spotify, caplog):
    add_upload_fault(fake_spotify, 503)
    with pytest.raises(SpotifyUnavailableError):
        handler(event, None)
    [log_entry] = [record for record in caplog.records if record.message == "apply failed"]
    assert log_entry.error == "SpotifyUnavailableError"
    assert logger.get_current_keys()["entry_id"] == event["entry_id"]
