"""Playlist images on the deployed stack, set by the publish step and the apply machine while Spotify works or fails."""

import json
import uuid
from datetime import UTC, datetime

import pytest
import requests

from coverart.pipeline.start_cover import new_cover_id
from coverart.store.keys import cover_file_key
from coverart.store.publish_history import HistoryEntry
from scripts.fakes.server import Fault
from tests.stack.stack_state import (
    COVER_IMAGE,
    OWN_IMAGE,
    SONGS,
    apply_execution_arn,
    end_cool_down,
    get_execution_status,
    put_cover_event,
    read_execution_history,
    read_stored_tokens,
    wait_for,
)


@pytest.fixture
def listener_id(local, listener_id):
    """The demo listener's id. No earlier test has left a cool-down."""
    end_cool_down(local, listener_id)
    return listener_id


@pytest.fixture
def playlist(local):
    """The id of a new playlist, which shows a mosaic. The stack keeps the history of earlier ones."""
    return local.spotify.state.add_playlist(f"Night bus {uuid.uuid4()}", SONGS)


@pytest.fixture
def publish_cover(local, listener_id, playlist, make_cover):
    """Make a cover of the playlist and publish it. Return its item once it is done."""

    def publish(**options):
        item = make_cover({"kind": "playlist", "playlist_id": playlist, "count": 2}, publish=True, **options)
        # Whatever becomes of the playlist image, the cover is done and in the gallery.
        assert item["status"] == "done", item.get("error")
        assert len(local.list_keys(f"covers/{listener_id}/{item['cover_id']}/")) == 6
        return item

    return publish


@pytest.fixture
def apply_image(local, listener_id, playlist):
    """Add an entry to the history as the API does, and start its execution. Return the entry once that has ended."""

    def apply(image_key=None, replace_own=True, **entry_fields):
        now = datetime.now(UTC)
        entry_id = new_cover_id(now)
        if image_key is None:
            image_key = cover_file_key(listener_id, entry_id, "cover.jpg")
            local.bucket.put(image_key, COVER_IMAGE, "image/jpeg")
        fields = {"playlist_name": "List", "cover_id": None, "picture": image_key, "asked_at": now, **entry_fields}
        local.history.add(listener_id, HistoryEntry(playlist_id=playlist, entry_id=entry_id, **fields))
        request = {"listener_id": listener_id, "playlist_id": playlist, "entry_id": entry_id}
        local.client("stepfunctions").start_execution(
            stateMachineArn=local.outputs["ApplyStateMachineArn"],
            name=entry_id,
            input=json.dumps({**request, "replace_own": replace_own}),
        )
        wait_for(lambda: get_execution_status(local, apply_execution_arn(local, entry_id)) != "RUNNING")
        return local.history.get(listener_id, playlist, entry_id)

    return apply


@pytest.fixture
def add_image_fault(local, playlist):
    """Let Spotify fail as an image is sent for the playlist."""

    def add(status, **fields):
        fields = {"body": {"error": {"status": status, "message": "Something"}}, **fields}
        fault = Fault(f"^/v1/playlists/{playlist}/images$", status, method="PUT", **fields)
        local.spotify.state.recorder.faults.append(fault)

    return add


def test_cover_replaces_a_mosaic(local, listener_id, playlist, publish_cover):
    item = publish_cover()
    assert item["published"] == {"playlist_image": "set", "entry": item["cover_id"], "code": None, "message": None}
    cover_image = local.bucket.get(item["pictures"]["cover"])
    assert local.spotify.state.uploads[playlist] == [cover_image]
    [entry] = local.history.list_entries(listener_id, playlist)
    assert (entry.status, entry.replaced.whose) == ("set", "nobody")
    assert entry.image_id == local.spotify.state.image_ids[playlist]
    assert local.list_keys(f"kept/{listener_id}/{playlist}/") == [entry.picture]


def test_automatic_cover_leaves_the_listeners_own_image(local, listener_id, playlist):
    local.spotify.state.set_image(playlist, OWN_IMAGE)
    put_cover_event(local, {"listener_id": listener_id, "playlist_id": playlist, "name": "List", "snapshot_id": "AAA"})
    [entry] = wait_for(lambda: local.history.list_entries(listener_id, playlist), interval_seconds=0.2)
    item = local.wait_for_cover(listener_id, entry.entry_id)
    assert (item["status"], item["published"]["code"]) == ("done", "playlist_image_is_own")
    assert local.spotify.state.images[playlist] == OWN_IMAGE
    assert playlist not in local.spotify.state.uploads
    assert local.list_keys(f"kept/{listener_id}/{playlist}/") == []


