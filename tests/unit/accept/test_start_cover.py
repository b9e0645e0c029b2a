import re
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from unittest.mock import Mock

import pytest
from botocore.exceptions import ClientError

from coverart.aws import clients
from coverart.errors import BudgetSpentError, DailyLimitError, ListenerNotFoundError
from coverart.models import CoverOptions, PlaylistSource, TopArtistsSource
from coverart.pipeline.start_cover import CoverRequest, CoverStarter, new_cover_id
from coverart.store.budget import Budget
from coverart.store.covers import Covers
from coverart.store.keys import daily_count_key
from coverart.store.variations import take_variations
from tests.fake_step_functions import FakeStepFunctions
from tests.spending import spend

TOP_ARTISTS = TopArtistsSource(kind="top_artists")


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


def make_request(key, listener_id="ada", source=TOP_ARTISTS, automatic=False, **options):
    fields = {"listener_id": listener_id, "source": source, "idempotency_key": key, "automatic": automatic}
    return CoverRequest(**fields, options=CoverOptions(**options))


def get_record(starter, key="k"):
    """Return the idempotency record of a key of Ada's."""
    return starter.keys.get_item(Key={"key": f"idempotency#ada#{key}"})["Item"]


def test_request_repeated_after_a_crash_starts_its_one_cover(starter, step_functions):
    step_functions.throttled = "covers"
    with pytest.raises(ClientError):
        starter.start_cover(make_request("k"))
    step_functions.throttled = None
    cover_id = starter.start_cover(make_request("k"))
    [item] = starter.covers.table.scan()["Items"]
    assert (item["cover_id"], item["status"]) == (cover_id, "accepted")
    source = item["request"]["source"]
    assert step_functions.started.keys() == {cover_id}
    assert {"listener_id": "ada", "source": source}.items() <= step_functions.started[cover_id].items()


def test_deleted_cover_is_started_again_only_with_a_new_key(starter, step_functions):
    cover_id = starter.start_cover(make_request("k"))
    starter.covers.delete("ada", cover_id)
    step_functions.started.clear()
    assert starter.start_cover(make_request("k")) == cover_id
    assert step_functions.started == {}
    # An expired item may still exist.
    starter.keys.put_item(Item={**get_record(starter), "expires_at": int(datetime.now(UTC).timestamp()) - 1})
    assert starter.start_cover(make_request("k")) != cover_id


def test_key_expires_after_a_day_unless_automatic(starter):
    began_at = int(datetime.now(UTC).timestamp())
    starter.start_cover(make_request("k"))
    assert began_at <= get_record(starter)["expires_at"] - 86_400 <= datetime.now(UTC).timestamp()
    cover_ids = {starter.start_cover(make_request("auto", automatic=True, variation=n)) for n in (2, 2, 3)}
    assert len(cover_ids) == 1
    assert "expires_at" not in get_record(starter, "auto")


def test_daily_limit_counts_candidates_and_no_repetition(starter, step_functions):
    starter.keys.put_item(Item={**daily_count_key("ada", datetime.now(UTC)), "covers": 0})
    starter.start_cover(make_request("a", candidates=2))
    with pytest.raises(DailyLimitError, match="can still make 1"):
        starter.start_cover(make_request("b", candidates=2))
    starter.start_cover(make_request("c"))
    with pytest.raises(DailyLimitError, match=r"3 of today's 3.*midnight") as raised:
        starter.start_cover(make_request("d"))
    assert 0 < raised.value.retry_after <= 86_400
    assert starter.start_cover(make_request("c"))
    assert len(step_functions.started) == 2


def test_daily_limit_holds_for_clocks_that_disagree_on_the_day(starter, monkeypatch):
    clock = Mock(wraps=datetime)
    monkeypatch.setattr("coverart.pipeline.start_cover.datetime", clock)
    days = [datetime(2026, 11, 22, 23, 59, 59, tzinfo=UTC), datetime(2026, 11, 23, 0, 0, 1, tzinfo=UTC)]
    accepted = []
    for number, clock.now.return_value in enumerate(days * 4):
        with suppress(DailyLimitError):
            accepted.append(starter.start_cover(make_request(f"{number}"))[:8])
    assert sorted(accepted) == ["20261122"] * 3 + ["20261123"] * 3


def test_unknown_listener_or_spent_budget_stores_nothing(starter):
    budget = Budget(starter.keys, 1.0)
    spend(budget, 1.0)
    items = starter.keys.scan()["Items"]
    with pytest.raises(ListenerNotFoundError):
        starter.start_cover(make_request("k", "nobody"))
    with pytest.raises(BudgetSpentError):
        replace(starter, budget=budget).start_cover(make_request("k"))
    assert (starter.keys.scan()["Items"], starter.covers.table.scan()["Items"]) == (items, [])
    assert starter.start_cover(make_request("k"))


def test_cover_ids_sort_by_time_and_are_valid_execution_names():
    early, late = (new_cover_id(datetime(2026, 11, 22, 12, 0, 0, micro, UTC)) for micro in (1000, 2000))
    assert early < late
    assert re.fullmatch(r"[0-9A-Za-z-]{1,80}", early)


def test_each_cover_of_a_source_has_new_seeds(starter, step_functions):
    starter = replace(starter, daily_limit=50)
    other = PlaylistSource(kind="playlist", playlist_id="x1")
    # Seeds that a request names, and repeated requests, take none.
    for request in (
        *(make_request(key, candidates=count) for key, count in (("a", 4), ("b", 1))),
        make_request("c", variation=9),
        make_request("d", source=TopArtistsSource(kind="top_artists", count=9)),
        make_request("a", candidates=4),
        make_request("e", source=other),
    ):
        starter.start_cover(request)
    assert [execution["options"]["variation"] for execution in step_functions.started.values()] == [0, 4, 9, 5, 0]
    assert take_variations(starter.listeners, "ada", TOP_ARTISTS, 1)[0] == 6
