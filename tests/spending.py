"""Spending of the owner's budget, as a billed painting does."""

from datetime import UTC, datetime

from coverart.store.budget import Budget
from coverart.store.keys import budget_key


def spend(budget: Budget, amount_usd: float) -> None:
    """Add an amount to what was spent this month."""
    update = budget.correction_update(amount_usd, budget_key(datetime.now(UTC)))
    budget.keys_table.update_item(**{name: value for name, value in update.items() if name != "TableName"})
