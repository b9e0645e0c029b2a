"""The deployed functions: each invoked with its example events, good and bad, and what SAM and Lambda start."""

import json
from pathlib import Path

import pytest

from scripts.fakes.server import Fault
from scripts.invoke import template_path, write_template
from scripts.local import example_events
from scripts.local.paths import BUILD_DIR
from tests.stack.api_client import ApiClient
from tests.stack.stack_state import invoke
from tests.tools.events.outcomes import ALL, is_right

# Of a file that Python checks against its source's hash. Bytecode that Python writes by itself has 0.
CHECKED_HASH = 0b11


@pytest.fixture(scope="module")
def prepared(deployed_stack):
    """Delete the example listener at the end, which stops what the events started."""
    example_events.prepare_data(deployed_stack)
    yield
    listener_id = example_events.load_event("fetch")["listener_id"]
    assert ApiClient(deployed_stack, listener_id).call("DELETE", "/api/me").status_code == 204


@pytest.mark.parametrize("path", ALL, ids=example_events.event_name)
def test_example_event_has_its_result_or_error(prepared, local, path):
    if path.parent == example_events.EVENTS_DIR:  # a good event
        example_events.prepare_data(local)
    if path.stem.startswith(("accept", "watch")):  # the cover that it starts ends at once
        local.spotify.state.recorder.faults.append(Fault("/(artists|items)$", 403, times=100, body={}))
    result, error = invoke(local, example_events.function_name(path), json.loads(path.read_bytes()))
    assert is_right(ALL[path], result, error), result


def test_function_in_docker_has_its_environment_on_the_stack(local):
    # The build for Lambda differs only in the platform of the layers.
    write_template(local, BUILD_DIR)
    resources = json.loads(template_path(local).read_text(encoding="utf-8"))["Resources"]
    for function in example_events.list_functions():
        properties = resources[function]["Properties"]
        assert properties["Environment"]["Variables"]["AWS_ENDPOINT_URL"] == local.emulator.url
        assert (Path(properties["CodeUri"]) / properties["Handler"].split(".")[0] / "app.py").is_file()
        for layer in properties["Layers"]:
            assert (Path(resources[layer["Ref"]]["Properties"]["ContentUri"]) / "python").is_dir()
    variables = resources["DetectFunction"]["Properties"]["Environment"]["Variables"]
    assert variables.items() >= local.describe_function("DetectFunction")["Environment"]["Variables"].items()
    assert variables["COVERS_TABLE"] == local.outputs["CoversTableName"]


def test_functions_start_from_the_bytecode_that_is_deployed(local):
    local.log_in()
    files = list(local.emulator.folder.rglob("*.pyc"))
    assert len(files) > 100
    assert {int.from_bytes(file.read_bytes()[4:8], "little") for file in files} == {CHECKED_HASH}
