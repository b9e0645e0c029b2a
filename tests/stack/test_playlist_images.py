"""Playlist images on the deployed stack: set by the publish step and the apply machine, undone, and refused."""

import uuid

import pytest
import requests

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


def wait_for_entry(client, playlist, entry_id):
    """Return the entry that the API shows once its image is set or is not."""

    def get_final_entry():
        entries = client.call("GET", f"/api/playlists/{playlist}/history").json()["items"]
        [entry] = [entry for entry in entries if entry["entry"] == entry_id]
        return entry if entry["status"] in {"set", "not_set"} else None

    return wait_for(get_final_entry)


def download(client, path):
    response = client.call("GET", path)
    assert response.status_code == 302
    return requests.get(response.headers["Location"], timeout=60).content


@pytest.mark.long
def test_image_that_spotify_never_shows_stays_confirming(local, listener_id, playlist, publish_cover):
    """The state machine checks for minutes, of which the emulator leaves ten seconds."""
    local.spotify.state.shows_after = None
    item = publish_cover()
    confirming = {"playlist_image": "confirming", "entry": item["cover_id"]}
    assert item["published"].items() >= confirming.items()
    arn = execution_arn(local, item["cover_id"], "ApplyStateMachine")
    executions = {"stateMachineArn": local.outputs["ApplyStateMachineArn"], "statusFilter": "SUCCEEDED"}
    list_executions = local.client("stepfunctions").list_executions
    wait_for(lambda: arn in [each["executionArn"] for each in list_executions(**executions)["executions"]])
    assert local.spotify.state.uploads[playlist] == [local.bucket.get(item["pictures"]["cover"])]
    [entry] = local.history.list_entries(listener_id, playlist)
    assert (entry.status, entry.replaced.whose) == ("confirming", "nobody")
    assert local.list_keys(f"kept/{listener_id}/{playlist}/") == [entry.picture]


def test_own_image_is_replaced_and_restored_unchanged(local, client, other_client, playlist, publish_cover):
    """Another listener gets the response to an unknown entry."""
    state, history_path = local.spotify.state, f"/api/playlists/{playlist}/history"
    state.set_image(playlist, OWN_IMAGE)
    own_image = requests.get(f"{local.spotify.url}/image/{state.image_ids[playlist]}", timeout=60).content
    item = publish_cover(replace_own=True)
    cover_id, cover_image = item["cover_id"], local.bucket.get(item["pictures"]["cover"])
    assert item["published"] == {"playlist_image": "set", "entry": cover_id, "code": None, "message": None}
    published = {"playlist_id": playlist, "status": "set", "code": None, "message": None, "entry": cover_id}
    cover_path, undo_path = f"/api/covers/{cover_id}", f"/api/playlists/{playlist}/undo"
    assert client.call("GET", cover_path).json()["published"] == {**published, "undone": False}
    entry = wait_for_entry(client, playlist, cover_id)
    assert (entry["replaced"], entry["undone"]) == ({"whose": "own", "kept": True}, False)
    assert [download(client, entry["images"][image]) for image in ("set", "replaced")] == [cover_image, own_image]

    for path in (f"{cover_path}/apply", f"{history_path}/{cover_id}/apply"):
        foreign, unknown = (other_client.call("POST", each) for each in (path, path.replace(cover_id, UNKNOWN_ID)))
        assert_error(foreign, 404, "not_found")
        assert foreign.json() == unknown.json()
    assert_error(other_client.call("POST", undo_path, {"entry": cover_id}), 404, "not_found")
    assert other_client.call("DELETE", history_path).status_code == 204

    response = client.call("POST", undo_path)
    assert (response.status_code, response.json()["undoes"]) == (202, cover_id)
    assert wait_for_entry(client, playlist, response.json()["entry"])["status"] == "set"
    assert state.uploads[playlist] == [cover_image, own_image]
    assert wait_for_entry(client, playlist, cover_id)["undone"] is True
    assert client.call("GET", cover_path).json()["published"] == {**published, "undone": True}
    assert_error(client.call("POST", undo_path), 409, "nothing_to_undo")
    response = client.call("POST", f"{cover_path}/apply", {"playlist_id": playlist})
    assert (response.status_code, response.headers["Location"]) == (202, history_path)
    assert wait_for_entry(client, playlist, response.json()["entry"])["status"] == "set"
    assert state.uploads[playlist][2:] == [cover_image]


@pytest.mark.parametrize(
    ("fault", "status", "code"),
    [
        pytest.param({"status": 503, "times": 20}, "not_set", "spotify_unavailable", id="lasting"),
        pytest.param({"status": 502, "late": True}, "set", None, id="lost response"),
    ],
)
def test_failed_upload_is_stored_on_the_entry(local, client, playlist, fault, status, code):
    state = local.spotify.state
    state.set_image(playlist, OWN_IMAGE)
    path = stack_state.store_entry(local, client.listener_id, playlist)
    failure = Fault(f"^/v1/playlists/{playlist}/images$", method="PUT", body={"error": {"message": "No."}}, **fault)
    state.recorder.faults.append(failure)
    entry = wait_for_entry(client, playlist, client.call("POST", path).json()["entry"])
    assert (entry["status"], entry["code"]) == (status, code)
    assert (entry["message"] or "A sentence.").endswith(".")
    uploads = [] if code else [COVER_IMAGE]
    assert (state.uploads.get(playlist, []), state.images[playlist]) == (uploads, [OWN_IMAGE, *uploads][-1])
