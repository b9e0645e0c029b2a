import json
from datetime import UTC, datetime, timedelta
from unittest.mock import Mock

import pytest

from api.responses import to_cover_response
from coverart.aws import clients
from coverart.aws.s3 import Bucket
from coverart.errors import CoverDeletedError, SpotifyUnavailableError, StorageUnavailableError
from coverart.pipeline import publish_image
from coverart.pipeline.start_cover import new_cover_id
from coverart.store.candidates import read_candidates
from coverart.store.covers import Covers, new_item
from coverart.store.keys import cover_file_key
from coverart.store.publish_history import PublishHistory
from publish.app import handler
from tests.playlist_images import COVER, MOSAIC, OWN
from tests.spotify_requests import add_upload_fault
from tests.stored_files import put_object

CAUSE = json.dumps({"errorType": "SpotifyUnavailableError", "errorMessage": "Spotify does not answer."})


@pytest.fixture
def covers(listeners):
    return Covers(clients.get_table("CoversTable"))


@pytest.fixture
def history(listeners):
    return PublishHistory(listeners.table)


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch):
    monkeypatch.setattr(publish_image, "_POLL_PAUSES_SECONDS", (0, 0))


@pytest.fixture
def event(listener_id, covers, fake_spotify):
    """The event for a finished cover of a playlist that has a mosaic."""
    cover_id = new_cover_id(now := datetime.now(UTC))
    request = {"source": {"kind": "sample"}, "options": {"candidates": 2}}
    covers.table.put_item(Item=new_item(listener_id, cover_id, request, now))
    names = ("master", "cover", "thumbnail", "steps")
    images = {name: cover_file_key(listener_id, cover_id, f"{name}.jpg") for name in names}
    for key in images.values():
        put_object(key, COVER)
    return {
        "listener_id": listener_id,
        "cover_id": cover_id,
        "source": {"kind": "playlist", "playlist_id": fake_spotify.state.add_playlist("List", MOSAIC)},
        "options": {"publish": True},
        "replace_own": False,
        "title": "List",
        "candidates": [{"pictures": images}],
    }


@pytest.fixture
def get_cover(covers, event):
    return lambda: covers.get(event["listener_id"], event["cover_id"])


@pytest.fixture
def list_entries(history, event):
    return lambda: history.list_entries(event["listener_id"], event["source"]["playlist_id"])


def test_cover_with_all_images_is_done(event, get_cover, list_entries, fake_spotify):
    result = {"playlist_image": "not_asked_for", "entry": None, "code": None, "message": None}
    assert handler({**event, "options": {}}, None) == result
    assert get_cover()["status"] == "done"
    assert list_entries() == fake_spotify.state.recorder.requests == []


@pytest.mark.parametrize("failure", [None, {"Error": "SpotifyUnavailableError", "Cause": "{}"}])
def test_cover_with_a_missing_image_is_not_done(event, get_cover, bucket, failure):
    bucket.delete_prefix(event["candidates"][0]["pictures"]["steps"])
    with pytest.raises(StorageUnavailableError):
        handler({**event, "failure": failure}, None)
    assert get_cover()["status"] == "running"


def test_cover_is_set_as_its_playlists_image(event, get_cover, list_entries, fake_spotify):
    result = handler(event, None)
    assert result == {"playlist_image": "set", "entry": event["cover_id"], "code": None, "message": None}
    assert (get_cover()["status"], get_cover()["published"]) == ("done", result)
    [entry] = list_entries()
    assert (entry.entry_id, entry.cover_id, entry.playlist_name) == (event["cover_id"], event["cover_id"], "List")
    assert fake_spotify.state.images[event["source"]["playlist_id"]] == COVER


def set_own_image(fake, event):
    fake.state.set_image(event["source"]["playlist_id"], OWN)


def refuse_upload(fake, event):
    add_upload_fault(fake, 413)


def hide_image(fake, event):
    fake.state.shows_after = None


