import json
from datetime import UTC, datetime

import pytest

from coverart.aws import clients
from coverart.aws.s3 import Bucket
from coverart.errors import SpotifyUnavailableError, StorageUnavailableError
from coverart.pipeline import publish_image
from coverart.pipeline.start_cover import new_cover_id
from coverart.store.covers import Covers, new_item
from coverart.store.keys import cover_file_key
from coverart.store.publish_history import PublishHistory
from publish.app import handler
from scripts.standins.serving import Fault
from tests.playlist_images import COVER, MOSAIC, OWN

NOT_ASKED_FOR = {"playlist_image": "not_asked_for", "entry": None, "code": None, "message": None}


@pytest.fixture
def cover_id(listener_id):
    cover_id = new_cover_id(datetime.now(UTC))
    clients.get_table("CoversTable").put_item(Item=new_item(listener_id, cover_id, {}, datetime.now(UTC)))
    return cover_id


@pytest.fixture
def event(listener_id, cover_id, spotify_standin):
    """Of a cover that was just finished, for a playlist with a mosaic."""
    pictures = {
        name: cover_file_key(listener_id, cover_id, f"{name}.jpg") for name in ("master", "cover", "thumbnail", "steps")
    }
    for key in pictures.values():
        Bucket(clients.get_client("s3"), "bucket").put(key, COVER, "image/jpeg")
    return {
        "listener_id": listener_id,
        "cover_id": cover_id,
        "source": {"kind": "playlist", "playlist_id": spotify_standin.state.add_playlist("List", MOSAIC)},
        "options": {"publish": True},
        "replace_own": False,
        "title": "List",
        "pictures": pictures,
    }


@pytest.fixture
def cover(event):
    """The cover's item as it is when it is asked for."""
    return lambda: Covers(clients.get_table("CoversTable")).get(event["listener_id"], event["cover_id"])


@pytest.fixture
def entries(event):
    history = PublishHistory(clients.get_table("ListenersTable"))
    return lambda: history.list_entries(event["listener_id"], event["source"]["playlist_id"])


def test_a_cover_whose_pictures_are_there_is_done(event, cover, entries, spotify_standin):
    assert handler({**event, "options": {}}, None) == NOT_ASKED_FOR
    assert cover()["status"] == "done"
    assert entries() == spotify_standin.state.recorder.requests == []


@pytest.mark.parametrize("failure", [None, {"Error": "SpotifyUnavailableError", "Cause": "{}"}])
def test_a_cover_with_a_missing_picture_is_not_done(event, cover, failure):
    Bucket(clients.get_client("s3"), "bucket").delete_prefix(event["pictures"]["steps"])
    with pytest.raises(StorageUnavailableError):
        handler({**event, "failure": failure}, None)
    assert cover()["status"] == "running"


def test_where_it_is_asked_for_the_cover_becomes_its_playlists_image(event, cover, entries, spotify_standin):
    published = handler(event, None)
    assert published == {"playlist_image": "set", "entry": event["cover_id"], "code": None, "message": None}
    assert (cover()["status"], cover()["published"]) == ("done", published)
    [entry] = entries()
    assert (entry.entry_id, entry.cover_id, entry.playlist_name) == (event["cover_id"], event["cover_id"], "List")
    assert spotify_standin.state.images[event["source"]["playlist_id"]] == COVER


def test_a_cover_of_top_artists_has_no_playlist_to_be_set_on(event, cover, entries):
    published = handler({**event, "source": {"kind": "top_artists"}}, None)
    assert (published["playlist_image"], published["code"]) == ("not_set", "invalid_request")
    assert cover()["status"] == "done"


@pytest.mark.parametrize(("replace_own", "became"), [(False, "not_set"), (True, "set")])
def test_a_listeners_own_image_makes_room_only_where_that_was_asked_for(event, spotify_standin, replace_own, became):
    spotify_standin.state.set_image(event["source"]["playlist_id"], OWN)
    assert handler({**event, "replace_own": replace_own}, None)["playlist_image"] == became


def test_a_refusal_leaves_the_cover_done_and_is_told(event, cover, spotify_standin):
    spotify_standin.state.recorder.faults.append(Fault("/images$", 413, method="PUT", body={"error": {"status": 413}}))
    published = handler(event, None)
    assert (published["playlist_image"], published["code"]) == ("not_set", "playlist_image_too_large")
    assert published["message"].endswith(".")
    assert cover()["status"] == "done"


def test_what_spotify_does_not_show_in_time_is_confirming(event, cover, spotify_standin, monkeypatch):
    monkeypatch.setattr(publish_image, "_POLL_PAUSES_SECONDS", (0, 0))
    spotify_standin.state.shows_after = None
    assert handler(event, None)["playlist_image"] == "confirming"
    assert cover()["status"] == "done"


def test_the_step_repeated_after_a_crash_sets_once(event, cover, entries, spotify_standin, monkeypatch):
    def crash(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as crashing:
        crashing.setattr(Covers, "end_step", crash)
        with pytest.raises(KeyboardInterrupt):
            handler(event, None)
    assert handler(event, None)["playlist_image"] == "set"
    assert len(entries()) == 1
    assert spotify_standin.state.uploads[event["source"]["playlist_id"]] == [COVER]


CAUSE = json.dumps({"errorType": "SpotifyUnavailableError", "errorMessage": "Spotify does not answer."})


@pytest.mark.parametrize(
    ("failure", "code"),
    [
        ({"Error": "SpotifyUnavailableError", "Cause": CAUSE}, "spotify_unavailable"),
        ({"Error": "Sandbox.Timedout", "Cause": "Task timed out after 60.00 seconds"}, "timed_out"),
        ({"Error": "States.Timeout"}, "timed_out"),
        ({"Error": "Runtime.ExitError", "Cause": "{}"}, "internal"),
    ],
)
def test_told_that_the_tries_are_used_up_it_says_why_and_the_cover_is_done(event, cover, entries, failure, code):
    published = handler({**event, "failure": failure}, None)
    assert (published["playlist_image"], published["code"]) == ("not_set", code)
    assert published["message"].endswith(".")
    [entry] = entries()
    assert (entry.status, entry.code) == ("not_set", code)
    assert cover()["status"] == "done"


def test_what_was_set_before_the_tries_were_used_up_stays_set(event, entries, spotify_standin, monkeypatch):
    def crash(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as crashing:
        crashing.setattr(Covers, "end_step", crash)
        with pytest.raises(KeyboardInterrupt):
            handler(event, None)
    assert handler({**event, "failure": {"Error": "States.Timeout"}}, None)["playlist_image"] == "set"


def test_a_failure_that_passes_is_the_state_machines_to_try_again(event, cover, spotify_standin):
    spotify_standin.state.recorder.faults.append(Fault("/images$", 503, method="PUT", body=""))
    with pytest.raises(SpotifyUnavailableError):
        handler(event, None)
    assert cover()["status"] == "running"
    assert handler(event, None)["playlist_image"] == "set"


def test_a_history_that_is_cleared_meanwhile_does_not_make_the_cover_fail(event, cover, entries, monkeypatch):
    put = Bucket.put

    def put_after(bucket, *given):
        PublishHistory(clients.get_table("ListenersTable")).clear(event["listener_id"], event["source"]["playlist_id"])
        put(bucket, *given)

    monkeypatch.setattr(Bucket, "put", put_after)
    published = handler(event, None)
    assert (published["playlist_image"], published["code"]) == ("not_set", "not_found")
    assert (cover()["status"], entries()) == ("done", [])
