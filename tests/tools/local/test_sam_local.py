"""Every function with every example event in Docker: `make test-invoke`."""

import json

import pytest

from scripts import sam
from scripts.local import example_events
from scripts.local.sam_local import find_bridge_address, run_reachable_stack
from tests.tools.events.outcomes import ALL, is_right

# SAM may pull the image first.
pytestmark = [pytest.mark.docker, pytest.mark.enable_socket, pytest.mark.timeout(900)]


def exit_without_docker():
    """End the whole run with one message instead of failing every test."""
    try:
        find_bridge_address()
    except RuntimeError as error:
        pytest.exit(str(error), returncode=1)


@pytest.fixture(scope="module")
def sam_local():
    exit_without_docker()
    with run_reachable_stack() as sam_local:
        yield sam_local


@pytest.mark.parametrize("path", ALL, ids=example_events.event_name)
def test_example_event_has_its_result_in_docker(sam_local, path, capfd):
    example_events.prepare_data(sam_local.local)
    function = example_events.function_name(path)
    command = sam_local.command("invoke", function, "--event", str(path.absolute()))
    assert sam.run_in_terminal(*command, **sam_local.assume_role(function)) == 0
    result = json.loads(capfd.readouterr().out)
    error = result.get("errorType") if isinstance(result, dict) else None
    assert is_right(ALL[path], result, error), result
