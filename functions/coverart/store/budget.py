"""The owner's monthly budget for the image model, over all listeners. Amounts are US dollars."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from coverart.aws.settings import Settings
from coverart.errors import BudgetSpentError
from coverart.store.keys import budget_key

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import Table
    from mypy_boto3_dynamodb.type_defs import UpdateTypeDef

BUDGET_SPENT_MESSAGE = "This month's budget for paintings is spent. It is renewed on the first of the month (UTC)."

_RECORD_LIFETIME = timedelta(days=400)
# Prices of one 1024x1024 image by quality in November 2026 (https://openai.com/api/pricing).
_PRICE_USD = {"low": 0.006, "medium": 0.013}
_PRICE_USD_OTHERWISE = 0.125


def estimate_cost(quality: str) -> float:
    """Return what one painting by the image model usually costs."""
    return _PRICE_USD.get(quality, _PRICE_USD_OTHERWISE)


def maximum_cost(quality: str) -> float:
    """Return the most that one painting by the image model may cost, before its bill arrives: twice the price."""
    return 2 * estimate_cost(quality)


@dataclass(frozen=True)
class Budget:
    """`keys_table`: KeysTable. `monthly`: the limit."""

    keys_table: "Table"
    monthly: float

    def get_spent(self) -> float:
        """Return what is spent or reserved this month."""
        key = {"key": budget_key(datetime.now(UTC))}
        item = self.keys_table.get_item(Key=key, ConsistentRead=True).get("Item", {})
        return float(str(item.get("spent_usd", 0)))

    def check(self) -> None:
        """Raises BudgetSpentError where nothing is left."""
        if self.get_spent() >= self.monthly:
            raise BudgetSpentError(BUDGET_SPENT_MESSAGE)

    def reservation_update(self, amount: float, month: str) -> "UpdateTypeDef":
        """Return the part of a transaction that reserves `amount` before a paid call.

        Its condition fails where less than that is left, so concurrent calls cannot overspend. Raises BudgetSpentError
        where `amount` is more than the whole budget.
        """
        highest_spent = Decimal(str(self.monthly)) - _to_decimal(amount)
        if highest_spent < 0:
            raise BudgetSpentError(BUDGET_SPENT_MESSAGE)
        return {
            "TableName": self.keys_table.name,
            "Key": {"key": month},
            "UpdateExpression": "ADD spent_usd :amount SET expires_at = if_not_exists(expires_at, :expires)",
            "ConditionExpression": "attribute_not_exists(spent_usd) OR spent_usd <= :highest",
            "ExpressionAttributeValues": {
                ":amount": _to_decimal(amount),
                ":highest": highest_spent,
                ":expires": int((datetime.now(UTC) + _RECORD_LIFETIME).timestamp()),
            },
        }

    def correction_update(self, difference: float, month: str) -> "UpdateTypeDef":
        """Return the part of a transaction that adds `difference`, which may be negative, to the spent sum."""
        return {
            "TableName": self.keys_table.name,
            "Key": {"key": month},
            "UpdateExpression": "ADD spent_usd :difference",
            "ExpressionAttributeValues": {":difference": _to_decimal(difference)},
        }


class BudgetSettings(Settings):
    """The settings that decide whether a spent budget blocks covers."""

    monthly_budget_usd: float
    image_backend: str
    fallback_to_painter: bool

    def blocking_budget(self, keys_table: "Table") -> Budget | None:
        """Return the budget, or None where the painter takes over after it."""
        paid_only = self.image_backend == "openai" and not self.fallback_to_painter
        return Budget(keys_table, self.monthly_budget_usd) if paid_only else None


def _to_decimal(amount: float) -> Decimal:
    return Decimal(str(round(amount, 6)))
