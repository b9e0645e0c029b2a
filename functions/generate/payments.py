"""The payments for a candidate: a record of each call of the image model precedes it, and its bill follows.

A candidate gets at most two calls that are or may be billed, however many attempts its painting takes. The second
follows only where the outcome of the first is unknown: no response, or the process ended before it stored the painting.
A call that was not billed does not count.

The cover's item has `payment_1` and `payment_2` for the first candidate, `payment_1_candidate_1` and so on for the
others: {month, reserved_usd, and cost_usd once it is known}.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools.metrics import MetricUnit

from coverart.aws.dynamodb import CONDITION_FAILED, attempts, to_dynamodb, transact
from coverart.aws.telemetry import logger, put_metric
from coverart.errors import BudgetSpentError, CoverDeletedError, PaintingLostError, StorageUnavailableError
from coverart.store.budget import BUDGET_SPENT_MESSAGE, Budget
from coverart.store.covers import Covers
from coverart.store.keys import budget_key, cover_item_key

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import UpdateTypeDef


def list_payment_attributes(candidate: int) -> tuple[str, str]:
    """Return the attributes of the cover's item that record a candidate's calls, in their order."""
    suffix = f"_candidate_{candidate}" if candidate else ""
    return f"payment_1{suffix}", f"payment_2{suffix}"


@dataclass(frozen=True)
class Payment:
    """A call of the image model.

    `attribute`: where the cover's item records it. `month`: the key of the budget that paid it. `reserved_usd`: the
    most that it may cost.
    """

    attribute: str
    month: str
    reserved_usd: float


@dataclass(frozen=True)
class Payments:
    """The payments for one candidate. One transaction writes budget and cover. Amounts are US dollars."""

    covers: Covers
    budget: Budget
    listener_id: str
    cover_id: str
    candidate: int = 0

    def reserve(self, amount: float) -> Payment:
        """Record a call of the image model before it is made, and reserve the `amount` that it may cost at most.

        Raises PaintingLostError after two calls, BudgetSpentError, CoverDeletedError and StorageUnavailableError.
        """
        for _ in attempts():
            payment = Payment(self._choose_attribute(), budget_key(datetime.now(UTC)), amount)
            reasons = self._write(
                self.budget.reservation_update(amount, payment.month),
                self._cover_update(
                    payment,
                    "SET #payment = :payment",
                    "attribute_exists(cover_id) AND attribute_not_exists(#payment)",
                    {":payment": {"month": payment.month, "reserved_usd": amount}},
                ),
            )
            if reasons is None:
                if payment.attribute != self._attributes[0]:
                    logger.warning("image model is called again after an unknown outcome", payment=payment.attribute)
                    put_metric("ImageGenerationsRetried", MetricUnit.Count, 1)
                return payment
            if reasons[0] == CONDITION_FAILED:
                raise BudgetSpentError(BUDGET_SPENT_MESSAGE)
        raise _too_busy()

    def release(self, payment: Payment) -> None:
        """Give back the reservation of a call that was not billed. The call no longer counts."""
        update = self._cover_update(payment, "REMOVE #payment", "attribute_exists(#payment)", {})
        self._correct(payment, 0, update)

    def settle(self, payment: Payment, cost: float) -> None:
        """Replace the reservation by the bill. It ignores a second bill for a call.

        `cost`: 0 where the response has no bill; then the reservation stays spent.
        """
        cost = cost or payment.reserved_usd
        update = self._cover_update(
            payment,
            "SET #payment.cost_usd = :cost",
            "attribute_exists(#payment) AND attribute_not_exists(#payment.cost_usd)",
            {":cost": cost},
        )
        self._correct(payment, cost, update)

    def settle_if_missing(self, cost: float) -> None:
        """Settle the call that made a stored painting, where the process that stored it ended before it could.

        That is the last call. The outcome of a call before it stays unknown.
        """
        item = self._get_item() or {}
        attribute = next((name for name in reversed(self._attributes) if name in item), None)
        if attribute is not None and "cost_usd" not in item[attribute]:
            record = item[attribute]
            self.settle(Payment(attribute, record["month"], float(record["reserved_usd"])), cost)

    @property
    def _attributes(self) -> tuple[str, str]:
        return list_payment_attributes(self.candidate)

    def _choose_attribute(self) -> str:
        item = self._get_item()
        if item is None:
            raise CoverDeletedError("This cover was deleted while it was being made.")
        for attribute in self._attributes:
            if attribute not in item:
                return attribute
        raise PaintingLostError("The image model was called twice, but no painting arrived. Please try again.")

    def _correct(self, payment: Payment, cost: float, cover_update: "UpdateTypeDef") -> None:
        """Correct the budget with the cover's record, or by itself without a cover."""
        updates = [self.budget.correction_update(cost - payment.reserved_usd, payment.month), cover_update]
        for _ in attempts():
            reasons = self._write(*updates)
            if reasons is None:
                return
            if CONDITION_FAILED in reasons:
                if self._get_item() is not None:
                    return
                updates = updates[:1]
        raise _too_busy()

    def _write(self, *updates: "UpdateTypeDef") -> list[str] | None:
        return transact(self.budget.keys_table, [{"Update": update} for update in updates])

    def _cover_update(
        self, payment: Payment, expression: str, condition: str, values: dict[str, Any]
    ) -> "UpdateTypeDef":
        update: UpdateTypeDef = {
            "TableName": self.covers.table.name,
            "Key": cover_item_key(self.listener_id, self.cover_id),
            "UpdateExpression": expression,
            "ConditionExpression": condition,
            "ExpressionAttributeNames": {"#payment": payment.attribute},
        }
        if values:
            update["ExpressionAttributeValues"] = to_dynamodb(values)
        return update

    def _get_item(self) -> dict[str, Any] | None:
        return self.covers.get(self.listener_id, self.cover_id)


def _too_busy() -> StorageUnavailableError:
    return StorageUnavailableError("Too many paintings at once. Please try again in a minute.")
