"""Malformed events of every function: each is handled or refused with InvalidRequestError, and nothing is half done."""

import json
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accept.app import handler as accept
from apply.app import handler as apply
from coverart.aws import clients
from coverart.errors import CoverArtError, InvalidRequestError, ListenerNotFoundError
from coverart.models import STEPS, read_model
from coverart.store.covers import new_item
from coverart.store.keys import profile_key
from settle.app import handler as settle
from tests.security.mutators import mutate_json
from tests.unit.api.conftest import save_listener

NOW = datetime(2026, 11, 22, tzinfo=UTC)
EVENTS = Path(__file__).parents[2] / "events"


def load_event(name):
    return json.loads((EVENTS / f"{name}.json").read_text("utf-8"))


def mutate_event(valid):
    """Mutate an event. Lambda delivers objects only."""
    return mutate_json(valid).filter(lambda event: isinstance(event, dict))


@pytest.mark.parametrize("step", STEPS)
@given(data=st.data())
def test_step_input_is_read_or_refused(step, data):
    input_model = getattr(import_module(f"{step}.app"), f"{step.title()}Input")
    event = data.draw(mutate_json(load_event(step)))
    try:
        read_model(input_model, event)
    except InvalidRequestError as error:
        assert str(error).startswith("The request cannot be read: ")


@pytest.mark.parametrize("step", STEPS)
def test_error_repeats_no_value_of_the_request(step):
    input_model = getattr(import_module(f"{step}.app"), f"{step.title()}Input")
    event = {name: ["secret-of-somebodys"] for name in load_event(step)}
    with pytest.raises(InvalidRequestError) as error:
        read_model(input_model, {**event, "replace_own": "secret-of-somebodys"})
    assert "secret-of-somebodys" not in str(error.value)


@pytest.mark.parametrize("name", ["accept", "accept-request"])
@given(data=st.data())
def test_accept_starts_one_execution_or_refuses(step_functions, name, data):
    valid_event = load_event(name)
    listener_id = valid_event.get("detail", valid_event)["listener_id"]
    step_functions.started.clear()
    for table_name, key in (("KeysTable", ["key"]), ("CoversTable", ["listener_id", "cover_id"])):
        table = clients.get_table(table_name)
        for item in table.scan()["Items"]:
            table.delete_item(Key={part: item[part] for part in key})
    # A new profile has no covers counted.
    clients.get_table("ListenersTable").delete_item(Key=profile_key(listener_id))
    save_listener(listener_id)
    try:
        cover_id = accept(data.draw(mutate_json(valid_event)), None)["cover_id"]
    except CoverArtError as error:
        assert step_functions.started == {}
        assert clients.get_table("CoversTable").scan()["Items"] == []
        assert isinstance(error, InvalidRequestError | ListenerNotFoundError) or error.code == "not_configured"
    else:
        assert list(step_functions.started) == [cover_id]
        assert step_functions.started[cover_id]["listener_id"] == listener_id


@pytest.fixture(autouse=True)
def state_machine_arn(monkeypatch):
    monkeypatch.setenv("STATE_MACHINE_ARN", "arn:aws:states:us-east-1:123456789012:stateMachine:covers")


def put_accepted_cover(covers, execution_input):
    listener_id, cover_id = execution_input["listener_id"], execution_input["cover_id"]
    covers.table.put_item(Item=new_item(listener_id, cover_id, {}, NOW))


@pytest.mark.parametrize("name", ["settle", "settle-apply"])
@given(data=st.data())
def test_settle_stores_the_failure_or_refuses(covers, name, data):
    valid_event = load_event(name)
    mutated_detail = st.fixed_dictionaries({"detail": mutate_json(valid_event["detail"])})
    event = data.draw(mutate_event(valid_event) | mutated_detail)
    execution_input = json.loads(valid_event["detail"]["input"])
    is_cover = "cover_id" in execution_input
    if is_cover:
        put_accepted_cover(covers, execution_input)
    try:
        code = settle(event, None)["code"]
    except CoverArtError as error:
        assert error.code in {"invalid_request", "not_configured"}
        return
    item = covers.get(execution_input["listener_id"], execution_input["cover_id"]) if is_cover else None
    if item is not None and item["status"] == "failed":
        assert item["error"]["code"] == code
        assert item["error"]["message"].strip()
        assert "stackTrace" not in item["error"]["message"]


@given(cause=st.text() | st.sampled_from(["[" * 5000, '{"a":' * 3000, "9" * 5000, '{"errorMessage": 7}', "NaN"]))
def test_settle_reads_every_cause(covers, cause):
    event = load_event("settle")
    execution_input = json.loads(event["detail"]["input"])
    put_accepted_cover(covers, execution_input)
    assert settle({"detail": {**event["detail"], "cause": cause}}, None) == {"code": "internal"}
    item = covers.get(execution_input["listener_id"], execution_input["cover_id"])
    assert item["error"]["message"].endswith(".")


@given(event=mutate_event(load_event("apply")))
def test_apply_refuses_malformed_events(listeners, event):
    with pytest.raises(CoverArtError):
        apply(event, None)
