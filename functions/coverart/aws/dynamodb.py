"""DynamoDB: number conversion, pagination, conditional writes, transactions and backoff."""

import json
import random
import time
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import Table

CONDITION_FAILED = "ConditionalCheckFailed"
_CONFLICT = "TransactionConflict"


def to_dynamodb(value: Any) -> Any:
    """Convert floats to Decimal. DynamoDB stores no number between 0 and 1e-130, so those become 0."""
    return json.loads(json.dumps(value), parse_float=_to_decimal)


def _to_decimal(text: str) -> Decimal:
    number = Decimal(text)
    return number if number.adjusted() >= -130 else Decimal(0)


def from_dynamodb(value: Any) -> Any:
    """Convert each Decimal to int where it is whole, else to float."""
    match value:
        case Decimal():
            return int(value) if value == value.to_integral_value() else float(value)
        case dict():
            return {name: from_dynamodb(part) for name, part in value.items()}
        case list():
            return [from_dynamodb(part) for part in value]
        case _:
            return value


def paginate(operation: Callable[..., Any], **arguments: Any) -> Iterator[dict[str, Any]]:
    """Yield the items of all pages of a query or scan."""
    while True:
        page = operation(**arguments)
        yield from page["Items"]
        if "LastEvaluatedKey" not in page:
            return
        arguments["ExclusiveStartKey"] = page["LastEvaluatedKey"]


def write_conditionally(operation: Callable[..., Any], **arguments: Any) -> bool:
    """Call a put, update or delete that has a condition. Return False where the condition failed."""
    try:
        operation(**arguments)
    except ClientError as error:
        if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
            raise
        return False
    return True


def transact(table: "Table", actions: Sequence[Any]) -> list[str] | None:
    """Write all `actions` (at most 100, of any table) or none.

    Return None after success, else the cancellation reason of each action: `CONDITION_FAILED`, "None" for an action
    that did not fail, or another one where the transaction is worth repeating.
    """
    try:
        table.meta.client.transact_write_items(TransactItems=actions)
    except ClientError as error:
        match error.response["Error"]["Code"]:
            case "TransactionCanceledException":
                reasons = error.response.get("CancellationReasons", [])
                return [str(reason.get("Code")) for reason in reasons]
            case "TransactionInProgressException":
                return [_CONFLICT] * len(actions)
        raise
    return None


def attempts(count: int = 8, step_seconds: float = 0.05, sleep: Callable[[float], None] = time.sleep) -> Iterator[int]:
    """Yield 0 to `count` - 1, with a random pause before each: up to `step_seconds` more each time (full jitter)."""
    for attempt in range(count):
        sleep(random.uniform(0, step_seconds * attempt))  # noqa: S311  # jitter is no secret
        yield attempt
