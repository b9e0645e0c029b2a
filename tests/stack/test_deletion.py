"""Deleting a cover and forgetting a listener through the deployed API while functions are running."""

from scripts.fakes.server import Fault
from tests.stack.api_client import COVER_REQUEST, assert_error
from tests.stack.stack_state import (
    SONGS,
    execution_arn,
    list_listener_data,
    store_entry,
    wait_for,
    wait_for_end,
)


def start_held(client, path, body, fake, pattern, method=None):
    """Start what waits for a response of the fake until the fault is released. Return the response and the fault."""
    fault = Fault(pattern, method=method, times=20, delay=60)  # retries are held, too
    fake.state.recorder.faults.append(fault)
    response = client.call("POST", path, body)
    assert response.status_code == 202, response.text
    wait_for(lambda: fault.times < 20)
    return response.json(), fault


def test_listener_deleted_while_functions_run_leaves_nothing(local, client, other_client, cover_id, openai_server):
    """An image waits to be sent and another to be read, a cover waits for a painting and another for artwork."""
    data_of_the_other = list_listener_data(local, client.listener_id)
    listener_id, spotify = other_client.listener_id, local.spotify
    other_client.call("POST", "/api/tokens", {"name": "player"})
    first, second = (spotify.state.add_playlist("Shelf", SONGS, owner="newcomer") for _ in range(2))
    body = {**COVER_REQUEST, "source": {"kind": "playlist", "playlist_id": first, "count": 1}}
    faults, arns = [], []
    for playlist_id, pattern, method in (
        (first, f"^/v1/playlists/{first}/images$", "PUT"),
        (second, f"^/v1/playlists/{second}$", "GET"),
    ):
        path = store_entry(local, listener_id, playlist_id)
        entry, fault = start_held(other_client, path, None, spotify, pattern, method)
        arns.append(execution_arn(local, entry["entry"], "ApplyStateMachine"))
        faults.append(fault)
    for fake, pattern in ((openai_server, "/images/generations$"), (spotify, "^/image/")):
        # Artwork in the bucket is not downloaded again.
        local.bucket.delete_prefix(f"artwork/{listener_id}/")
        cover, fault = start_held(other_client, "/api/covers", body, fake, pattern)
        arns.append(execution_arn(local, cover["cover_id"]))
        faults.append(fault)
    assert other_client.call("DELETE", "/api/me").status_code == 204
    for fault in faults:
        fault.released.set()
    # A function whose retry comes first finds no listener any more.
    for arn in arns:
        wait_for_end(local, arn, "ABORTED", "FAILED")
    # The functions go on after their executions were stopped, and may store an image and delete it again.
    wait_for(lambda: list_listener_data(local, listener_id) == [], stable_seconds=2)
    assert_error(other_client.call("GET", "/api/me"), 401, "not_logged_in")
    assert list_listener_data(local, client.listener_id) == data_of_the_other


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
