"""What must hold when many come at once, on tables that keep DynamoDB's promises."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from coverart.accept import Acceptance, CoverRequest
from coverart.budget import Budget
from coverart.cover import TopArtistsSource
from coverart.covers import Covers
from coverart.errors import BudgetSpentError, DailyLimitError

CROWD = 12


class Machine:
    """Step Functions, as far as accept uses it."""

    def __init__(self):
        self.started = []

    def start_execution(self, *, name, **_):
        self.started.append(name)


@pytest.fixture
def acceptance(local):
    listeners = local.table("Listeners")
    listeners.put_item(Item={"listener_id": "crowd", "item": "profile"})
    yield Acceptance(Covers(local.table("Covers")), listeners, local.table("Keys"), Machine(), "arn", 5, None)
    listeners.delete_item(Key={"listener_id": "crowd", "item": "profile"})


def at_once(work, things):
    with ThreadPoolExecutor(len(things)) as pool:
        return list(pool.map(work, things))


def asked(key):
    return CoverRequest(
        listener_id="crowd", source=TopArtistsSource(kind="top_artists"), idempotency_key=key, automatic=True
    )


def test_requests_at_once_do_not_pass_the_daily_limit(acceptance):
    def ask(number):
        try:
            return acceptance.accept(asked(f"limit-{number}"))
        except DailyLimitError:
            return None

    made = [cover for cover in at_once(ask, range(CROWD)) if cover]
    assert len(set(made)) == 5
    assert sorted(acceptance.step_functions.started) == sorted(made)


def test_one_request_sent_many_times_at_once_makes_one_cover(acceptance):
    made = at_once(lambda _: acceptance.accept(asked("same")), range(CROWD))
    assert len(set(made)) == 1
    counted = acceptance.listeners.get_item(Key={"listener_id": "crowd", "item": "profile"})["Item"]["covers_count"]
    assert counted == 1


def test_reservations_at_once_do_not_overspend(local):
    keys = local.table("Keys")
    before = Budget(keys, 0).spent()
    budget = Budget(keys, before + 1.0)

    def reserve(_):
        try:
            return budget.reserve(0.3)
        except BudgetSpentError:
            return None

    held = [reservation for reservation in at_once(reserve, range(CROWD)) if reservation]
    assert len(held) == 3
    for reservation in held:
        reservation.settle(0)
    assert budget.spent() == pytest.approx(before)
