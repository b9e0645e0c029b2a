"""Every example event, good and bad, taken by the deployed function whose it is."""

import json
from pathlib import Path

import pytest
import yaml

from scripts.local import examples
from scripts.local.paths import BUILT
from scripts.local.sam_local import SamLocal
from tests.events.outcomes import BAD, GOOD, is_right
from tests.stack.api_client import Browser


@pytest.fixture(scope="module")
def laid_out(deployed):
    examples.lay_out(deployed)
    yield deployed
    # What was asked for stops, and the next tests find nothing of it.
    listener_id = examples.event("fetch")["listener_id"]
    assert Browser(deployed, listener_id).ask("DELETE", "/api/me").status_code == 204


@pytest.mark.parametrize("name", BAD)
def test_a_bad_event_ends_with_its_error(laid_out, local, name):
    path = examples.EVENTS / "bad" / f"{name}.json"
    answer, error = invoked(local, path)
    assert is_right(BAD[name], answer, error), answer


@pytest.mark.parametrize("name", GOOD)
def test_a_good_event_ends_as_it_should(laid_out, local, name):
    examples.lay_out(local)
    answer, error = invoked(local, examples.EVENTS / f"{name}.json")
    assert is_right(GOOD[name], answer, error), answer


def invoked(local, path):
    """The function's answer, and the name of the error that it raised."""
    function = local.function(examples.function_of(path))["FunctionName"]
    said = local.client("lambda").invoke(FunctionName=function, Payload=path.read_bytes())
    answer = json.loads(said["Payload"].read())
    return answer, answer["errorType"] if "FunctionError" in said else None


def test_in_docker_a_function_has_the_environment_that_it_has_on_the_stack(local):
    # What is built for Lambda is the same but for the layers' platform.
    sam = SamLocal.of(local, BUILT)
    template = yaml.safe_load(sam.template.read_text(encoding="utf-8"))
    told = template["Resources"]
    for function in examples.functions():
        properties = told[function]["Properties"]
        assert properties["Environment"]["Variables"]["AWS_ENDPOINT_URL"] == local.emulator.url
        assert (Path(properties["CodeUri"]) / properties["Handler"].split(".")[0] / "app.py").is_file()
        for layer in properties["Layers"]:
            assert (Path(told[layer["Ref"]]["Properties"]["ContentUri"]) / "python").is_dir()
    variables = told["DetectFunction"]["Properties"]["Environment"]["Variables"]
    assert variables.items() >= local.function("DetectFunction")["Environment"]["Variables"].items()
    assert variables["COVERS_TABLE"] == local.outputs["CoversTableName"]
