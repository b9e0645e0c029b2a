"""The example events are what the functions receive, and all belong to one cover."""

import json
import re
from importlib import import_module

import pytest

from accept.parse_request import read_request
from apply.app import ApplyInput
from coverart import models
from coverart.errors import SpotifyUnavailableError, StorageUnavailableError
from coverart.models import read_model
from coverart.pipeline.execution_errors import explain_failure
from coverart.store.keys import cover_file_key
from coverart.store.listeners import ListenerSettings
from scripts.local.example_events import EVENTS_DIR, event_name, event_path, function_name, load_event
from settle.execution_event import CoverInput, EntryInput, read_execution
from tests.tools.events.outcomes import ALL

EVENTS = {file.stem: load_event(file.stem) for file in EVENTS_DIR.glob("*.json")}
# The models of the steps' inputs. The modules have them by these names.
STEPS = {step: getattr(import_module(f"{step}.app"), f"{step.title()}Input") for step in models.STEPS}


@pytest.fixture
def functions(template):
    """The functions' properties by the name of their folder."""
    resources = template["Resources"].values()
    functions = [r["Properties"] for r in resources if r["Type"] == "AWS::Serverless::Function"]
    return {properties["Handler"].split(".")[0]: properties for properties in functions}


def test_each_event_belongs_to_the_function_that_its_name_says(functions, template):
    assert set(functions) <= set(EVENTS)
    assert {name.split("-")[0] for name in EVENTS} == set(functions)
    assert {file.stem for file in (EVENTS_DIR / "bad").iterdir()} == set(functions)
    for name in EVENTS:
        resource = template["Resources"][function_name(EVENTS_DIR / f"{name}.json")]
        assert resource["Properties"]["Handler"] == f"{name.split('-')[0]}.app.handler"
    assert event_path("AcceptFunction") == EVENTS_DIR / "accept.json"


def test_each_event_has_an_outcome_and_is_documented():
    readme = (EVENTS_DIR / "README.md").read_text(encoding="utf-8")
    names = re.findall(r"^\| `([a-z/-]+)\.json` \|", readme, re.MULTILINE)
    assert sorted(names) == sorted(event_name(file) for file in EVENTS_DIR.rglob("*.json"))
    assert set(ALL) == set(EVENTS_DIR.rglob("*.json"))


@pytest.mark.parametrize("name", [*STEPS, "generate-painter", "publish-set", "apply"])
def test_event_is_what_the_state_machine_sends_and_the_step_reads(name, definition, template):
    step = name.split("-")[0]
    step_input = read_model(ApplyInput if step == "apply" else STEPS[step], EVENTS[name])
    assert step_input.model_dump(mode="json", by_alias=True, exclude_unset=True) == EVENTS[name]
    apply_definition = template["Resources"]["ApplyStateMachine"]["Properties"]["Definition"]
    candidate_states = definition["States"]["Candidates"]["ItemProcessor"]["States"]
    states = definition["States"] | candidate_states | apply_definition["States"]
    state = "GenerateWithPainter" if name == "generate-painter" else step.capitalize()
    assert set(EVENTS[name]) == set(states[state]["Arguments"]["Payload"])


@pytest.mark.parametrize("name", ["auth", "bad/auth", "api", "api-page", "bad/api"])
def test_http_request_has_a_route_of_its_function(name, functions):
    request, function = load_event(name), name.removeprefix("bad/").split("-")[0]
    sources = functions[function]["Events"].values()
    events = [event["Properties"] for event in sources if event["Type"] == "HttpApi"]
    routes = {f"{event['Method']} {event['Path']}" for event in events if "Path" in event}
    own_route = f"{request['requestContext']['http']['method']} {request['rawPath']}"
    assert request["version"] == "2.0"
    assert request["routeKey"] == own_route if own_route in routes else request["routeKey"] == "$default"
    assert len(events) > len(routes) or own_route in routes


def test_accept_reads_an_event_and_a_direct_request():
    automatic, direct = (
        read_request(EVENTS[name], lambda _: ListenerSettings()) for name in ("accept", "accept-request")
    )
    assert (automatic.automatic, direct.automatic) == (True, False)
    assert automatic.source.playlist_id == EVENTS["fetch"]["source"]["playlist_id"]
    assert direct.source.model_dump() == EVENTS["fetch"]["source"]
    options = read_model(STEPS["prompt"], EVENTS["prompt"]).options
    assert direct.options.model_copy(update={"variation": direct.options.seed}) == options


def test_watch_gets_what_a_schedule_without_input_sends(functions):
    [schedule] = functions["watch"]["Events"].values()
    assert (schedule["Type"], "Input" in schedule["Properties"]) == ("ScheduleV2", False)
    # https://docs.aws.amazon.com/scheduler/latest/APIReference/API_Target.html: "a default notification"
    default = EVENTS["watch"]
    assert (default["source"], default["detail-type"], default["detail"]) == ("aws.scheduler", "Scheduled Event", "{}")


def test_settle_reads_the_input_and_the_failure():
    for name, input_class, error, step, ending in (
        ("settle", CoverInput, StorageUnavailableError, "fetch", "Please try again."),
        ("settle-apply", EntryInput, SpotifyUnavailableError, "apply", "in a minute."),
    ):
        execution, execution_input = read_execution(EVENTS[name])
        assert isinstance(execution_input, input_class)
        fields = json.loads(execution.input)
        assert {field: fields[field] for field in EVENTS[step]} == EVENTS[step]
        failure = explain_failure(execution.status, execution.error, execution.cause)
        assert failure.code == error.code
        assert str(failure).endswith(ending)


def test_events_belong_to_one_cover():
    assert re.fullmatch(r"\d{8}T\d{9}-[0-9a-f]{10}", EVENTS["fetch"]["cover_id"])
    for part in ("listener_id", "cover_id", "source", "songs", "artworks", "prompt", "options", "title"):
        values = [fields[part] for name, fields in EVENTS.items() if name in STEPS and part in fields]
        assert all(value == values[0] for value in values), part
    listener_id, cover_id = EVENTS["fetch"]["listener_id"], EVENTS["fetch"]["cover_id"]
    assert EVENTS["accept"]["detail"]["listener_id"] == EVENTS["accept-request"]["listener_id"] == listener_id
    assert EVENTS["stylize"]["painting"]["key"] == cover_file_key(listener_id, cover_id, "painting.png")
    assert EVENTS["apply"]["entry_id"] == cover_id
    assert EVENTS["apply"]["playlist_id"] == EVENTS["publish"]["source"]["playlist_id"]
    assert EVENTS["publish"]["candidates"][0]["pictures"]["cover"] == cover_file_key(listener_id, cover_id, "cover.jpg")
