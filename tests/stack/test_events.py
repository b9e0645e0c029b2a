"""Every example event, good and bad, invoked on the deployed functions."""

import json
from pathlib import Path

import pytest
import yaml

from scripts.local import example_events
from scripts.local.paths import BUILD_DIR
from scripts.local.sam_local import write_template
from tests.stack.api_client import ApiClient
from tests.tools.events.outcomes import BAD, GOOD, is_right


@pytest.fixture(scope="module")
def prepared(deployed_stack):
    example_events.prepare_data(deployed_stack)
    yield deployed_stack
    # This stops what the events started, and leaves nothing to the next tests.
    listener_id = example_events.load_event("fetch")["listener_id"]
    assert ApiClient(deployed_stack, listener_id).call("DELETE", "/api/me").status_code == 204


@pytest.mark.parametrize("name", BAD)
def test_bad_event_ends_with_its_error(prepared, local, name):
    path = example_events.EVENTS_DIR / "bad" / f"{name}.json"
    answer, error = invoke(local, path)
    assert is_right(BAD[name], answer, error), answer


@pytest.mark.parametrize("name", GOOD)
def test_good_event_has_its_result(prepared, local, name):
    example_events.prepare_data(local)
    answer, error = invoke(local, example_events.EVENTS_DIR / f"{name}.json")
    assert is_right(GOOD[name], answer, error), answer


def invoke(local, path):
    """Return the result, and the name of the error that the function raised."""
    function = local.describe_function(example_events.function_name(path))["FunctionName"]
    response = local.client("lambda").invoke(FunctionName=function, Payload=path.read_bytes())
    answer = json.loads(response["Payload"].read())
    return answer, answer["errorType"] if "FunctionError" in response else None


def test_function_in_docker_has_its_environment_on_the_stack(local):
    # The build for Lambda differs only in the platform of the layers.
    template = yaml.safe_load(write_template(local, BUILD_DIR).read_text(encoding="utf-8"))
    resources = template["Resources"]
    for function in example_events.list_functions():
        properties = resources[function]["Properties"]
        assert properties["Environment"]["Variables"]["AWS_ENDPOINT_URL"] == local.emulator.url
        assert (Path(properties["CodeUri"]) / properties["Handler"].split(".")[0] / "app.py").is_file()
        for layer in properties["Layers"]:
            assert (Path(resources[layer["Ref"]]["Properties"]["ContentUri"]) / "python").is_dir()
    variables = resources["DetectFunction"]["Properties"]["Environment"]["Variables"]
    assert variables.items() >= local.describe_function("DetectFunction")["Environment"]["Variables"].items()
    assert variables["COVERS_TABLE"] == local.outputs["CoversTableName"]
