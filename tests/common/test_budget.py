import pytest

from coverart import aws
from coverart.budget import Budget
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


def test_settling_replaces_the_reserve_by_the_bill(budget):
    budget.reserve(0.4).settle(0.1)
    assert budget.spent() == pytest.approx(0.1)
    budget.reserve(0.4).settle(0)
    assert budget.spent() == pytest.approx(0.1)
