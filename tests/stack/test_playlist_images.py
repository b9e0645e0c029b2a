"""Playlist images on the deployed stack: set by the publish step and the apply machine, undone, and refused."""

import json
import uuid
from datetime import UTC, datetime

import pytest
import requests

from coverart.pipeline.start_cover import new_cover_id
from coverart.store.keys import cover_file_key
from coverart.store.publish_history import HistoryEntry
from scripts.fakes.server import Fault
from tests.stack import stack_state
from tests.stack.api_client import UNKNOWN_ID, assert_error
from tests.stack.stack_state import COVER_IMAGE, OWN_IMAGE, SONGS, execution_arn, wait_for


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

    def apply(replace_own=True):
        now = datetime.now(UTC)
        entry_id = new_cover_id(now)
        image_key = cover_file_key(listener_id, entry_id, "cover.jpg")
        local.bucket.put(image_key, COVER_IMAGE, "image/jpeg")
        request = {"listener_id": listener_id, "playlist_id": playlist, "entry_id": entry_id}
        fields = {"playlist_id": playlist, "entry_id": entry_id, "playlist_name": "List", "cover_id": None}
        local.history.add(listener_id, HistoryEntry(**fields, picture=image_key, asked_at=now))
        local.client("stepfunctions").start_execution(
            stateMachineArn=local.outputs["ApplyStateMachineArn"],
            name=entry_id,
            input=json.dumps({**request, "replace_own": replace_own}),
        )
        stack_state.wait_for_end(local, execution_arn(local, entry_id, "ApplyStateMachine"))
        wait_for(lambda: local.history.get(listener_id, playlist, entry_id).status != "asked")
        return local.history.get(listener_id, playlist, entry_id)

    return apply


def wait_for_entry(client, playlist, entry_id):
    """Return the entry that the API shows once its image is set or is not."""

    def get_final_entry():
        entries = client.call("GET", f"/api/playlists/{playlist}/history").json()["items"]
        [entry] = [entry for entry in entries if entry["entry"] == entry_id]
        return entry if entry["status"] in {"set", "not_set"} else None

    return wait_for(get_final_entry)


def undo(client, playlist, body=None):
    return client.call("POST", f"/api/playlists/{playlist}/undo", body)


def download(client, path):
    response = client.call("GET", path)
    assert response.status_code == 302
    return requests.get(response.headers["Location"], timeout=60).content


# Never shown: the state machine checks for minutes, of which the emulator leaves ten seconds.
@pytest.mark.parametrize(
    ("reads", "status"),
    [pytest.param(None, "confirming", id="never", marks=pytest.mark.long), pytest.param(8, "set", id="late")],
)
def test_cover_replaces_a_mosaic_and_is_confirmed_later(local, listener_id, playlist, publish_cover, reads, status):
    local.spotify.state.shows_after = reads
    item = publish_cover()
    confirming = {"playlist_image": "confirming", "entry": item["cover_id"]}
    assert item["published"].items() >= confirming.items()
    arn = execution_arn(local, item["cover_id"], "ApplyStateMachine")
    executions = {"stateMachineArn": local.outputs["ApplyStateMachineArn"], "statusFilter": "SUCCEEDED"}
    list_executions = local.client("stepfunctions").list_executions
    wait_for(lambda: arn in [each["executionArn"] for each in list_executions(**executions)["executions"]])
    assert local.spotify.state.uploads[playlist] == [local.bucket.get(item["pictures"]["cover"])]
    [entry] = local.history.list_entries(listener_id, playlist)
    assert (entry.status, entry.replaced.whose) == (status, "nobody")
    assert local.list_keys(f"kept/{listener_id}/{playlist}/") == [entry.picture]


