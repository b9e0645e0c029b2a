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


class FakeStepFunctions:
    """Step Functions, as far as covers are started. `started`: names and inputs. `is_broken`: every call fails."""

    class exceptions:  # noqa: N801  # boto3's name
        class ExecutionAlreadyExists(Exception):  # noqa: N818  # Step Functions' name
            pass

    def __init__(self):
        self.started = []
        self.is_broken = False

    def start_execution(self, *, stateMachineArn, name, input):  # noqa: A002, ARG002, N803  # boto3's names
        if self.is_broken:
            raise ConnectionError
        if name in [started_name for started_name, _ in self.started]:
            raise self.exceptions.ExecutionAlreadyExists
        self.started.append((name, json.loads(input)))


@pytest.fixture
def step_functions():
    return FakeStepFunctions()


@pytest.fixture
def starter(stack, step_functions):
    """Starts three covers a day for Ada. No budget blocks them."""
    listeners = clients.get_table("ListenersTable")
    listeners.put_item(Item={"listener_id": "ada", "item": "profile"})
    return CoverStarter(
        covers=Covers(clients.get_table("CoversTable")),
        listeners=listeners,
        keys=clients.get_table("KeysTable"),
        step_functions=step_functions,
        state_machine_arn="arn",
        daily_limit=3,
        budget=None,
    )


def make_request(key, listener_id="ada", **fields):
    return CoverRequest(
        listener_id=listener_id, source=TopArtistsSource(kind="top_artists"), idempotency_key=key, **fields
    )


def test_request_writes_an_item_and_starts_its_execution(starter, step_functions):
    cover_id = starter.start_cover(make_request("k"))
    item = starter.covers.get("ada", cover_id)
    assert item["status"] == "accepted"
    [(name, execution_input)] = step_functions.started
    assert name == cover_id
    assert execution_input["listener_id"] == "ada"
    assert execution_input["source"] == item["request"]["source"]


def test_same_key_starts_one_cover(starter, step_functions):
    assert starter.start_cover(make_request("k")) == starter.start_cover(make_request("k"))
    assert len(step_functions.started) == 1
    assert len(clients.get_table("CoversTable").scan()["Items"]) == 1


def test_same_key_of_another_listener_starts_another_cover(starter):
    starter.listeners.put_item(Item={"listener_id": "bob", "item": "profile"})
    assert starter.start_cover(make_request("k")) != starter.start_cover(make_request("k", "bob"))


def test_repeat_after_a_crash_starts_the_accepted_cover(starter, step_functions):
    step_functions.is_broken = True
    with pytest.raises(ConnectionError):
        starter.start_cover(make_request("k"))
    step_functions.is_broken = False
    cover_id = starter.start_cover(make_request("k"))
    assert [name for name, _ in step_functions.started] == [cover_id]
    assert len(clients.get_table("CoversTable").scan()["Items"]) == 1


def test_deleted_cover_is_not_started_again(starter, step_functions):
    cover_id = starter.start_cover(make_request("k"))
    clients.get_table("CoversTable").delete_item(Key={"listener_id": "ada", "cover_id": cover_id})
    step_functions.started.clear()
    assert starter.start_cover(make_request("k")) == cover_id
    assert step_functions.started == []


def test_expired_key_whose_item_still_exists_starts_a_new_cover(starter):
    first_id = starter.start_cover(make_request("k"))
    clients.get_table("KeysTable").update_item(
        Key={"key": "idempotency#ada#k"},
        UpdateExpression="SET expires_at = :past",
        ExpressionAttributeValues={":past": int(datetime.now(UTC).timestamp()) - 1},
    )
    assert starter.start_cover(make_request("k")) != first_id


def test_requests_key_expires_after_a_day(starter):
    starter.start_cover(make_request("k"))
    item = clients.get_table("KeysTable").get_item(Key={"key": "idempotency#ada#k"})["Item"]
    a_day_ahead = datetime.now(UTC).timestamp() + 86_400
    assert int(item["expires_at"]) == pytest.approx(a_day_ahead, abs=300)


def test_automatic_covers_key_never_expires(starter):
    starter.start_cover(make_request("k", automatic=True))
    assert "expires_at" not in clients.get_table("KeysTable").get_item(Key={"key": "idempotency#ada#k"})["Item"]


def test_daily_limit_refuses_the_next_cover(starter, step_functions):
    for key in "abc":
        starter.start_cover(make_request(key))
    with pytest.raises(DailyLimitError, match="midnight"):
        starter.start_cover(make_request("d"))
    assert len(step_functions.started) == 3
    assert starter.start_cover(make_request("a"))  # a repeated request is not counted


def test_daily_limit_error_says_in_how_many_seconds_it_resets(starter):
    for key in "abc":
        starter.start_cover(make_request(key))
    with pytest.raises(DailyLimitError) as caught:
        starter.start_cover(make_request("d"))
    assert 0 < caught.value.retry_after <= 86_400


def test_daily_limit_resets_on_the_next_day(starter):
    starter.listeners.put_item(
        Item={"listener_id": "ada", "item": "profile", "covers_day": "2020-01-01", "covers_count": 3}
    )
    assert starter.start_cover(make_request("a"))


def test_unknown_listener_is_refused_and_nothing_stored(starter):
    with pytest.raises(ListenerNotFoundError):
        starter.start_cover(make_request("k", "nobody"))
    assert boto3.client("dynamodb").scan(TableName="KeysTable")["Items"] == []
    assert boto3.client("dynamodb").scan(TableName="CoversTable")["Items"] == []


def test_spent_budget_refuses_a_cover_if_it_blocks(starter):
    budget = Budget(starter.keys, 1.0)
    spend(budget, 1.0)
    starter_with_budget = CoverStarter(**{**vars(starter), "budget": budget})
    with pytest.raises(BudgetSpentError):
        starter_with_budget.start_cover(make_request("k"))
    assert starter.start_cover(make_request("k"))


def test_cover_ids_sort_by_time_and_are_valid_execution_names():
    early, late = (new_cover_id(datetime(2026, 11, 22, 12, 0, 0, micro, UTC)) for micro in (1000, 2000))
    assert early < late
    assert re.fullmatch(r"[0-9A-Za-z-]{1,80}", early)


def test_same_key_for_another_cover_is_a_conflict(starter, step_functions):
    first_id = starter.start_cover(make_request("k", options=CoverOptions(variation=1)))
    with pytest.raises(IdempotencyConflictError):
        starter.start_cover(make_request("k", options=CoverOptions(variation=2)))
    assert starter.start_cover(make_request("k", options=CoverOptions(variation=1))) == first_id
    assert len(step_functions.started) == 1


def test_automatic_cover_with_other_options_is_the_same(starter):
    first_id = starter.start_cover(make_request("k", automatic=True))
    request = make_request("k", automatic=True, options=CoverOptions(variation=2))
    assert starter.start_cover(request) == first_id
