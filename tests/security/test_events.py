"""Whatever a function is invoked with: what it takes, or InvalidRequestError; nothing half done."""

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
from coverart.models import read_model
from coverart.store.covers import new_item
from settle.app import handler as settle
from tests.api.conftest import known
from tests.security.mutators import bent

_NOW = datetime(2026, 11, 22, tzinfo=UTC)
EVENTS = Path(__file__).parents[2] / "events"
STEPS = ("fetch", "detect", "prompt", "generate", "stylize", "publish")


def event(name):
    return json.loads((EVENTS / f"{name}.json").read_text("utf-8"))


def events(whole):
    """Lambda's are objects, whatever is in them."""
    return bent(whole).filter(lambda given: isinstance(given, dict))


@pytest.mark.parametrize("step", STEPS)
@given(data=st.data())
def test_a_step_takes_what_it_knows_and_names_the_field_that_it_does_not(step, data):
    takes = getattr(import_module(f"{step}.app"), f"{step.title()}Input")
    given = data.draw(bent(event(step)))
    try:
        read_model(takes, given)
    except InvalidRequestError as error:
        assert str(error).startswith("The request cannot be read: ")


@pytest.mark.parametrize("step", STEPS)
def test_a_refusal_never_repeats_what_was_sent(step):
    takes = getattr(import_module(f"{step}.app"), f"{step.title()}Input")
    sent = {name: ["secret-of-somebodys"] for name in event(step)}
    with pytest.raises(InvalidRequestError) as refused:
        read_model(takes, {**sent, "replace_own": "secret-of-somebodys"})
    assert "secret-of-somebodys" not in str(refused.value)


@pytest.mark.parametrize("name", ["accept", "accept-request"])
@given(data=st.data())
def test_accept_starts_one_execution_or_names_what_is_wrong(machine, name, data):
    whole = event(name)
    owner = whole.get("detail", whole)["listener_id"]
    machine.started.clear()
    for name_of_table, key in (("KeysTable", ["key"]), ("CoversTable", ["listener_id", "cover_id"])):
        for item in clients.get_table(name_of_table).scan()["Items"]:
            clients.get_table(name_of_table).delete_item(Key={part: item[part] for part in key})
    # With nothing counted yet.
    clients.get_table("ListenersTable").delete_item(Key={"listener_id": owner, "item": "profile"})
    known(owner)
    try:
        cover_id = accept(data.draw(bent(whole)), None)["cover_id"]
    except CoverArtError as error:
        assert machine.started == {}
        assert clients.get_table("CoversTable").scan()["Items"] == []
        assert isinstance(error, InvalidRequestError | ListenerNotFoundError) or error.code == "not_configured"
    else:
        assert list(machine.started) == [cover_id]
        assert machine.started[cover_id]["listener_id"] == owner


@pytest.mark.parametrize("name", ["settle", "settle-apply"])
@given(data=st.data())
def test_settle_tells_a_known_code_and_a_sentence_or_names_what_is_wrong(covers, name, data):
    whole = event(name)
    given = data.draw(events(whole) | st.fixed_dictionaries({"detail": bent(whole["detail"])}))
    told = json.loads(whole["detail"]["input"])
    if "cover_id" in told:
        covers.table.put_item(Item=new_item(told["listener_id"], told["cover_id"], {}, _NOW))
    try:
        code = settle(given, None)["code"]
    except CoverArtError as error:
        assert error.code in {"invalid_request", "not_configured"}
        return
    item = covers.get(told["listener_id"], told["cover_id"]) if "cover_id" in told else None
    if item is not None and item["status"] == "failed":
        assert item["error"]["code"] == code
        assert item["error"]["message"].strip()
        assert "stackTrace" not in item["error"]["message"]


@pytest.fixture(autouse=True)
def settling(monkeypatch):
    monkeypatch.setenv("STATE_MACHINE_ARN", "arn:aws:states:us-east-1:123456789012:stateMachine:covers")


@given(cause=st.text() | st.sampled_from(["[" * 5000, '{"a":' * 3000, "9" * 5000, '{"errorMessage": 7}', "NaN"]))
def test_settle_reads_any_cause(covers, cause):
    whole = event("settle")
    told = json.loads(whole["detail"]["input"])
    covers.table.put_item(Item=new_item(told["listener_id"], told["cover_id"], {}, _NOW))
    assert settle({"detail": {**whole["detail"], "cause": cause}}, None) == {"code": "internal"}
    assert covers.get(told["listener_id"], told["cover_id"])["error"]["message"].endswith(".")


@given(given=events(event("apply")))
def test_apply_names_what_is_wrong(listeners, given):
    with pytest.raises(CoverArtError):
        apply(given, None)
