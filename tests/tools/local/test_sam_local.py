"""Every function with every example event in Docker: `make test-invoke`."""

import pytest

from scripts.local import docker, example_events
from scripts.local.sam_local import run_reachable_stack
from tests.tools.events.outcomes import ALL, is_right

pytestmark = [pytest.mark.docker, pytest.mark.enable_socket]


def exit_without_docker():
    """End the whole run with one message instead of failing every test."""
    try:
        docker.find_bridge_address()
    except RuntimeError as error:
        pytest.exit(str(error), returncode=1)


@pytest.fixture(scope="module")
def sam():
    exit_without_docker()
    with run_reachable_stack() as sam:
        yield sam


@pytest.mark.parametrize("path", ALL, ids=example_events.event_name)
def test_example_event_has_its_result_in_docker(sam, path):
    example_events.prepare_data(sam.local)
    result, error = sam.invoke(example_events.function_name(path), path)
    assert is_right(ALL[path], result, error), result
