"""Spends of the owner's budget, as a painting does that is paid for."""

from datetime import UTC, datetime

from coverart.store.budget import Budget
from coverart.store.keys import budget_key


def spend(budget: Budget, amount: float) -> None:
    """US dollars."""
    update = budget.correction_update(amount, budget_key(datetime.now(UTC)))
    budget.keys_table.update_item(**{name: value for name, value in update.items() if name != "TableName"})
