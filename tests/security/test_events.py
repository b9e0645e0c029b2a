"""Malformed events of every function: each is handled or refused with InvalidRequestError, and nothing is half done."""

import copy
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
from settle.app import handler as settle
from tests.moto_aws import get_moto_tables
from tests.profiles import save_profile
from tests.security.mutators import mutate_json

EVENTS = Path(__file__).parents[2] / "events"


def load_event(name):
    return json.loads((EVENTS / f"{name}.json").read_text("utf-8"))


def mutate_event(valid):
    """Mutate an event. Lambda delivers objects only."""
    return mutate_json(valid).filter(lambda event: isinstance(event, dict))


@pytest.mark.parametrize("step", STEPS)
@given(data=st.data())
def test_step_input_is_read_or_refused(step, data):
    event = data.draw(mutate_json(load_event(step)))
    try:
        read_model(getattr(import_module(f"{step}.app"), f"{step.title()}Input"), event)
    except InvalidRequestError as error:
        assert str(error).startswith("The request cannot be read: ")


@pytest.mark.parametrize("step", STEPS)
def test_error_repeats_no_value_of_the_request(step):
    event = {name: ["secret-of-somebodys"] for name in [*load_event(step), "replace_own"]}
    with pytest.raises(InvalidRequestError) as error:
        read_model(getattr(import_module(f"{step}.app"), f"{step.title()}Input"), event)
    assert "secret-of-somebodys" not in str(error.value)


@pytest.mark.parametrize("name", ["accept", "accept-request"])
@given(data=st.data())
def test_accept_starts_one_execution_or_refuses(step_functions, empty_tables, name, data):
    valid_event = load_event(name)
    listener_id = valid_event.get("detail", valid_event)["listener_id"]
    step_functions.started.clear()
    get_moto_tables().update(copy.deepcopy(empty_tables))
    save_profile(listener_id)
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


def put_accepted_cover(covers, event):
    """Put the cover of which an event of settle tells. Return its key, or None if it tells of another execution."""
    execution_input = json.loads(event["detail"]["input"])
    if "cover_id" not in execution_input:
        return None
    key = execution_input["listener_id"], execution_input["cover_id"]
    covers.table.put_item(Item=new_item(*key, {}, datetime.now(UTC)))
    return key


@pytest.mark.parametrize("name", ["settle", "settle-apply"])
@given(data=st.data())
def test_settle_stores_the_failure_or_refuses(covers, name, data):
    valid_event = load_event(name)
    mutated_detail = st.fixed_dictionaries({"detail": mutate_json(valid_event["detail"])})
    event = data.draw(mutate_event(valid_event) | mutated_detail)
    key = put_accepted_cover(covers, valid_event)
    try:
        code = settle(event, None)["code"]
    except CoverArtError as error:
        assert error.code in {"invalid_request", "not_configured"}
        return
    if key is not None and (item := covers.get(*key))["status"] == "failed":
        assert item["error"]["code"] == code
        assert item["error"]["message"].strip()
        assert "stackTrace" not in item["error"]["message"]


@given(cause=st.text() | st.sampled_from(["[" * 5000, '{"a":' * 3000, "9" * 5000, '{"errorMessage": 7}', "NaN"]))
def test_settle_reads_every_cause(covers, cause):
    event = load_event("settle")
    key = put_accepted_cover(covers, event)
    assert settle({"detail": {**event["detail"], "cause": cause}}, None) == {"code": "internal"}
    assert covers.get(*key)["error"]["message"].endswith(".")


@given(event=mutate_event(load_event("apply")))
def test_apply_refuses_malformed_events(listeners, event):
    with pytest.raises(CoverArtError):
        apply(event, None)
