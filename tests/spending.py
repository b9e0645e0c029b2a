"""Spends of the owner's budget, as a painting does that is paid for."""

from datetime import UTC, datetime

from coverart.budget import Budget, month_key


def spend(budget: Budget, amount: float) -> None:
    """US dollars."""
    update = budget.correcting(amount, month_key(datetime.now(UTC)))
    budget.keys.update_item(**{name: value for name, value in update.items() if name != "TableName"})
