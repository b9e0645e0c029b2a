"""Playlist images on the deployed stack, set by the publish step and the apply machine while Spotify works or fails."""

import io
import json
import uuid
from datetime import UTC, datetime

import pytest
import requests
from PIL import Image

from coverart.images.jpeg import MAX_COVER_BYTES
from coverart.pipeline.start_cover import new_cover_id
from coverart.store.keys import cover_file_key
from coverart.store.publish_history import HistoryEntry
from scripts.fakes.catalog import spotify_id
from scripts.fakes.server import Fault
from tests.stack.stack_state import (
    apply_execution_arn,
    end_cool_down,
    get_execution_status,
    put_cover_event,
    read_execution_history,
    read_stored_tokens,
    wait_for,
)

# Without a style, which is the slowest part of a cover.
OPTIONS = {"publish": True, "style_albums": []}
SONGS = ["Steam Rising", "Neap", "Purr", "Redshift"]


def encode_jpeg(color, noise_share=0.0):
    buffer = io.BytesIO()
    plain = Image.new("RGB", (640, 640), color)
    noise = Image.effect_noise((640, 640), 90).convert("RGB")
    Image.blend(plain, noise, noise_share).save(buffer, "JPEG", quality=97)
    return buffer.getvalue()


OWN_IMAGE, COVER_IMAGE = encode_jpeg("teal"), encode_jpeg("orange")


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
def publish_cover(local, listener_id, playlist):
    """Make a cover of the playlist and publish it. Return its item once it is done."""

    def publish(**request_fields):
        source = {"kind": "playlist", "playlist_id": playlist, "count": 2}
        cover_id = local.request_cover(listener_id, source, key=str(uuid.uuid4()), options=OPTIONS, **request_fields)
        item = local.wait_for_cover(listener_id, cover_id)
        # Whatever becomes of the playlist image, the cover is done and in the gallery.
        assert item["status"] == "done", item.get("error")
        assert len(local.list_keys(f"covers/{listener_id}/{cover_id}/")) == 5
        return item

    return publish


@pytest.fixture
def apply_image(local, listener_id):
    """Add an entry to the history as the API does, and start its execution. Return the entry once that has ended."""

    def apply(playlist, image_key=None, **entry_fields):
        now = datetime.now(UTC)
        entry_id = new_cover_id(now)
        if image_key is None:
            image_key = cover_file_key(listener_id, entry_id, "cover.jpg")
            local.bucket.put(image_key, COVER_IMAGE, "image/jpeg")
        entry = HistoryEntry(
            playlist_id=playlist,
            entry_id=entry_id,
            playlist_name="List",
            cover_id=None,
            picture=image_key,
            asked_at=now,
            **entry_fields,
        )
        local.history.add(listener_id, entry)
        request = {"listener_id": listener_id, "playlist_id": playlist, "entry_id": entry_id, "replace_own": True}
        local.client("stepfunctions").start_execution(
            stateMachineArn=local.outputs["ApplyStateMachineArn"], name=entry_id, input=json.dumps(request)
        )
        wait_for(lambda: get_execution_status(local, apply_execution_arn(local, entry_id)) != "RUNNING")
        return local.history.get(listener_id, playlist, entry_id)

    return apply


def add_image_fault(local, status, method="PUT", **fields):
    fields = {"body": {"error": {"status": status, "message": "Something"}}, **fields}
    local.spotify.state.recorder.faults.append(Fault("/images$", status, method=method, **fields))


def download_image(local, playlist):
    url = f"{local.spotify.url}/image/{local.spotify.state.image_ids[playlist]}"
    return requests.get(url, timeout=10).content


# The publish step.


def test_cover_replaces_a_mosaic(local, listener_id, playlist, publish_cover):
    item = publish_cover()
    assert item["published"] == {"playlist_image": "set", "entry": item["cover_id"], "code": None, "message": None}
    cover_image = local.bucket.get(item["pictures"]["cover"])
    assert local.spotify.state.uploads[playlist] == [cover_image]
    [entry] = local.history.list_entries(listener_id, playlist)
    assert (entry.status, entry.replaced.whose) == ("set", "nobody")
    assert entry.image_id == local.spotify.state.image_ids[playlist]
    assert local.list_keys(f"kept/{listener_id}/{playlist}/") == [entry.picture]


def test_publishing_a_cover_of_top_artists_is_invalid(local, listener_id):
    source = {"kind": "top_artists", "count": 2}
    item = local.wait_for_cover(
        listener_id, local.request_cover(listener_id, source, key=str(uuid.uuid4()), options=OPTIONS)
    )
    assert (item["status"], item["published"]["code"]) == ("done", "invalid_request")


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
    own_image = download_image(local, playlist)
    item = publish_cover(replace_own=True)
    assert item["published"]["playlist_image"] == "set"
    [entry] = local.history.list_entries(listener_id, playlist)
    assert entry.replaced.whose == "own"
    assert local.bucket.get(entry.replaced.kept) == own_image
    undo_entry = apply_image(playlist, entry.replaced.kept, undoes=entry.entry_id)
    assert (undo_entry.status, undo_entry.note) == ("set", None)
    assert local.spotify.state.uploads[playlist][-1] == own_image
    assert local.history.get(listener_id, playlist, entry.entry_id).undone
    assert publish_cover()["published"]["code"] == "playlist_image_is_own"