def test_own_image_is_replaced_and_restored_unchanged(local, client, playlist, publish_cover, apply_image):
    state = local.spotify.state
    state.set_image(playlist, OWN_IMAGE)
    own_image = requests.get(f"{local.spotify.url}/image/{state.image_ids[playlist]}", timeout=60).content
    item = publish_cover(replace_own=True)
    cover_id, cover_image = item["cover_id"], local.bucket.get(item["pictures"]["cover"])
    assert item["published"] == {"playlist_image": "set", "entry": cover_id, "code": None, "message": None}
    published = {"playlist_id": playlist, "status": "set", "code": None, "message": None, "entry": cover_id}
    cover_path = f"/api/covers/{cover_id}"
    assert client.call("GET", cover_path).json()["published"] == {**published, "undone": False}
    entry = wait_for_entry(client, playlist, cover_id)
    assert (entry["replaced"], entry["undone"]) == ({"whose": "own", "kept": True}, False)
    assert [download(client, entry["images"][image]) for image in ("set", "replaced")] == [cover_image, own_image]

    response = undo(client, playlist)
    assert (response.status_code, response.json()["undoes"]) == (202, cover_id)
    assert wait_for_entry(client, playlist, response.json()["entry"])["status"] == "set"
    assert state.uploads[playlist] == [cover_image, own_image]
    assert wait_for_entry(client, playlist, cover_id)["undone"] is True
    assert client.call("GET", cover_path).json()["published"] == {**published, "undone": True}
    assert_error(undo(client, playlist), 409, "nothing_to_undo")
    assert apply_image(replace_own=False).code == "playlist_image_is_own"
    assert len(state.uploads[playlist]) == 2


# A failure that lasts, and one after which the image is there.
@pytest.mark.parametrize(
    ("fault", "status", "code"),
    [({"status": 503, "times": 20}, "not_set", "spotify_unavailable"), ({"status": 502, "late": True}, "set", None)],
    ids=["lasting", "lost response"],
)
def test_failed_upload_is_stored_on_the_entry(local, playlist, apply_image, fault, status, code):
    local.spotify.state.set_image(playlist, OWN_IMAGE)
    failure = Fault(f"^/v1/playlists/{playlist}/images$", method="PUT", body={"error": {"message": "No."}}, **fault)
    local.spotify.state.recorder.faults.append(failure)
    entry = apply_image()
    assert (entry.status, entry.code) == (status, code)
    assert (entry.message or "A sentence.").endswith(".")
    uploads = [] if code else [COVER_IMAGE]
    assert local.spotify.state.uploads.get(playlist, []) == uploads
    assert local.spotify.state.images[playlist] == [OWN_IMAGE, *uploads][-1]


def test_foreign_entry_gives_the_response_to_an_unknown_one(local, client, other_client, playlist, cover_id):
    response = client.call("POST", f"/api/covers/{cover_id}/apply", {"playlist_id": playlist})
    assert (response.status_code, response.json()["status"]) == (202, "asked"), response.text
    history_path, entry_id = f"/api/playlists/{playlist}/history", response.json()["entry"]
    assert response.headers["Location"] == history_path
    entry = wait_for_entry(client, playlist, entry_id)
    assert (entry["status"], entry["cover_id"]) == ("set", cover_id), entry
    cover_image = local.spotify.state.images[playlist]
    for foreign_path, unknown_path in (
        (f"/api/covers/{cover_id}/apply", f"/api/covers/{UNKNOWN_ID}/apply"),
        (f"{history_path}/{entry_id}/apply", f"{history_path}/{UNKNOWN_ID}/apply"),
    ):
        foreign, unknown = (other_client.call("POST", path) for path in (foreign_path, unknown_path))
        assert_error(foreign, 404, "not_found")
        assert (foreign.status_code, foreign.json()) == (unknown.status_code, unknown.json())
    assert_error(other_client.call("GET", f"{history_path}/{entry_id}/image"), 404, "not_found")
    assert_error(undo(other_client, playlist, {"entry": entry_id}), 404, "not_found")
    assert_error(undo(other_client, playlist), 409, "nothing_to_undo")
    assert other_client.call("GET", history_path).json() == {"items": []}
    assert other_client.call("DELETE", history_path).status_code == 204
    assert [each["entry"] for each in client.call("GET", history_path).json()["items"]] == [entry_id]
    assert local.spotify.state.images[playlist] == cover_image
