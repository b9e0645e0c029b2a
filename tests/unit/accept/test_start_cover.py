import re
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from unittest.mock import Mock

import pytest
from botocore.exceptions import ClientError

from coverart.aws import clients
from coverart.errors import BudgetSpentError, DailyLimitError, IdempotencyConflictError, ListenerNotFoundError
from coverart.models import CoverOptions, PlaylistSource, TopArtistsSource
from coverart.pipeline.start_cover import CoverRequest, CoverStarter, new_cover_id
from coverart.store.budget import Budget
from coverart.store.covers import Covers
from coverart.store.keys import daily_count_key
from coverart.store.variations import take_variations
from tests.fake_step_functions import FakeStepFunctions
from tests.spending import spend


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
        state_machine_arn="arn:aws:states:us-east-1:123456789012:stateMachine:covers",
        daily_limit=3,
        budget=None,
        painter_daily_limit=6,
        may_send_pictures=False,
    )


def make_request(key, listener_id="ada", **fields):
    return CoverRequest(
        listener_id=listener_id, source=TopArtistsSource(kind="top_artists"), idempotency_key=key, **fields
    )


def get_record(key="k"):
    """Return the idempotency record of a key of Ada's."""
    return clients.get_table("KeysTable").get_item(Key={"key": f"idempotency#ada#{key}"})["Item"]


def list_covers():
    return clients.get_table("CoversTable").scan()["Items"]


def test_request_writes_an_item_and_starts_its_execution(starter, step_functions):
    cover_id = starter.start_cover(make_request("k"))
    item = starter.covers.get("ada", cover_id)
    assert item["status"] == "accepted"
    [(name, execution_input)] = step_functions.started.items()
    assert name == cover_id
    assert execution_input["listener_id"] == "ada"
    assert execution_input["source"] == item["request"]["source"]


def test_repeat_after_a_crash_starts_the_accepted_cover(starter, step_functions):
    step_functions.throttled = "covers"
    with pytest.raises(ClientError):
        starter.start_cover(make_request("k"))
    step_functions.throttled = None
    cover_id = starter.start_cover(make_request("k"))
    assert list(step_functions.started) == [cover_id]
    assert len(list_covers()) == 1


def test_deleted_cover_is_started_again_only_with_a_new_key(starter, step_functions):
    cover_id = starter.start_cover(make_request("k"))
    clients.get_table("CoversTable").delete_item(Key={"listener_id": "ada", "cover_id": cover_id})
    step_functions.started.clear()
    assert starter.start_cover(make_request("k")) == cover_id
    assert step_functions.started == {}
    # An expired item may still exist.
    clients.get_table("KeysTable").update_item(
        Key={"key": "idempotency#ada#k"},
        UpdateExpression="SET expires_at = :past",
        ExpressionAttributeValues={":past": int(datetime.now(UTC).timestamp()) - 1},
    )
    assert starter.start_cover(make_request("k")) != cover_id


def test_key_expires_after_a_day_unless_automatic(starter):
    began_at = int(datetime.now(UTC).timestamp())
    starter.start_cover(make_request("k"))
    assert began_at <= get_record()["expires_at"] - 86_400 <= datetime.now(UTC).timestamp()
    automatic = make_request("auto", automatic=True)
    assert len({starter.start_cover(automatic) for _ in range(2)}) == 1
    assert "expires_at" not in get_record("auto")
    other_options = automatic.model_copy(update={"options": CoverOptions(variation=2)})
    assert starter.start_cover(other_options) == starter.start_cover(automatic)


def test_daily_limit_refuses_the_next_cover(starter, step_functions):
    starter.keys.put_item(Item={**daily_count_key("ada", datetime.now(UTC)), "covers": 0})
    for key in "abc":
        starter.start_cover(make_request(key))
    with pytest.raises(DailyLimitError, match="midnight") as raised:
        starter.start_cover(make_request("d"))
    assert 0 < raised.value.retry_after <= 86_400
    assert len(step_functions.started) == 3
    assert starter.start_cover(make_request("a"))  # a repeated request is not counted


def test_daily_limit_holds_for_clocks_that_disagree_on_the_day(starter, monkeypatch):
    clock = Mock(wraps=datetime)
    monkeypatch.setattr("coverart.pipeline.start_cover.datetime", clock)
    days = [datetime(2026, 11, 22, 23, 59, 59, tzinfo=UTC), datetime(2026, 11, 23, 0, 0, 1, tzinfo=UTC)]
    accepted = []
    for number, clock.now.return_value in enumerate(days * 4):
        with suppress(DailyLimitError):
            accepted.append(starter.start_cover(make_request(f"{number}"))[:8])
    assert sorted(accepted) == ["20261122"] * 3 + ["20261123"] * 3


def test_unknown_listener_is_refused_and_nothing_stored(starter):
    with pytest.raises(ListenerNotFoundError):
        starter.start_cover(make_request("k", "nobody"))
    assert starter.keys.scan()["Items"] == list_covers() == []


def test_spent_budget_refuses_a_cover_if_it_blocks(starter):
    budget = Budget(starter.keys, 1.0)
    spend(budget, 1.0)
    with pytest.raises(BudgetSpentError):
        replace(starter, budget=budget).start_cover(make_request("k"))
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


def test_each_cover_of_a_source_has_new_seeds(starter, step_functions):
    requests = [("a", 4, None), ("b", 1, None), ("c", None, 9), ("d", 1, None)]
    starter = replace(starter, daily_limit=50)
    for key, candidates, variation in requests:
        starter.start_cover(make_request(key, options=CoverOptions(candidates=candidates, variation=variation)))
    started = [execution["options"]["variation"] for execution in step_functions.started.values()]
    assert started == [0, 4, 9, 5]
    starter.start_cover(make_request("a", options=CoverOptions(candidates=4)))  # a repeated request takes no seeds
    playlist = PlaylistSource(kind="playlist", playlist_id="x1")
    other_id = starter.start_cover(make_request("e").model_copy(update={"source": playlist}))
    assert step_functions.started[other_id]["options"]["variation"] == 0
    assert take_variations(starter.listeners, "ada", TopArtistsSource(kind="top_artists"), 1)[0] == 6


def test_each_candidate_counts_against_the_daily_limit(starter):
    starter.start_cover(make_request("a", options=CoverOptions(candidates=2)))
    with pytest.raises(DailyLimitError, match="can still make 1"):
        starter.start_cover(make_request("b", options=CoverOptions(candidates=2)))
    starter.start_cover(make_request("c"))
    with pytest.raises(DailyLimitError, match="3 of today's 3"):
        starter.start_cover(make_request("d"))
