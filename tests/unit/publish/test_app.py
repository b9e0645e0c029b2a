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
from scripts.fakes.server import Fault
from tests.playlist_images import COVER, MOSAIC, OWN

NOT_ASKED_FOR = {"playlist_image": "not_asked_for", "entry": None, "code": None, "message": None}


@pytest.fixture
def cover_id(listener_id):
    cover_id = new_cover_id(datetime.now(UTC))
    request = {"source": {"kind": "sample"}, "options": {"candidates": 2}}
    clients.get_table("CoversTable").put_item(Item=new_item(listener_id, cover_id, request, datetime.now(UTC)))
    return cover_id


@pytest.fixture
def event(listener_id, cover_id, fake_spotify):
    """The event for a finished cover of a playlist that has a mosaic."""
    names = ("master", "cover", "thumbnail", "steps")
    images = {name: cover_file_key(listener_id, cover_id, f"{name}.jpg") for name in names}
    for key in images.values():
        Bucket(clients.get_client("s3"), "bucket").put(key, COVER, "image/jpeg")
    return {
        "listener_id": listener_id,
        "cover_id": cover_id,
        "source": {"kind": "playlist", "playlist_id": fake_spotify.state.add_playlist("List", MOSAIC)},
        "options": {"publish": True},
        "replace_own": False,
        "title": "List",
        "candidates": [{"pictures": images}],
    }


def get_cover(event):
    return Covers(clients.get_table("CoversTable")).get(event["listener_id"], event["cover_id"])


def list_entries(event):
    history = PublishHistory(clients.get_table("ListenersTable"))
    return history.list_entries(event["listener_id"], event["source"]["playlist_id"])


def test_cover_with_all_images_is_done(event, fake_spotify):
    assert handler({**event, "options": {}}, None) == NOT_ASKED_FOR
    assert get_cover(event)["status"] == "done"
    assert list_entries(event) == fake_spotify.state.recorder.requests == []


@pytest.mark.parametrize("failure", [None, {"Error": "SpotifyUnavailableError", "Cause": "{}"}])
def test_cover_with_a_missing_image_is_not_done(event, failure):
    Bucket(clients.get_client("s3"), "bucket").delete_prefix(event["candidates"][0]["pictures"]["steps"])
    with pytest.raises(StorageUnavailableError):
        handler({**event, "failure": failure}, None)
    assert get_cover(event)["status"] == "running"


def test_cover_is_set_as_its_playlists_image(event, fake_spotify):
    result = handler(event, None)
    assert result == {"playlist_image": "set", "entry": event["cover_id"], "code": None, "message": None}
    assert (get_cover(event)["status"], get_cover(event)["published"]) == ("done", result)
    [entry] = list_entries(event)
    assert (entry.entry_id, entry.cover_id, entry.playlist_name) == (event["cover_id"], event["cover_id"], "List")
    assert fake_spotify.state.images[event["source"]["playlist_id"]] == COVER


def set_own_image(fake, event):
    fake.state.set_image(event["source"]["playlist_id"], OWN)


def refuse_upload(fake, event):
    fake.state.recorder.faults.append(Fault("/images$", 413, method="PUT", body={"error": {"status": 413}}))


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
    ],
)
def test_cover_is_done_whatever_becomes_of_its_image(event, fake_spotify, monkeypatch, prepare, changes, status, code):
    monkeypatch.setattr(publish_image, "_POLL_PAUSES_SECONDS", (0, 0))
    prepare(fake_spotify, event)
    result = handler({**event, **changes}, None)
    assert (result["playlist_image"], result["code"]) == (status, code)
    assert code is None or result["message"].endswith(".")
    assert get_cover(event)["status"] == "done"


@pytest.mark.parametrize("failure", [None, {"Error": "States.Timeout"}])
def test_step_repeated_after_a_crash_uploads_once(event, fake_spotify, monkeypatch, failure):
    with monkeypatch.context() as patch:
        patch.setattr(Covers, "end_step", Mock(side_effect=KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            handler(event, None)
    assert handler({**event, "failure": failure}, None)["playlist_image"] == "set"
    assert len(list_entries(event)) == 1
    assert fake_spotify.state.uploads[event["source"]["playlist_id"]] == [COVER]


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
def test_last_failed_attempt_is_reported_and_the_cover_done(event, failure, code):
    result = handler({**event, "failure": failure}, None)
    assert (result["playlist_image"], result["code"]) == ("not_set", code)
    assert result["message"].endswith(".")
    [entry] = list_entries(event)
    assert (entry.status, entry.code) == ("not_set", code)
    assert get_cover(event)["status"] == "done"


def test_transient_error_is_raised_and_a_retry_succeeds(event, fake_spotify):
    fake_spotify.state.recorder.faults.append(Fault("/images$", 503, method="PUT", body=""))
    with pytest.raises(SpotifyUnavailableError):
        handler(event, None)
    assert get_cover(event)["status"] == "running"
    assert handler(event, None)["playlist_image"] == "set"


def test_cover_is_done_if_the_history_is_cleared_meanwhile(event, monkeypatch):
    bucket_put = Bucket.put

    def clear_and_put(bucket, *arguments):
        # Entries that may still be set are spared, so this is hours later.
        later = datetime.now(UTC) + timedelta(hours=4)
        history = PublishHistory(clients.get_table("ListenersTable"))
        history.clear(event["listener_id"], event["source"]["playlist_id"], later)
        bucket_put(bucket, *arguments)

    monkeypatch.setattr(Bucket, "put", clear_and_put)
    result = handler(event, None)
    assert (result["playlist_image"], result["code"]) == ("not_set", "not_found")
    assert (get_cover(event)["status"], list_entries(event)) == ("done", [])


def test_failed_candidate_is_recorded_and_the_other_published(event, fake_spotify):
    failure = {"Error": "PromptBlockedError", "Cause": json.dumps({"errorMessage": "The prompt was blocked."})}
    assert (
        handler({**event, "candidates": [{"failure": failure}, *event["candidates"]]}, None)["playlist_image"] == "set"
    )
    error = {"code": "prompt_blocked", "message": "The prompt was blocked."}
    assert [candidate.get("error") for candidate in read_candidates(get_cover(event))] == [error, None]
    assert fake_spotify.state.images[event["source"]["playlist_id"]] == COVER


def test_candidate_that_fails_shows_it_while_others_go_on(event):
    ids = {name: event[name] for name in ("listener_id", "cover_id")}
    failed = {**ids, "candidate": 1, "failure": {"Error": "States.Timeout"}}
    covers = Covers(clients.get_table("CoversTable"))
    covers.begin_step(*ids.values(), "generate", 0)
    assert handler(failed, None) == {"code": "timed_out"}
    cover = to_cover_response(get_cover(event), None)
    assert (cover.status, cover.step) == ("running", "generate")
    assert [candidate.status for candidate in cover.candidates] == ["running", "failed"]
    assert "took too long" in cover.candidates[1].error.message
    covers.delete(*ids.values())
    with pytest.raises(CoverDeletedError):
        handler(failed, None)
