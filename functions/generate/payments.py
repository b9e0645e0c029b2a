"""What is paid for a cover: each call of the image model is written down before it is made, and its bill after it.

The rule: whoever asks for a painting, and however often, at most two calls are made that are or may be billed. The
second is made only where the outcome of the first is not known (no answer, or the process ended before the painting
was stored). What a call was not billed for is taken back.

On the cover's item: `payment_1` and `payment_2`, {month, reserved_usd, cost_usd once it is known}.
"""

import random
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools.metrics import MetricUnit
from botocore.exceptions import ClientError

from coverart.aws.dynamodb import to_dynamodb
from coverart.aws.telemetry import logger, put_metric
from coverart.errors import BudgetSpentError, CoverDeletedError, PaintingLostError, StorageUnavailableError
from coverart.store.budget import BUDGET_SPENT_MESSAGE, Budget
from coverart.store.covers import Covers
from coverart.store.keys import budget_key

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef, UpdateTypeDef

NAMES = ("payment_1", "payment_2")
_ATTEMPTS = 8


@dataclass(frozen=True)
class Payment:
    """`reserved`: US dollars."""

    name: str
    month: str
    reserved: float


@dataclass(frozen=True)
class Payments:
    """Of one cover. The budget and the cover's item are written together or not at all."""

    covers: Covers
    budget: Budget
    listener_id: str
    cover_id: str

    def begin(self, amount: float) -> Payment:
        """To be called before the image model is. `amount`: US dollars that it costs at most.

        Raises PaintingLostError where it was called twice already, BudgetSpentError, CoverDeletedError and
        StorageUnavailableError.
        """
        for attempt in range(_ATTEMPTS):
            _pause(attempt)
            item = self._item()
            if item is None:
                raise CoverDeletedError("This cover was deleted while it was being made.")
            free = [name for name in NAMES if name not in item]
            if not free:
                raise PaintingLostError("The image model was asked twice, and its painting did not arrive.")
            payment = Payment(free[0], budget_key(datetime.now(UTC)), amount)
            refused = self._written(
                self.budget.reservation_update(amount, payment.month),
                self._update(
                    "SET #payment = :payment",
                    "attribute_exists(cover_id) AND attribute_not_exists(#payment)",
                    payment.name,
                    {":payment": {"month": payment.month, "reserved_usd": amount}},
                ),
            )
            if refused is None:
                self._tell(payment)
                return payment
            if refused[0] == "ConditionalCheckFailed":
                raise BudgetSpentError(BUDGET_SPENT_MESSAGE)
        raise _busy()

    def not_billed(self, payment: Payment) -> None:
        """What was set aside is there again, and the call does not count."""
        forgotten = self._update("REMOVE #payment", "attribute_exists(#payment)", payment.name, {})
        self._settle(payment, 0, forgotten)

    def bought(self, payment: Payment, cost: float) -> None:
        """`cost`: US dollars; of an answer without a bill it is 0, and what was set aside stays spent."""
        cost = cost or payment.reserved
        known = self._update(
            "SET #payment.cost_usd = :cost",
            "attribute_exists(#payment) AND attribute_not_exists(#payment.cost_usd)",
            payment.name,
            {":cost": cost},
        )
        self._settle(payment, cost, known)

    def found(self, cost: float) -> None:
        """The painting is stored, and perhaps whoever stored it did not come to write down its bill."""
        item = self._item() or {}
        made = [name for name in NAMES if name in item]
        # It is the last call's: what came of one before it is not known, and stays so.
        if made and "cost_usd" not in (last := item[made[-1]]):
            self.bought(Payment(made[-1], last["month"], float(last["reserved_usd"])), cost)

    def _settle(self, payment: Payment, cost: float, update: "UpdateTypeDef") -> None:
        """Where the cover is gone, the budget alone is told."""
        corrected = self.budget.correction_update(cost - payment.reserved, payment.month)
        for attempt in range(_ATTEMPTS):
            _pause(attempt)
            refused = self._written(corrected, update)
            if refused is None:
                return
            if refused[1] == "ConditionalCheckFailed":
                if self._item() is None:
                    self._written(corrected)
                return
        raise _busy()

    def _written(self, *updates: "UpdateTypeDef") -> list[str] | None:
        """None where all is written, else the reason of each that kept it from being."""
        items: list[TransactWriteItemTypeDef] = [{"Update": update} for update in updates]
        try:
            self.budget.keys_table.meta.client.transact_write_items(TransactItems=items)
        except ClientError as error:
            if error.response["Error"]["Code"] == "TransactionInProgressException":
                return ["TransactionConflict"] * len(updates)
            if error.response["Error"]["Code"] != "TransactionCanceledException":
                raise
            return [str(reason.get("Code")) for reason in error.response["CancellationReasons"]]
        return None

    def _update(self, expression: str, condition: str, payment: str, values: dict[str, Any]) -> "UpdateTypeDef":
        update: UpdateTypeDef = {
            "TableName": self.covers.table.name,
            "Key": {"listener_id": self.listener_id, "cover_id": self.cover_id},
            "UpdateExpression": expression,
            "ConditionExpression": condition,
            "ExpressionAttributeNames": {"#payment": payment},
        }
        if values:
            update["ExpressionAttributeValues"] = to_dynamodb(values)
        return update

    def _item(self) -> dict[str, Any] | None:
        return self.covers.get(self.listener_id, self.cover_id)

    def _tell(self, payment: Payment) -> None:
        if payment.name != NAMES[0]:
            logger.warning("asked once more, after an unknown outcome", payment=payment.name)
            put_metric("ImageGenerationsRetried", MetricUnit.Count, 1)


def _pause(attempt: int) -> None:
    time.sleep(random.uniform(0, 0.05 * attempt))  # noqa: S311  # jitter, no secret


def _busy() -> StorageUnavailableError:
    return StorageUnavailableError("Too many paintings at once. Please try again in a minute.")