@pytest.mark.parametrize(
    ("status", "fields", "code"),
    [
        (403, {}, "playlist_not_owned"),
        (403, {"body": {"error": {"message": "Insufficient client scope"}}}, "consent_needed"),
        (404, {}, "playlist_not_found"),
        (413, {}, "playlist_image_too_large"),
    ],
    ids=["not the owner", "scope", "not found", "too large"],
)
def test_refused_image_leaves_the_old_one(local, playlist, publish_cover, status, fields, code):
    local.spotify.state.set_image(playlist, OWN_IMAGE)
    add_image_fault(local, status, **fields)
    published = publish_cover(replace_own=True)["published"]
    assert (published["playlist_image"], published["code"]) == ("not_set", code)
    assert published["message"].endswith(".")
    assert download_image(local, playlist) != OWN_IMAGE
    assert local.spotify.state.images[playlist] == OWN_IMAGE


@pytest.mark.parametrize(
    "fields",
    [{"headers": {"Retry-After": "86400"}}, {"body": {"error": {"message": "Quota", "reason": "QUOTA_EXCEEDED"}}}],
    ids=["a day", "quota"],
)
def test_cool_down_fails_the_next_cover_without_a_call(local, listener_id, playlist, publish_cover, fields):
    add_image_fault(local, 429, **fields)
    assert publish_cover()["published"]["code"] == "spotify_cooling_down"
    request_count = len(local.spotify.state.recorder.requests)
    source = {"kind": "playlist", "playlist_id": playlist, "count": 2}
    item = local.wait_for_cover(listener_id, local.request_cover(listener_id, source, key=str(uuid.uuid4())))
    assert (item["status"], item["error"]["code"]) == ("failed", "spotify_cooling_down")
    assert "UTC" in item["error"]["message"]
    assert len(local.spotify.state.recorder.requests) == request_count


def test_login_revoked_meanwhile_needs_a_reconnect(local, listener_id, publish_cover):
    local.spotify.state.revoked.add(read_stored_tokens(local, listener_id)["refresh_token"])
    add_image_fault(local, 401, times=2)
    assert publish_cover()["published"]["code"] == "reconnect_needed"


def test_transient_failure_is_retried_and_uploads_once(local, listener_id, playlist, publish_cover):
    add_image_fault(local, 503, times=2)
    assert publish_cover()["published"]["playlist_image"] == "set"
    assert len(local.spotify.state.uploads[playlist]) == 1
    assert len(local.history.list_entries(listener_id, playlist)) == 1


def test_lasting_failure_leaves_the_cover_in_the_gallery(local, listener_id, playlist, publish_cover):
    add_image_fault(local, 503, times=20)
    published = publish_cover()["published"]
    assert (published["playlist_image"], published["code"]) == ("not_set", "spotify_unavailable")
    [entry] = local.history.list_entries(listener_id, playlist)
    assert (entry.status, entry.code, entry.message) == ("not_set", published["code"], published["message"])


def test_upload_with_a_lost_response_is_not_repeated(local, listener_id, playlist, publish_cover):
    add_image_fault(local, 502, late=True)
    assert publish_cover()["published"]["playlist_image"] == "set"
    assert len(local.spotify.state.uploads[playlist]) == 1
    [entry] = local.history.list_entries(listener_id, playlist)
    assert entry.replaced.whose == "nobody"


@pytest.mark.parametrize(("reads", "status"), [(None, "confirming"), (8, "set")], ids=["never", "late"])
def test_upload_that_is_not_shown_yet_is_confirmed_later(local, listener_id, playlist, publish_cover, reads, status):
    local.spotify.state.shows_after = reads
    item = publish_cover()
    assert item["published"]["playlist_image"] == "confirming"
    step_functions, machine = local.client("stepfunctions"), local.outputs["ApplyStateMachineArn"]
    wait_for(lambda: step_functions.list_executions(stateMachineArn=machine)["executions"])
    wait_for(lambda: get_execution_status(local, apply_execution_arn(local, item["cover_id"])) == "SUCCEEDED")
    entry = local.history.get(listener_id, playlist, item["cover_id"])
    assert entry.status == status
    assert len(local.spotify.state.uploads[playlist]) == 1


# The apply machine.


def test_backup_that_is_too_large_is_encoded_again(local, playlist, apply_image):
    local.spotify.state.set_image(playlist, encode_jpeg("teal", noise_share=0.5))
    backup = apply_image(playlist).replaced.kept
    assert len(local.bucket.get(backup)) > MAX_COVER_BYTES
    undo_entry = apply_image(playlist, backup)
    assert undo_entry.status == "set"
    assert "encoded" in undo_entry.note
    assert len(local.spotify.state.uploads[playlist][-1]) <= MAX_COVER_BYTES


def test_playlist_of_another_owner_is_not_changed(local, apply_image):
    entry = apply_image(spotify_id("playlist", "somebody-elses"))
    assert (entry.status, entry.code) == ("not_set", "playlist_not_owned")
    assert local.spotify.state.uploads == {}


def test_failed_execution_marks_the_entry_as_not_set(local, listener_id, playlist, apply_image):
    add_image_fault(local, 503, times=20)
    entry_id = apply_image(playlist).entry_id
    wait_for(lambda: local.history.get(listener_id, playlist, entry_id).status == "not_set")
    assert local.history.get(listener_id, playlist, entry_id).code == "spotify_unavailable"


def test_no_token_is_in_a_log_or_execution_history(local, listener_id, playlist, apply_image):
    tokens = read_stored_tokens(local, listener_id)
    entry = apply_image(playlist)
    history = json.dumps(read_execution_history(local, apply_execution_arn(local, entry.entry_id)), default=str)
    output = local.read_logs() + history
    assert entry.entry_id in output
    for secret in (tokens["access_token"], tokens["refresh_token"]):
        assert secret not in output
