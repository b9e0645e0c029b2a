"""The owner's monthly budget for the image model, over all listeners: `budget#<month>` in KeysTable."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from coverart.errors import BudgetSpentError
from coverart.settings import Settings

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import Table

_KEPT = timedelta(days=400)


@dataclass(frozen=True)
class Budget:
    """Amounts are US dollars."""

    keys: "Table"
    monthly: float

    def spent(self) -> float:
        """What is spent or reserved this month."""
        item = self.keys.get_item(Key={"key": _month_key(datetime.now(UTC))}, ConsistentRead=True).get("Item", {})
        return float(str(item.get("spent_usd", 0)))

    def check(self) -> None:
        """Raises BudgetSpentError where nothing is left."""
        if self.spent() >= self.monthly:
            raise BudgetSpentError(_SPENT)

    def reserve(self, amount: float) -> "Reservation":
        """Sets `amount` aside before a call that costs money, so that calls at the same time cannot overspend.

        Raises BudgetSpentError where less than that is left.
        """
        now = datetime.now(UTC)
        room = Decimal(str(self.monthly)) - _dollars(amount)
        try:
            if room < 0:
                raise BudgetSpentError(_SPENT)
            self.keys.update_item(
                Key={"key": _month_key(now)},
                UpdateExpression="ADD spent_usd :amount SET expires_at = if_not_exists(expires_at, :expires)",
                ConditionExpression="attribute_not_exists(spent_usd) OR spent_usd <= :room",
                ExpressionAttributeValues={
                    ":amount": _dollars(amount),
                    ":room": room,
                    ":expires": int((now + _KEPT).timestamp()),
                },
            )
        except ClientError as error:
            if error.response["Error"]["Code"] == "ConditionalCheckFailedException":
                raise BudgetSpentError(_SPENT) from None
            raise
        return Reservation(self.keys, _month_key(now), amount)


@dataclass(frozen=True)
class Reservation:
    keys: "Table"
    key: str
    amount: float

    def settle(self, cost: float) -> None:
        """Replaces the reserved amount by what it did cost; 0 gives it back."""
        self.keys.update_item(
            Key={"key": self.key},
            UpdateExpression="ADD spent_usd :difference",
            ExpressionAttributeValues={":difference": _dollars(cost) - _dollars(self.amount)},
        )


class BudgetSettings(Settings):
    monthly_budget_usd: float
    image_backend: str
    fallback_to_painter: bool

    def stopping(self, keys: "Table") -> Budget | None:
        """The budget, or None where a spent one stops no cover, because the painter stands in."""
        only_paid = self.image_backend == "openai" and not self.fallback_to_painter
        return Budget(keys, self.monthly_budget_usd) if only_paid else None


_SPENT = "This month's budget for paintings is spent. It starts anew on the first of the month (UTC)."


def _month_key(now: datetime) -> str:
    return f"budget#{now:%Y-%m}"


def _dollars(amount: float) -> Decimal:
    return Decimal(str(round(amount, 6)))
