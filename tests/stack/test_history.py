"""Playlist images and their history through the deployed API: apply, undo, and delete the listener meanwhile."""

import uuid

import pytest
import requests

from scripts.fakes.server import Fault
from tests.stack.api_client import UNKNOWN_ID, assert_error
from tests.stack.stack_state import (
    OWN_IMAGE,
    SONGS,
    apply_execution_arn,
    get_execution_status,
    list_listener_data,
    wait_for,
    wait_until_it_stays,
)


@pytest.fixture
def playlist(local):
    """The id of a new playlist with an image of its owner's own. The stack keeps the history of earlier ones."""
    return local.spotify.state.add_playlist(f"Night bus {uuid.uuid4()}", SONGS, image=OWN_IMAGE)


def list_entries(client, playlist):
    return client.call("GET", f"/api/playlists/{playlist}/history").json()["items"]


def wait_for_entry(client, playlist, entry_id):
    """Return the entry once its image is set or is not."""

    def get_final_entry():
        [entry] = [entry for entry in list_entries(client, playlist) if entry["entry"] == entry_id]
        return entry if entry["status"] in {"set", "not_set"} else None

    return wait_for(get_final_entry)


def apply_cover(client, playlist, cover_id):
    """Request a cover as the playlist's image. Return the final entry."""
    response = client.call("POST", f"/api/covers/{cover_id}/apply", {"playlist_id": playlist})
    assert (response.status_code, response.json()["status"]) == (202, "asked"), response.text
    assert response.headers["Location"] == f"/api/playlists/{playlist}/history"
    return wait_for_entry(client, playlist, response.json()["entry"])


def undo(client, playlist, body=None):
    return client.call("POST", f"/api/playlists/{playlist}/undo", body)


def download(client, path):
    response = client.call("GET", path)
    assert response.status_code == 302
    return requests.get(response.headers["Location"], timeout=60).content


def test_undo_restores_the_listeners_own_image(local, client, playlist, cover):
    entry = apply_cover(client, playlist, cover["cover_id"])
    assert (entry["status"], entry["cover_id"]) == ("set", cover["cover_id"]), entry
    assert entry["replaced"] == {"whose": "own", "kept": True}
    cover_image = local.spotify.state.images[playlist]
    assert cover_image == local.bucket.get(cover["pictures"]["cover"])
    assert download(client, entry["images"]["set"]) == cover_image
    backup = download(client, entry["images"]["replaced"])
    response = undo(client, playlist)
    assert (response.status_code, response.json()["undoes"]) == (202, entry["entry"])
    assert wait_for_entry(client, playlist, response.json()["entry"])["status"] == "set"
    assert local.spotify.state.images[playlist] == backup
    assert wait_for_entry(client, playlist, entry["entry"])["undone"] is True
    assert_error(undo(client, playlist), 409, "nothing_to_undo")


def test_foreign_entry_gives_the_response_to_an_unknown_one(local, client, other_client, playlist, cover_id):
    entry_id = apply_cover(client, playlist, cover_id)["entry"]
    cover_image = local.spotify.state.images[playlist]
    history_path = f"/api/playlists/{playlist}/history"
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
    assert [entry["entry"] for entry in list_entries(client, playlist)] == [entry_id]
    assert local.spotify.state.images[playlist] == cover_image


def test_published_cover_shows_what_became_of_its_image(client, playlist, make_cover):
    source = {"kind": "playlist", "playlist_id": playlist, "count": 4}
    item = make_cover(source, publish=True, replace_own=True)
    assert item["status"] == "done", item.get("error")
    cover_path, cover_id = f"/api/covers/{item['cover_id']}", item["cover_id"]
    published = client.call("GET", cover_path).json()["published"]
    assert published == {
        "playlist_id": playlist,
        "status": "set",
        "code": None,
        "message": None,
        "entry": cover_id,
        "undone": False,
    }
    undo_entry = undo(client, playlist).json()
    assert undo_entry["undoes"] == cover_id
    wait_for_entry(client, playlist, undo_entry["entry"])
    assert client.call("GET", cover_path).json()["published"]["undone"] is True


@pytest.mark.parametrize("method", ["GET", "PUT"])
def test_listener_deleted_during_apply_leaves_nothing(local, client, playlist, cover_id, method):
    """GET: while the current image is read. PUT: while the new one is sent."""
    path = f"/v1/playlists/{playlist}" + ("/images" if method == "PUT" else "")
    # The request is held until the listener is deleted, however long that takes. Retries are held, too.
    fault = Fault(f"^{path}$", method=method, times=20, delay=60)
    local.spotify.state.recorder.faults.append(fault)
    body = {"playlist_id": playlist}
    entry_id = client.call("POST", f"/api/covers/{cover_id}/apply", body).json()["entry"]
    wait_for(lambda: fault.times < 20)
    assert client.call("DELETE", "/api/me").status_code == 204
    fault.released.set()
    wait_for(lambda: get_execution_status(local, apply_execution_arn(local, entry_id)) == "ABORTED")
    # The function goes on after its execution was stopped, and may store an image and delete it again.
    wait_until_it_stays(lambda: list_listener_data(local, client.listener_id) == [])
    assert_error(client.call("GET", "/api/me"), 401, "not_logged_in")
