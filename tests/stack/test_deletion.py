"""Deleting a cover and forgetting a listener through the deployed API, also while functions are running."""

import pytest

from scripts.fakes.server import Fault
from tests.stack.api_client import COVER_REQUEST, assert_error
from tests.stack.stack_state import (
    cover_execution_arn,
    get_execution_status,
    list_listener_data,
    wait_for,
    wait_until_it_stays,
)


@pytest.fixture
def start_slow_step(local, client, openai_server):
    """Start a cover and wait until it is in the middle of a step. Return its id, and the fault that holds the step.

    The step waits for a response until the fault is released, except that stylize takes seconds by itself.
    """

    def start(step):
        fault = Fault("/images/generations$", delay=60)
        if step == "fetch":
            local.bucket.delete_prefix("artwork/")  # artwork in the bucket is not downloaded again
            fault = Fault("^/image/", delay=60, times=20)
            local.spotify.state.recorder.faults.append(fault)
        if step == "generate":
            openai_server.state.recorder.faults.append(fault)
        body = {**COVER_REQUEST, "options": {}} if step == "stylize" else COVER_REQUEST
        times, cover_id = fault.times, client.call("POST", "/api/covers", body).json()["cover_id"]
        wait_for(lambda: (local.covers.get(client.listener_id, cover_id) or {}).get("step") == step)
        wait_for(lambda: step == "stylize" or fault.times < times)
        return cover_id, fault

    return start


def wait_for_end(local, cover_id, fault, is_gone):
    """Let the step go on although its execution was stopped. Wait until nothing is left of what it stores."""
    fault.released.set()
    wait_for(lambda: get_execution_status(local, cover_execution_arn(local, cover_id)) == "ABORTED")
    wait_until_it_stays(is_gone)


@pytest.mark.parametrize("step", ["fetch", "generate", "stylize"])
def test_listener_deleted_during_a_step_leaves_nothing(local, client, start_slow_step, step):
    client.call("POST", "/api/tokens", {"name": "player"})
    cover_id, fault = start_slow_step(step)
    assert client.call("DELETE", "/api/me").status_code == 204
    wait_for_end(local, cover_id, fault, lambda: list_listener_data(local, client.listener_id) == [])
    assert_error(client.call("GET", "/api/me"), 401, "not_logged_in")


@pytest.mark.parametrize("step", ["generate", "stylize"])
def test_cover_deleted_during_a_step_leaves_no_images(local, client, start_slow_step, step):
    cover_id, fault = start_slow_step(step)
    assert client.call("DELETE", f"/api/covers/{cover_id}").status_code == 204
    wait_for_end(local, cover_id, fault, lambda: local.list_keys(f"covers/{client.listener_id}/{cover_id}/") == [])
    for method in ("GET", "DELETE"):
        assert_error(client.call(method, f"/api/covers/{cover_id}"), 404, "not_found")
    assert client.call("GET", "/api/me").status_code == 200


def test_deleting_a_listener_leaves_the_others(local, client, other_client, cover_id):
    data_before = list_listener_data(local, client.listener_id)
    assert other_client.call("DELETE", "/api/me").status_code == 204
    assert list_listener_data(local, other_client.listener_id) == []
    assert list_listener_data(local, client.listener_id) == data_before
