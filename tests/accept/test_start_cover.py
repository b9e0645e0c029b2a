import json
import re
from datetime import UTC, datetime

import boto3
import pytest

from coverart.aws import clients
from coverart.errors import BudgetSpentError, DailyLimitError, IdempotencyConflictError, ListenerNotFoundError
from coverart.models import CoverOptions, TopArtistsSource
from coverart.pipeline.start_cover import CoverRequest, CoverStarter, new_cover_id
from coverart.store.budget import Budget
from coverart.store.covers import Covers
from tests.spending import spend


class Machine:
    """Step Functions, as far as accept uses it."""

    class exceptions:  # noqa: N801  # boto3's name
        class ExecutionAlreadyExists(Exception):  # noqa: N818  # Step Functions' name
            pass

    def __init__(self):
        self.started = []
        self.broken = False

    def start_execution(self, *, stateMachineArn, name, input):  # noqa: A002, ARG002, N803  # boto3's names
        if self.broken:
            raise ConnectionError
        if name in [known for known, _ in self.started]:
            raise self.exceptions.ExecutionAlreadyExists
        self.started.append((name, json.loads(input)))


@pytest.fixture
def machine():
    return Machine()


@pytest.fixture
def acceptance(stack, machine):
    listeners = clients.get_table("ListenersTable")
    listeners.put_item(Item={"listener_id": "ada", "item": "profile"})
    return CoverStarter(
        covers=Covers(clients.get_table("CoversTable")),
        listeners=listeners,
        keys=clients.get_table("KeysTable"),
        step_functions=machine,
        state_machine_arn="arn",
        daily_limit=3,
        budget=None,
    )


def asked(key, listener_id="ada", **more):
    return CoverRequest(
        listener_id=listener_id, source=TopArtistsSource(kind="top_artists"), idempotency_key=key, **more
    )


def test_a_request_becomes_an_item_and_an_execution_of_the_same_id(acceptance, machine):
    cover_id = acceptance.start_cover(asked("k"))
    item = acceptance.covers.get("ada", cover_id)
    assert item["status"] == "accepted"
    [(name, given)] = machine.started
    assert name == cover_id
    assert given["listener_id"] == "ada"
    assert given["source"] == item["request"]["source"]


def test_the_same_key_makes_one_cover(acceptance, machine):
    assert acceptance.start_cover(asked("k")) == acceptance.start_cover(asked("k"))
    assert len(machine.started) == 1
    assert len(clients.get_table("CoversTable").scan()["Items"]) == 1


def test_the_same_key_of_another_listener_makes_another_cover(acceptance):
    acceptance.listeners.put_item(Item={"listener_id": "bob", "item": "profile"})
    assert acceptance.start_cover(asked("k")) != acceptance.start_cover(asked("k", "bob"))


def test_a_crash_before_the_start_is_made_good_by_the_next_try(acceptance, machine):
    machine.broken = True
    with pytest.raises(ConnectionError):
        acceptance.start_cover(asked("k"))
    machine.broken = False
    cover_id = acceptance.start_cover(asked("k"))
    assert [name for name, _ in machine.started] == [cover_id]
    assert len(clients.get_table("CoversTable").scan()["Items"]) == 1


def test_a_deleted_cover_is_not_started_again(acceptance, machine):
    cover_id = acceptance.start_cover(asked("k"))
    clients.get_table("CoversTable").delete_item(Key={"listener_id": "ada", "cover_id": cover_id})
    machine.started.clear()
    assert acceptance.start_cover(asked("k")) == cover_id
    assert machine.started == []


def test_an_expired_key_that_is_still_there_makes_a_new_cover(acceptance):
    first = acceptance.start_cover(asked("k"))
    keys = clients.get_table("KeysTable")
    keys.update_item(
        Key={"key": "idempotency#ada#k"},
        UpdateExpression="SET expires_at = :past",
        ExpressionAttributeValues={":past": int(datetime.now(UTC).timestamp()) - 1},
    )
    assert acceptance.start_cover(asked("k")) != first


def test_the_key_of_an_automatic_cover_never_expires(acceptance):
    acceptance.start_cover(asked("k", automatic=True))
    assert "expires_at" not in clients.get_table("KeysTable").get_item(Key={"key": "idempotency#ada#k"})["Item"]


def test_the_daily_limit_stops_the_next_cover_and_says_when_it_ends(acceptance, machine):
    for key in "abc":
        acceptance.start_cover(asked(key))
    with pytest.raises(DailyLimitError, match="midnight"):
        acceptance.start_cover(asked("d"))
    assert len(machine.started) == 3
    assert acceptance.start_cover(asked("a"))  # a repeat is no new cover


def test_the_daily_limit_starts_anew_on_the_next_day(acceptance):
    acceptance.listeners.put_item(
        Item={"listener_id": "ada", "item": "profile", "covers_day": "2020-01-01", "covers_count": 3}
    )
    assert acceptance.start_cover(asked("a"))


def test_an_unknown_listener_is_refused_and_nothing_is_left(acceptance):
    with pytest.raises(ListenerNotFoundError):
        acceptance.start_cover(asked("k", "nobody"))
    assert boto3.client("dynamodb").scan(TableName="KeysTable")["Items"] == []
    assert boto3.client("dynamodb").scan(TableName="CoversTable")["Items"] == []


def test_a_spent_budget_stops_a_cover_where_no_painter_stands_in(acceptance):
    budget = Budget(acceptance.keys, 1.0)
    spend(budget, 1.0)
    strict = CoverStarter(**{**vars(acceptance), "budget": budget})
    with pytest.raises(BudgetSpentError):
        strict.start_cover(asked("k"))
    assert acceptance.start_cover(asked("k"))


def test_cover_ids_are_ordered_by_time_and_fit_for_an_executions_name():
    early, late = (new_cover_id(datetime(2026, 11, 22, 12, 0, 0, micro, UTC)) for micro in (1000, 2000))
    assert early < late
    assert re.fullmatch(r"[0-9A-Za-z-]{1,80}", early)


def test_the_same_key_for_another_cover_is_a_conflict(acceptance, machine):
    first = acceptance.start_cover(asked("k", options=CoverOptions(variation=1)))
    with pytest.raises(IdempotencyConflictError):
        acceptance.start_cover(asked("k", options=CoverOptions(variation=2)))
    assert acceptance.start_cover(asked("k", options=CoverOptions(variation=1))) == first
    assert len(machine.started) == 1


def test_an_automatic_covers_key_is_enough(acceptance):
    first = acceptance.start_cover(asked("k", automatic=True))
    assert acceptance.start_cover(asked("k", automatic=True, options=CoverOptions(variation=2))) == first


def test_the_daily_limit_tells_in_how_many_seconds_it_ends(acceptance):
    for key in "abc":
        acceptance.start_cover(asked(key))
    with pytest.raises(DailyLimitError) as refused:
        acceptance.start_cover(asked("d"))
    assert 0 < refused.value.retry_after <= 86_400
