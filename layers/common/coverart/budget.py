"""The owner's monthly budget for the image model, over all listeners: `budget#<month>` in KeysTable."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from coverart.errors import BudgetSpentError
from coverart.settings import Settings

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import Table
    from mypy_boto3_dynamodb.type_defs import UpdateTypeDef

_KEPT = timedelta(days=400)


@dataclass(frozen=True)
class Budget:
    """Amounts are US dollars."""

    keys: "Table"
    monthly: float

    def spent(self) -> float:
        """What is spent or reserved this month."""
        item = self.keys.get_item(Key={"key": month_key(datetime.now(UTC))}, ConsistentRead=True).get("Item", {})
        return float(str(item.get("spent_usd", 0)))

    def check(self) -> None:
        """Raises BudgetSpentError where nothing is left."""
        if self.spent() >= self.monthly:
            raise BudgetSpentError(SPENT)

    def reserving(self, amount: float, month: str) -> "UpdateTypeDef":
        """The part of a transaction that sets `amount` aside before a call that costs money, so that calls at the same
        time cannot overspend: its condition fails where less than that is left.

        Raises BudgetSpentError where that is more than the whole budget.
        """
        room = Decimal(str(self.monthly)) - _dollars(amount)
        if room < 0:
            raise BudgetSpentError(SPENT)
        return {
            "TableName": self.keys.name,
            "Key": {"key": month},
            "UpdateExpression": "ADD spent_usd :amount SET expires_at = if_not_exists(expires_at, :expires)",
            "ConditionExpression": "attribute_not_exists(spent_usd) OR spent_usd <= :room",
            "ExpressionAttributeValues": {
                ":amount": _dollars(amount),
                ":room": room,
                ":expires": int((datetime.now(UTC) + _KEPT).timestamp()),
            },
        }

    def correcting(self, difference: float, month: str) -> "UpdateTypeDef":
        """The part of a transaction that adds to what is spent, or gives back."""
        return {
            "TableName": self.keys.name,
            "Key": {"key": month},
            "UpdateExpression": "ADD spent_usd :difference",
            "ExpressionAttributeValues": {":difference": _dollars(difference)},
        }


class BudgetSettings(Settings):
    monthly_budget_usd: float
    image_backend: str
    fallback_to_painter: bool

    def stopping(self, keys: "Table") -> Budget | None:
        """The budget, or None where a spent one stops no cover, because the painter stands in."""
        only_paid = self.image_backend == "openai" and not self.fallback_to_painter
        return Budget(keys, self.monthly_budget_usd) if only_paid else None


SPENT = "This month's budget for paintings is spent. It starts anew on the first of the month (UTC)."


def month_key(now: datetime) -> str:
    """In KeysTable."""
    return f"budget#{now:%Y-%m}"


def _dollars(amount: float) -> Decimal:
    return Decimal(str(round(amount, 6)))
