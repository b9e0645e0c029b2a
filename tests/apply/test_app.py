from datetime import UTC, datetime

import pytest
from botocore.exceptions import EndpointConnectionError

from apply.app import handler, logger
from coverart.aws import clients
from coverart.aws.s3 import Bucket
from coverart.errors import InvalidRequestError, NotFoundError, SpotifyUnavailableError, StorageUnavailableError
from coverart.pipeline.start_cover import new_cover_id
from coverart.store.keys import cover_file_key
from coverart.store.publish_history import HistoryEntry, PublishHistory
from scripts.standins.serving import Fault
from tests.playlist_images import COVER, MOSAIC, OWN


@pytest.fixture
def event(listener_id, spotify_standin):
    """Of an entry that was just written, for a playlist with an image of the listener's own."""
    playlist = spotify_standin.state.add_playlist("List", MOSAIC, image=OWN)
    now = datetime.now(UTC)
    entry_id = new_cover_id(now)
    key = cover_file_key(listener_id, entry_id, "cover.jpg")
    Bucket(clients.get_client("s3"), "bucket").put(key, COVER, "image/jpeg")
    entry = HistoryEntry(
        playlist_id=playlist, entry_id=entry_id, playlist_name="List", cover_id=entry_id, picture=key, asked_at=now
    )
    PublishHistory(clients.get_table("ListenersTable")).add(listener_id, entry)
    return {"listener_id": listener_id, "playlist_id": playlist, "entry_id": entry_id, "replace_own": True}


@pytest.fixture
def entry(event):
    """As it is when it is asked for."""
    history = PublishHistory(clients.get_table("ListenersTable"))
    return lambda: history.get(event["listener_id"], event["playlist_id"], event["entry_id"])


def test_what_a_person_asked_for_is_set_and_their_own_image_kept(event, entry, spotify_standin):
    assert handler(event, None) == {"status": "set", "code": None, "message": None}
    assert spotify_standin.state.images[event["playlist_id"]] == COVER
    replaced = entry().replaced
    assert replaced.whose == "own"
    assert Bucket(clients.get_client("s3"), "bucket").get_metadata(replaced.kept) is not None


def test_what_nobody_asked_for_leaves_the_listeners_own_image(event, entry, spotify_standin):
    given = handler({**event, "replace_own": False}, None)
    assert (given["status"], given["code"]) == ("not_set", "playlist_image_is_own")
    assert spotify_standin.state.images[event["playlist_id"]] == OWN
    assert entry().code == "playlist_image_is_own"


def test_what_is_final_is_given_and_not_raised(event, spotify_standin):
    spotify_standin.state.playlists = {}
    given = handler(event, None)
    assert (given["status"], given["code"]) == ("not_set", "playlist_not_found")


def test_an_entry_that_is_not_there_is_an_error(event):
    with pytest.raises(NotFoundError):
        handler({**event, "entry_id": new_cover_id(datetime.now(UTC))}, None)


def test_an_event_that_cannot_be_read_is_refused(stack):
    with pytest.raises(InvalidRequestError, match="entry_id"):
        handler({"listener_id": "ada", "playlist_id": "p", "entry_id": "../.."}, None)


def test_a_failure_that_passes_is_raised_and_logged_with_the_entrys_id(event, spotify_standin, caplog):
    spotify_standin.state.recorder.faults.append(Fault("/images$", 503, method="PUT", body=""))
    with pytest.raises(SpotifyUnavailableError):
        handler(event, None)
    [failed] = [record for record in caplog.records if record.message == "apply failed"]
    assert failed.error == "SpotifyUnavailableError"
    assert logger.get_current_keys()["entry_id"] == event["entry_id"]


def test_an_error_of_boto3_is_named(event, monkeypatch):
    def out_of_reach(*_):
        raise EndpointConnectionError(endpoint_url="http://somewhere")

    monkeypatch.setattr(PublishHistory, "get", out_of_reach)
    with pytest.raises(StorageUnavailableError) as raised:
        handler(event, None)
    assert "somewhere" not in str(raised.value)
