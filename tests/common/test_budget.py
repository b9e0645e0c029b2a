import pytest

from coverart import aws
from coverart.budget import Budget, BudgetSettings
from coverart.errors import BudgetSpentError


@pytest.fixture
def budget(stack):
    return Budget(aws.table("KeysTable"), 1.0)


def test_what_is_reserved_counts_as_spent(budget):
    budget.reserve(0.4)
    assert budget.spent() == pytest.approx(0.4)


def test_a_reservation_that_would_overspend_is_refused(budget):
    budget.reserve(0.8)
    with pytest.raises(BudgetSpentError):
        budget.reserve(0.3)
    assert budget.spent() == pytest.approx(0.8)


def test_a_budget_of_nothing_buys_nothing(stack):
    with pytest.raises(BudgetSpentError):
        Budget(aws.table("KeysTable"), 0).reserve(0.01)


def test_a_budget_is_checked_before_anything_is_asked_for(budget):
    budget.reserve(0.9)
    budget.check()
    budget.reserve(0.1)
    with pytest.raises(BudgetSpentError):
        budget.check()


@pytest.mark.parametrize(
    ("backend", "falls_back", "stops"),
    [("openai", False, True), ("openai", True, False), ("auto", False, False), ("painter", False, False)],
)
def test_a_spent_budget_stops_covers_only_where_no_painter_stands_in(stack, backend, falls_back, stops):
    settings = BudgetSettings(monthly_budget_usd=1, image_backend=backend, fallback_to_painter=falls_back)
    assert (settings.stopping(aws.table("KeysTable")) is not None) is stops


def test_settling_replaces_the_reserve_by_the_bill(budget):
    budget.reserve(0.4).settle(0.1)
    assert budget.spent() == pytest.approx(0.1)
    budget.reserve(0.4).settle(0)
    assert budget.spent() == pytest.approx(0.1)