def test_own_image_is_replaced_and_restored_unchanged(local, listener_id, playlist, publish_cover, apply_image):
    local.spotify.state.set_image(playlist, OWN_IMAGE)
    image_url = f"{local.spotify.url}/image/{local.spotify.state.image_ids[playlist]}"
    own_image = requests.get(image_url, timeout=60).content
    item = publish_cover(replace_own=True)
    assert item["published"]["playlist_image"] == "set"
    [entry] = local.history.list_entries(listener_id, playlist)
    assert entry.replaced.whose == "own"
    assert local.bucket.get(entry.replaced.kept) == own_image
    undo_entry = apply_image(entry.replaced.kept, undoes=entry.entry_id)
    assert (undo_entry.status, undo_entry.note) == ("set", None)
    assert local.spotify.state.uploads[playlist][-1] == own_image
    assert local.history.get(listener_id, playlist, entry.entry_id).undone
    assert apply_image(replace_own=False).code == "playlist_image_is_own"


def test_cool_down_fails_the_next_cover_without_a_call(local, playlist, publish_cover, make_cover, add_image_fault):
    add_image_fault(429, headers={"Retry-After": "86400"})
    assert publish_cover()["published"]["code"] == "spotify_cooling_down"
    request_count = len(local.spotify.state.recorder.requests)
    item = make_cover({"kind": "playlist", "playlist_id": playlist, "count": 2})
    assert (item["status"], item["error"]["code"]) == ("failed", "spotify_cooling_down")
    assert "UTC" in item["error"]["message"]
    assert len(local.spotify.state.recorder.requests) == request_count


def test_lasting_failure_leaves_the_cover_in_the_gallery(local, listener_id, playlist, publish_cover, add_image_fault):
    local.spotify.state.set_image(playlist, OWN_IMAGE)
    add_image_fault(503, times=20)
    published = publish_cover(replace_own=True)["published"]
    assert (published["playlist_image"], published["code"]) == ("not_set", "spotify_unavailable")
    assert published["message"].endswith(".")
    [entry] = local.history.list_entries(listener_id, playlist)
    assert (entry.status, entry.code, entry.message) == ("not_set", published["code"], published["message"])
    assert local.spotify.state.images[playlist] == OWN_IMAGE


def test_upload_with_a_lost_response_is_not_repeated(local, listener_id, playlist, publish_cover, add_image_fault):
    add_image_fault(502, late=True)
    assert publish_cover()["published"]["playlist_image"] == "set"
    assert len(local.spotify.state.uploads[playlist]) == 1
    [entry] = local.history.list_entries(listener_id, playlist)
    assert entry.replaced.whose == "nobody"


# Never shown: the state machine checks for minutes, of which the emulator leaves ten seconds.
@pytest.mark.parametrize(
    ("reads", "status"),
    [pytest.param(None, "confirming", id="never", marks=pytest.mark.long), pytest.param(8, "set", id="late")],
)
def test_upload_that_is_not_shown_yet_is_confirmed_later(local, listener_id, playlist, publish_cover, reads, status):
    local.spotify.state.shows_after = reads
    item = publish_cover()
    assert item["published"]["playlist_image"] == "confirming"
    arn = apply_execution_arn(local, item["cover_id"])
    machine = {"stateMachineArn": local.outputs["ApplyStateMachineArn"], "statusFilter": "SUCCEEDED"}
    list_executions = local.client("stepfunctions").list_executions
    wait_for(lambda: arn in [each["executionArn"] for each in list_executions(**machine)["executions"]])
    assert local.history.get(listener_id, playlist, item["cover_id"]).status == status
    assert len(local.spotify.state.uploads[playlist]) == 1


def test_failed_execution_marks_the_entry_as_not_set(local, listener_id, playlist, apply_image, add_image_fault):
    add_image_fault(503, times=20)
    entry_id = apply_image().entry_id
    wait_for(lambda: local.history.get(listener_id, playlist, entry_id).status == "not_set")
    assert local.history.get(listener_id, playlist, entry_id).code == "spotify_unavailable"


def test_no_token_is_in_a_log_or_execution_history(local, listener_id, apply_image):
    tokens = read_stored_tokens(local, listener_id)
    entry = apply_image()
    history = json.dumps(read_execution_history(local, apply_execution_arn(local, entry.entry_id)), default=str)
    output = local.read_logs() + history
    assert entry.entry_id in output
    for secret in (tokens["access_token"], tokens["refresh_token"]):
        assert secret not in output
