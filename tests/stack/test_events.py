"""Every example event, valid and invalid, as the deployed function handles it."""

import json
from pathlib import Path

import pytest
import yaml

from scripts.local import examples
from scripts.local.paths import BUILT
from scripts.local.sam_local import SamLocal
from tests.events.outcomes import BAD, GOOD, is_right
from tests.stack.api_client import ApiClient


@pytest.fixture(scope="module")
def example_data(deployed_stack):
    """The data that the events refer to. After the module, its listener and everything that was started is deleted."""
    examples.lay_out(deployed_stack)
    yield
    listener_id = examples.event("fetch")["listener_id"]
    assert ApiClient(deployed_stack, listener_id).call("DELETE", "/api/me").status_code == 204


@pytest.mark.parametrize("name", BAD)
def test_invalid_event_gives_its_error(example_data, local, name):
    path = examples.EVENTS / "bad" / f"{name}.json"
    response, error = invoke_function(local, path)
    assert is_right(BAD[name], response, error), response


@pytest.mark.parametrize("name", GOOD)
def test_valid_event_gives_its_response(example_data, local, name):
    examples.lay_out(local)
    response, error = invoke_function(local, examples.EVENTS / f"{name}.json")
    assert is_right(GOOD[name], response, error), response


def invoke_function(local, path):
    """Return the function's response, and the name of the error that it raised."""
    name = local.function(examples.function_of(path))["FunctionName"]
    invocation = local.client("lambda").invoke(FunctionName=name, Payload=path.read_bytes())
    response = json.loads(invocation["Payload"].read())
    return response, response["errorType"] if "FunctionError" in invocation else None


def test_function_in_docker_has_its_environment_on_the_stack(local):
    # The build for Lambda differs only in the platform of the layers.
    sam = SamLocal.of(local, BUILT)
    resources = yaml.safe_load(sam.template.read_text(encoding="utf-8"))["Resources"]
    for function in examples.functions():
        properties = resources[function]["Properties"]
        assert properties["Environment"]["Variables"]["AWS_ENDPOINT_URL"] == local.emulator.url
        assert (Path(properties["CodeUri"]) / properties["Handler"].split(".")[0] / "app.py").is_file()
        for layer in properties["Layers"]:
            assert (Path(resources[layer["Ref"]]["Properties"]["ContentUri"]) / "python").is_dir()
    variables = resources["DetectFunction"]["Properties"]["Environment"]["Variables"]
    assert variables.items() >= local.function("DetectFunction")["Environment"]["Variables"].items()
    assert variables["COVERS_TABLE"] == local.outputs["CoversTableName"]
