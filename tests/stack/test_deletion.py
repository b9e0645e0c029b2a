"""Deleting a cover and forgetting a listener through the deployed API, also while functions are running."""

from datetime import UTC, datetime

from coverart.pipeline.start_cover import new_cover_id
from coverart.store.keys import backup_key
from coverart.store.publish_history import HistoryEntry
from scripts.fakes.server import Fault
from tests.stack.api_client import COVER_REQUEST, assert_error
from tests.stack.stack_state import COVER_IMAGE, SONGS, execution_arn, list_listener_data, wait_for, wait_for_end


def start_held(client, path, body, fake, pattern, method=None):
    """Start what waits for a response of the fake until the fault is released. Return the response and the fault."""
    fault = Fault(pattern, method=method, times=20, delay=60)  # retries are held, too
    fake.state.recorder.faults.append(fault)
    response = client.call("POST", path, body)
    assert response.status_code == 202, response.text
    wait_for(lambda: fault.times < 20)
    return response.json(), fault


def store_entry(local, listener_id, playlist_id):
    """Store an entry whose image was set. Return the path that sets it again."""
    now = datetime.now(UTC)
    entry_id = new_cover_id(now)
    picture = backup_key(listener_id, playlist_id, entry_id)
    local.bucket.put(picture, COVER_IMAGE, "image/jpeg")
    fields = {"playlist_id": playlist_id, "entry_id": entry_id, "playlist_name": "Shelf", "cover_id": None}
    local.history.add(listener_id, HistoryEntry(**fields, picture=picture, status="set", asked_at=now))
    return f"/api/playlists/{playlist_id}/history/{entry_id}/apply"


def test_listener_deleted_while_functions_run_leaves_nothing(local, other_client, openai_server):
    """An image waits to be sent and another to be read, a cover waits for a painting and another for artwork."""
    client, listener_id, spotify = other_client, other_client.listener_id, local.spotify
    client.call("POST", "/api/tokens", {"name": "player"})
    first, second = (spotify.state.add_playlist("Shelf", SONGS, owner="newcomer") for _ in range(2))
    body = {**COVER_REQUEST, "source": {"kind": "playlist", "playlist_id": first, "count": 2}}
    faults, arns = [], []
    for playlist_id, pattern, method in (
        (first, f"^/v1/playlists/{first}/images$", "PUT"),
        (second, f"^/v1/playlists/{second}$", "GET"),
    ):
        path = store_entry(local, listener_id, playlist_id)
        entry, fault = start_held(client, path, None, spotify, pattern, method)
        arns.append(execution_arn(local, entry["entry"], "ApplyStateMachine"))
        faults.append(fault)
    for fake, pattern in ((openai_server, "/images/generations$"), (spotify, "^/image/")):
        local.bucket.delete_prefix("artwork/")  # artwork in the bucket is not downloaded again
        cover, fault = start_held(client, "/api/covers", body, fake, pattern)
        arns.append(execution_arn(local, cover["cover_id"]))
        faults.append(fault)
    assert client.call("DELETE", "/api/me").status_code == 204
    for fault in faults:
        fault.released.set()
    for arn in arns:
        wait_for_end(local, arn, "ABORTED")
    # The functions go on after their executions were stopped, and may store an image and delete it again.
    wait_for(lambda: list_listener_data(local, listener_id) == [], stable_seconds=2)
    assert_error(client.call("GET", "/api/me"), 401, "not_logged_in")


def test_cover_deleted_during_a_step_leaves_no_images(local, client, openai_server):
    cover, fault = start_held(client, "/api/covers", COVER_REQUEST, openai_server, "/images/generations$")
    cover_id = cover["cover_id"]
    assert client.call("DELETE", f"/api/covers/{cover_id}").status_code == 204
    fault.released.set()
    wait_for_end(local, execution_arn(local, cover_id), "ABORTED")
    wait_for(lambda: local.list_keys(f"covers/{client.listener_id}/{cover_id}/") == [], stable_seconds=2)
    for method in ("GET", "DELETE"):
        assert_error(client.call(method, f"/api/covers/{cover_id}"), 404, "not_found")
    assert client.call("GET", "/api/me").status_code == 200


def test_deleting_a_listener_leaves_the_others(local, client, other_client, cover_id):
    data_before = list_listener_data(local, client.listener_id)
    assert other_client.call("DELETE", "/api/me").status_code == 204
    assert list_listener_data(local, other_client.listener_id) == []
    assert list_listener_data(local, client.listener_id) == data_before
