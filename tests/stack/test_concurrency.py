"""What must hold when many come at once, on tables that keep DynamoDB's promises."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest

from coverart.errors import BudgetSpentError, DailyLimitError, PaintingLostError
from coverart.models import TopArtistsSource
from coverart.pipeline.start_cover import CoverRequest, CoverStarter
from coverart.store.budget import Budget
from coverart.store.covers import Covers, new_item
from generate.payments import Payments

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
    yield CoverStarter(Covers(local.table("Covers")), listeners, local.table("Keys"), Machine(), "arn", 5, None)
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
            return acceptance.start_cover(asked(f"limit-{number}"))
        except DailyLimitError:
            return None

    made = [cover for cover in at_once(ask, range(CROWD)) if cover]
    assert len(set(made)) == 5
    assert sorted(acceptance.step_functions.started) == sorted(made)


def test_one_request_sent_many_times_at_once_makes_one_cover(acceptance):
    made = at_once(lambda _: acceptance.start_cover(asked("same")), range(CROWD))
    assert len(set(made)) == 1
    counted = acceptance.listeners.get_item(Key={"listener_id": "crowd", "item": "profile"})["Item"]["covers_count"]
    assert counted == 1


def test_payments_at_once_do_not_overspend(local):
    keys, covers = local.table("Keys"), Covers(local.table("Covers"))
    before = Budget(keys, 0).get_spent()
    budget = Budget(keys, before + 1.0)
    names = [f"payment-{number}" for number in range(CROWD)]
    for name in names:
        covers.table.put_item(Item=new_item("crowd", name, {}, datetime.now(UTC)))

    def begin(name):
        payments = Payments(covers, budget, "crowd", name)
        try:
            return payments, payments.reserve(0.3)
        except BudgetSpentError:
            return None

    held = [begun for begun in at_once(begin, names) if begun]
    assert len(held) == 3
    for payments, payment in held:
        payments.release(payment)
    assert budget.get_spent() == pytest.approx(before)
    for name in names:
        covers.delete("crowd", name)


def test_calls_at_once_for_one_cover_are_two_at_most(local):
    covers = Covers(local.table("Covers"))
    budget = Budget(local.table("Keys"), 1000)
    covers.table.put_item(Item=new_item("crowd", "once", {}, datetime.now(UTC)))
    payments = Payments(covers, budget, "crowd", "once")

    def begin(_):
        try:
            return payments.reserve(0.01)
        except PaintingLostError:
            return None

    begun = [payment for payment in at_once(begin, range(CROWD)) if payment]
    assert sorted(payment.attribute for payment in begun) == ["payment_1", "payment_2"]
    for payment in begun:
        payments.release(payment)
    covers.delete("crowd", "once")
