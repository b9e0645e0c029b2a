from datetime import UTC, datetime

import pytest

from coverart.aws import clients
from coverart.errors import BudgetSpentError
from coverart.store.budget import Budget, BudgetSettings
from coverart.store.keys import budget_key
from tests.spending import spend


def test_reservation_may_use_exactly_what_is_left(stack):
    budget = Budget(clients.get_table("KeysTable"), 1.0)
    spend(budget, 0.75)
    budget.check()
    update = budget.reservation_update(0.25, budget_key(datetime.now(UTC)))
    del update["TableName"]
    budget.keys_table.update_item(**update)
    assert budget.get_spent() == pytest.approx(1.0)
    with pytest.raises(BudgetSpentError):
        budget.check()
    with pytest.raises(budget.keys_table.meta.client.exceptions.ConditionalCheckFailedException):
        budget.keys_table.update_item(**update)


@pytest.mark.parametrize(
    ("backend", "fallback", "is_blocking"),
    [("openai", False, True), ("openai", True, False), ("auto", False, False), ("painter", False, False)],
)
def test_spent_budget_blocks_only_without_the_painter(stack, backend, fallback, is_blocking):
    settings = BudgetSettings(monthly_budget_usd=1, image_backend=backend, fallback_to_painter=fallback)
    assert (settings.blocking_budget(clients.get_table("KeysTable")) is not None) is is_blocking