@pytest.mark.parametrize(
    ("prepare", "changes", "status", "code"),
    [
        (set_own_image, {}, "not_set", "playlist_image_is_own"),
        (set_own_image, {"replace_own": True}, "set", None),
        (refuse_upload, {}, "not_set", "playlist_image_too_large"),
        (hide_image, {}, "confirming", None),
        (hide_image, {"source": {"kind": "top_artists"}}, "not_set", "invalid_request"),
        *(
            (hide_image, {"failure": {"Error": error, "Cause": cause}}, "not_set", code)
            for error, cause, code in (
                ("SpotifyUnavailableError", CAUSE, "spotify_unavailable"),
                ("Sandbox.Timedout", "Task timed out after 60.00 seconds", "timed_out"),
                ("States.Timeout", "", "timed_out"),
                ("Runtime.ExitError", "{}", "internal"),
            )
        ),
    ],
)
def test_cover_is_done_whatever_becomes_of_its_image(
    event, get_cover, list_entries, fake_spotify, prepare, changes, status, code
):
    prepare(fake_spotify, event)
    result = handler({**event, **changes}, None)
    assert (result["playlist_image"], result["code"]) == (status, code)
    assert code is None or result["message"].endswith(".")
    assert [(entry.status, entry.code) for entry in list_entries()] == [(status, code)] * ("source" not in changes)
    assert get_cover()["status"] == "done"


@pytest.mark.parametrize("failure", [None, {"Error": "States.Timeout"}])
def test_step_repeated_after_an_error_uploads_once(event, get_cover, list_entries, fake_spotify, monkeypatch, failure):
    add_upload_fault(fake_spotify, 503)
    with pytest.raises(SpotifyUnavailableError):
        handler(event, None)
    assert get_cover()["status"] == "running"
    with monkeypatch.context() as patch:  # a crash
        patch.setattr(Covers, "end_step", Mock(side_effect=KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            handler(event, None)
    assert handler({**event, "failure": failure}, None)["playlist_image"] == "set"
    assert len(list_entries()) == 1
    assert fake_spotify.state.uploads[event["source"]["playlist_id"]] == [COVER]


def test_cover_is_done_if_the_history_is_cleared_meanwhile(event, history, get_cover, list_entries, monkeypatch):
    bucket_put = Bucket.put

    def clear_and_put(bucket, *arguments):
        # Entries that may still be set are spared, so this is hours later.
        later = datetime.now(UTC) + timedelta(hours=4)
        history.clear(event["listener_id"], event["source"]["playlist_id"], later)
        bucket_put(bucket, *arguments)

    monkeypatch.setattr(Bucket, "put", clear_and_put)
    result = handler(event, None)
    assert (result["playlist_image"], result["code"]) == ("not_set", "not_found")
    assert (get_cover()["status"], list_entries()) == ("done", [])


def test_failed_candidate_is_recorded_and_the_other_published(event, get_cover, fake_spotify):
    failure = {"Error": "PromptBlockedError", "Cause": json.dumps({"errorMessage": "The prompt was blocked."})}
    event["candidates"] = [{"failure": failure}, *event["candidates"]]
    assert handler(event, None)["playlist_image"] == "set"
    error = {"code": "prompt_blocked", "message": "The prompt was blocked."}
    assert [candidate.get("error") for candidate in read_candidates(get_cover())] == [error, None]
    assert fake_spotify.state.images[event["source"]["playlist_id"]] == COVER


def test_candidate_that_fails_shows_it_while_others_go_on(event, covers, get_cover):
    ids = {name: event[name] for name in ("listener_id", "cover_id")}
    failed = {**ids, "candidate": 1, "failure": {"Error": "States.Timeout"}}
    covers.begin_step(*ids.values(), "generate", 0)
    assert handler(failed, None) == {"code": "timed_out"}
    cover = to_cover_response(get_cover(), None)
    assert (cover.status, cover.step) == ("running", "generate")
    assert [candidate.status for candidate in cover.candidates] == ["running", "failed"]
    assert "took too long" in cover.candidates[1].error.message
    covers.delete(*ids.values())
    with pytest.raises(CoverDeletedError):
        handler(failed, None)
