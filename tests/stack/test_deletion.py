"""Deleting a cover and forgetting a listener through the deployed API, also while functions are running."""

import threading
import time

import pytest

from scripts.fakes.server import Fault
from tests.stack.api_client import COVER_REQUEST, assert_error
from tests.stack.stack_state import (
    cover_execution_arn,
    is_logged,
    list_listener_data,
    wait_for,
    was_aborted,
)


@pytest.fixture
def released():
    """Ends the delay of the requests that a slow step sends."""
    return threading.Event()


@pytest.fixture
def start_slow_step(local, client, openai_server, released):
    """Start a cover and wait until it is in the middle of a step. Return the cover's id.

    The step waits for a response until `released` is set, except that stylize takes seconds by itself.
    """

    def start(step):
        if step == "fetch":
            local.bucket.delete_prefix("artwork/")  # artwork in the bucket is not downloaded again
            local.spotify.state.recorder.faults.append(Fault("/image/", delay=60, times=20, released=released))
        if step == "generate":
            openai_server.state.recorder.faults.append(Fault("/images/", delay=60, times=5, released=released))
        body = {**COVER_REQUEST, "options": {}} if step == "stylize" else COVER_REQUEST
        cover_id = client.call("POST", "/api/covers", body).json()["cover_id"]
        wait_for(lambda: (local.covers.get(client.listener_id, cover_id) or {}).get("step") == step)
        if step == "fetch":
            spotify_requests = local.spotify.state.recorder.requests
            wait_for(lambda: any("/image/" in request["path"] for request in spotify_requests))
        return cover_id

    return start


def wait_for_late_end(local, cover_id, step):
    """Wait until the step's function has ended, which went on after its execution was stopped."""
    wait_for(lambda: is_logged(local, step, cover_id, "CoverDeletedError"), interval_seconds=0.3)


@pytest.mark.parametrize("step", ["fetch", "generate", "stylize"])
def test_listener_deleted_during_a_step_leaves_nothing(local, client, start_slow_step, released, step):
    client.call("POST", "/api/tokens", {"name": "player"})
    cover_id = start_slow_step(step)
    assert client.call("DELETE", "/api/me").status_code == 204
    released.set()
    wait_for_late_end(local, cover_id, step)
    wait_for(lambda: list_listener_data(local, client.listener_id) == [])
    assert was_aborted(local, cover_execution_arn(local, cover_id))
    time.sleep(0.5)
    assert list_listener_data(local, client.listener_id) == []
    assert_error(client.call("GET", "/api/me"), 401, "not_logged_in")


@pytest.mark.parametrize("step", ["generate", "stylize"])
def test_cover_deleted_during_a_step_leaves_no_images(local, client, start_slow_step, released, step):
    cover_id = start_slow_step(step)
    assert client.call("DELETE", f"/api/covers/{cover_id}").status_code == 204
    released.set()
    wait_for_late_end(local, cover_id, step)
    wait_for(lambda: local.list_keys(f"covers/{client.listener_id}/{cover_id}/") == [])
    assert_error(client.call("GET", f"/api/covers/{cover_id}"), 404, "not_found")
    assert_error(client.call("DELETE", f"/api/covers/{cover_id}"), 404, "not_found")
    assert client.call("GET", "/api/me").status_code == 200


def test_deleting_a_listener_leaves_the_others(local, client, other_client, cover_id):
    data_before = list_listener_data(local, client.listener_id)
    assert other_client.call("DELETE", "/api/me").status_code == 204
    assert list_listener_data(local, other_client.listener_id) == []
    assert list_listener_data(local, client.listener_id) == data_before
