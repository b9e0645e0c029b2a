import pytest

from coverart.aws import clients
from coverart.errors import BudgetSpentError
from coverart.store.budget import Budget, BudgetSettings
from tests.spending import spend


def test_a_budget_is_checked_before_anything_is_asked_for(stack):
    budget = Budget(clients.get_table("KeysTable"), 1.0)
    spend(budget, 0.9)
    budget.check()
    spend(budget, 0.1)
    with pytest.raises(BudgetSpentError):
        budget.check()
    assert budget.get_spent() == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("backend", "falls_back", "stops"),
    [("openai", False, True), ("openai", True, False), ("auto", False, False), ("painter", False, False)],
)
def test_a_spent_budget_stops_covers_only_where_no_painter_stands_in(stack, backend, falls_back, stops):
    settings = BudgetSettings(monthly_budget_usd=1, image_backend=backend, fallback_to_painter=falls_back)
    assert (settings.blocking_budget(clients.get_table("KeysTable")) is not None) is stops
