"""The example events are what the functions really get, of one cover throughout."""

import json
import re

import pytest

from accept.parse_request import read_request
from apply.app import ApplyInput
from coverart.errors import SpotifyUnavailableError, StorageUnavailableError
from coverart.models import read_model
from coverart.pipeline.execution_errors import explain_failure
from coverart.store.keys import cover_file_key
from coverart.store.listeners import ListenerSettings
from detect.app import DetectInput
from fetch.app import FetchInput
from generate.app import GenerateInput
from prompt.app import PromptInput
from publish.app import PublishInput
from scripts.local.examples import EVENTS as FOLDER
from scripts.local.examples import event, event_of, function_of, name_of
from settle.execution_event import CoverInput, EntryInput, read_execution
from stylize.app import StylizeInput
from tests.events.outcomes import ALL

EVENTS = {file.stem: event(file.stem) for file in FOLDER.glob("*.json")}
STEPS = {
    "fetch": FetchInput,
    "detect": DetectInput,
    "prompt": PromptInput,
    "generate": GenerateInput,
    "stylize": StylizeInput,
    "publish": PublishInput,
}


def functions(template):
    found = [r["Properties"] for r in template["Resources"].values() if r["Type"] == "AWS::Serverless::Function"]
    return {properties["Handler"].split(".")[0]: properties for properties in found}


def test_every_function_has_an_event_and_no_event_is_of_anything_else(template):
    assert set(functions(template)) <= set(EVENTS)
    assert {name.split("-")[0] for name in EVENTS} == set(functions(template))


def test_every_function_has_a_bad_event(template):
    assert {file.stem for file in (FOLDER / "bad").iterdir()} == set(functions(template))


def test_the_name_of_an_event_says_which_function_takes_it(template):
    for name in EVENTS:
        resource = template["Resources"][function_of(FOLDER / f"{name}.json")]
        assert resource["Properties"]["Handler"] == f"{name.split('-')[0]}.app.handler"
    assert event_of("AcceptFunction") == FOLDER / "accept.json"


def test_of_every_event_it_is_known_how_it_ends_and_told_what_it_is():
    files = set(FOLDER.rglob("*.json"))
    assert set(ALL) == files
    told = re.findall(r"^\| `([a-z/-]+)\.json` \|", (FOLDER / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(told) == sorted(name_of(file) for file in files)


@pytest.mark.parametrize("step", [*STEPS, "generate-painter", "publish-set"])
def test_a_steps_event_is_read_as_its_input(step):
    read = read_model(STEPS[step.split("-")[0]], EVENTS[step])
    assert read.model_dump(mode="json", by_alias=True).items() >= EVENTS[step].items()


@pytest.mark.parametrize("step", STEPS)
def test_a_steps_event_holds_what_the_state_machine_sends(step, definition):
    assert set(EVENTS[step]) == set(definition["States"][step.capitalize()]["Arguments"]["Payload"])


def test_the_painter_is_sent_what_the_state_machine_sends_it(definition):
    assert set(EVENTS["generate-painter"]) == set(definition["States"]["GenerateWithPainter"]["Arguments"]["Payload"])


@pytest.mark.parametrize("name", ["auth", "bad/auth", "api", "api-page", "bad/api"])
def test_a_request_over_http_is_of_one_of_the_functions_routes(name, template):
    request, room = event(name), name.removeprefix("bad/").split("-")[0]
    sources = functions(template)[room]["Events"].values()
    routes = {f"{e['Properties']['Method']} {e['Properties']['Path']}" for e in sources if e["Type"] == "HttpApi"}
    assert request["version"] == "2.0"
    assert request["routeKey"] in routes
    assert request["routeKey"] == f"{request['requestContext']['http']['method']} {request['rawPath']}"


def test_accept_takes_the_event_of_a_new_playlist():
    request = read_request(EVENTS["accept"], lambda _: ListenerSettings())
    assert request.automatic
    assert request.source.playlist_id == EVENTS["fetch"]["source"]["playlist_id"]


def test_accept_takes_the_direct_request_of_the_same_cover():
    request = read_request(EVENTS["accept-request"], lambda _: ListenerSettings())
    assert request.source.model_dump() == EVENTS["fetch"]["source"]
    assert request.options.to_json() == EVENTS["prompt"]["options"]
    assert not request.automatic


def test_watch_is_given_what_the_scheduler_sends_where_no_input_is_set(template):
    [tick] = functions(template)["watch"]["Events"].values()
    assert (tick["Type"], "Input" in tick["Properties"]) == ("ScheduleV2", False)
    # https://docs.aws.amazon.com/scheduler/latest/APIReference/API_Target.html: "a default notification"
    told = EVENTS["watch"]
    assert (told["source"], told["detail-type"], told["detail"]) == ("aws.scheduler", "Scheduled Event", "{}")


@pytest.mark.parametrize(
    ("name", "of", "error"),
    [("settle", CoverInput, StorageUnavailableError), ("settle-apply", EntryInput, SpotifyUnavailableError)],
)
def test_settle_reads_what_the_execution_was_of_and_why_it_failed(name, of, error):
    execution, asked = read_execution(EVENTS[name])
    assert isinstance(asked, of)
    told = json.loads(execution.input)
    expected = EVENTS["apply"] if of is EntryInput else EVENTS["fetch"]
    assert {field: told[field] for field in expected} == expected
    failure = explain_failure(execution.status, execution.error, execution.cause)
    assert failure.code == error.code
    assert str(failure).endswith("Please try again." if of is CoverInput else "in a minute.")


def test_apply_is_given_what_its_state_machine_sends():
    machine = json.loads((FOLDER.parent / "statemachine" / "apply.asl.json").read_text())
    assert set(EVENTS["apply"]) == set(machine["States"]["Apply"]["Arguments"]["Payload"])
    assert read_model(ApplyInput, EVENTS["apply"]).to_json() == EVENTS["apply"]


def test_the_events_are_of_one_cover():
    assert re.fullmatch(r"\d{8}T\d{9}-[0-9a-f]{10}", EVENTS["fetch"]["cover_id"])
    for part in ("listener_id", "cover_id", "source", "songs", "artworks", "prompt", "options", "title"):
        values = [taken[part] for name, taken in EVENTS.items() if name in STEPS and part in taken]
        assert all(value == values[0] for value in values), part
    listener_id, cover_id = EVENTS["fetch"]["listener_id"], EVENTS["fetch"]["cover_id"]
    assert EVENTS["accept"]["detail"]["listener_id"] == EVENTS["accept-request"]["listener_id"] == listener_id
    assert EVENTS["stylize"]["painting"]["key"] == cover_file_key(listener_id, cover_id, "painting.png")
    assert EVENTS["apply"]["entry_id"] == cover_id
    assert EVENTS["apply"]["playlist_id"] == EVENTS["publish"]["source"]["playlist_id"]
    assert EVENTS["publish"]["pictures"]["cover"] == cover_file_key(listener_id, cover_id, "cover.jpg")
