"""Every example event, good and bad, taken by the deployed function whose it is."""

import json
from pathlib import Path

import pytest
import yaml

from scripts.local import examples, sam_local
from scripts.local.paths import BUILT
from tests.events.outcomes import ALL, is_right
from tests.stack.asking import Browser


@pytest.fixture
def laid_out(local):
    examples.lay_out(local)
    return local


@pytest.fixture(scope="module", autouse=True)
def forgotten(deployed):
    yield
    # What was asked for stops, and the next tests find nothing of it.
    listener_id = examples.event("fetch")["listener_id"]
    assert Browser(deployed, listener_id).ask("DELETE", "/api/me").status_code == 204


@pytest.mark.parametrize("path", ALL, ids=examples.name_of)
def test_an_example_event_ends_as_it_should(laid_out, path):
    function = laid_out.function(examples.function_of(path))["FunctionName"]
    said = laid_out.client("lambda").invoke(FunctionName=function, Payload=path.read_bytes())
    answer = json.loads(said["Payload"].read())
    error = answer["errorType"] if "FunctionError" in said else None
    assert is_right(ALL[path], answer, error), answer


def test_in_docker_a_function_has_the_environment_that_it_has_on_the_stack(local, monkeypatch):
    # The same template, built for another platform.
    monkeypatch.setattr(sam_local, "BUILT_FOR_LAMBDA", BUILT)
    told = yaml.safe_load(sam_local.write_template(local).read_text(encoding="utf-8"))["Resources"]
    assert sam_local.functions() == sorted({examples.function_of(path) for path in ALL})
    for function in sam_local.functions():
        properties = told[function]["Properties"]
        variables = properties["Environment"]["Variables"]
        assert variables.pop("AWS_ENDPOINT_URL") == local.emulator.url
        assert variables == local.function(function)["Environment"]["Variables"]
        assert (Path(properties["CodeUri"]) / properties["Handler"].split(".")[0] / "app.py").is_file()
        for layer in properties["Layers"]:
            assert (Path(told[layer["Ref"]]["Properties"]["ContentUri"]) / "python").is_dir()
