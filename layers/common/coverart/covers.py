"""The covers' items in CoversTable.

Every write but the first is conditional on the item's existence: a deleted cover stays deleted.
"""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from boto3.dynamodb.conditions import ConditionBase, Key
from botocore.exceptions import ClientError

from coverart.cover import STEPS
from coverart.errors import CoverDeletedError, InvalidRequestError

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import Table

FAILED_COVERS_KEPT = timedelta(days=30)


def new_item(listener_id: str, cover_id: str, request: dict[str, Any], now: datetime) -> dict[str, Any]:
    return {
        "listener_id": listener_id,
        "cover_id": cover_id,
        "request": request,
        "status": "accepted",
        "timings": {},
        "created_at": now.isoformat(),
    }


@dataclass(frozen=True)
class Covers:
    table: "Table"

    def get(self, listener_id: str, cover_id: str) -> dict[str, Any] | None:
        key = {"listener_id": listener_id, "cover_id": cover_id}
        item = self.table.get_item(Key=key, ConsistentRead=True).get("Item")
        return None if item is None else plain(item)

    def page(
        self, listener_id: str, before: str | None, limit: int, now: datetime
    ) -> tuple[list[dict[str, Any]], str | None]:
        """Items, the newest first, and what `before` is for the next ones (None at the end)."""
        condition: ConditionBase = Key("listener_id").eq(listener_id)
        if before is not None:
            condition = condition & Key("cover_id").lt(before)
        found = self.table.query(
            KeyConditionExpression=condition, ScanIndexForward=False, Limit=limit + 1, ConsistentRead=True
        )
        items = [plain(item) for item in found["Items"]]
        shown = items[:limit]
        following = shown[-1]["cover_id"] if shown and (len(items) > limit or "LastEvaluatedKey" in found) else None
        # DynamoDB deletes expired items late.
        return [item for item in shown if item.get("expires_at", 2**40) > now.timestamp()], following

    def of_playlists(self, listener_id: str) -> dict[str, list[dict[str, Any]]]:
        """Id and status of each playlist's covers, the oldest first."""
        asked: dict[str, Any] = {
            "KeyConditionExpression": Key("listener_id").eq(listener_id),
            "ProjectionExpression": "cover_id, #status, #request.#source.playlist_id",
            "ExpressionAttributeNames": {"#status": "status", "#request": "request", "#source": "source"},
            "ConsistentRead": True,
        }
        found: dict[str, list[dict[str, Any]]] = {}
        while True:
            page = self.table.query(**asked)
            items: list[dict[str, Any]] = page["Items"]
            for item in items:
                # Only a playlist's source has what was asked for.
                if (request := item.pop("request", None)) is not None:
                    found.setdefault(request["source"]["playlist_id"], []).append(item)
            if "LastEvaluatedKey" not in page:
                return found
            asked["ExclusiveStartKey"] = page["LastEvaluatedKey"]

    def delete(self, listener_id: str, cover_id: str) -> bool:
        """False where there was none."""
        key = {"listener_id": listener_id, "cover_id": cover_id}
        return "Attributes" in self.table.delete_item(Key=key, ReturnValues="ALL_OLD")

    def begin_step(self, listener_id: str, cover_id: str, step: str) -> None:
        """Raises CoverDeletedError, and InvalidRequestError where the cover has ended."""
        try:
            self._update(
                listener_id,
                cover_id,
                "SET #status = :running, step = :step",
                {":running": "running", ":step": step, ":accepted": "accepted"},
                {"#status": "status"},
                condition=" AND #status IN (:accepted, :running)",
            )
        except CoverDeletedError:
            if self.get(listener_id, cover_id) is None:
                raise
            raise InvalidRequestError("This cover has ended; ask for a new one.") from None

    def end_step(
        self, listener_id: str, cover_id: str, step: str, began_at: datetime, seconds: float, keeps: str, result: Any
    ) -> None:
        """Keeps the step's result under the attribute `keeps`, and its timing; the last step's end makes the cover
        done. Raises CoverDeletedError.
        """
        expression = "SET timings.#step = :timing, #keeps = :result"
        names = {"#step": step, "#keeps": keeps}
        values = {":timing": {"began_at": began_at.isoformat(), "seconds": round(seconds, 3)}, ":result": result}
        if step == STEPS[-1]:
            expression += ", #status = :done, ended_at = :now"
            names["#status"] = "status"
            values |= {":done": "done", ":now": datetime.now(UTC).isoformat()}
        self._update(listener_id, cover_id, expression, values, names)

    def fail(self, listener_id: str, cover_id: str, code: str, message: str, now: datetime) -> None:
        """Marks the cover failed, unless it is done. Raises CoverDeletedError."""
        try:
            self._update(
                listener_id,
                cover_id,
                "SET #status = :failed, #error = :error, ended_at = :now, expires_at = :expires",
                {
                    ":failed": "failed",
                    ":error": {"code": code, "message": message},
                    ":now": now.isoformat(),
                    ":expires": int((now + FAILED_COVERS_KEPT).timestamp()),
                    ":done": "done",
                },
                {"#status": "status", "#error": "error"},
                condition=" AND #status <> :done",
            )
        except CoverDeletedError:
            if self.get(listener_id, cover_id) is None:
                raise

    def _update(
        self,
        listener_id: str,
        cover_id: str,
        expression: str,
        values: dict[str, Any],
        names: dict[str, str],
        condition: str = "",
    ) -> None:
        try:
            self.table.update_item(
                Key={"listener_id": listener_id, "cover_id": cover_id},
                UpdateExpression=expression,
                ConditionExpression="attribute_exists(cover_id)" + condition,
                ExpressionAttributeNames=names,
                ExpressionAttributeValues=numbers(values),
            )
        except ClientError as error:
            if _condition_failed(error):
                raise CoverDeletedError("This cover was deleted while it was being made.") from None
            raise


def _condition_failed(error: ClientError) -> bool:
    return error.response["Error"]["Code"] == "ConditionalCheckFailedException"


def numbers(value: Any) -> Any:
    """DynamoDB takes Decimal, not float, and nothing between 0 and 1e-130."""
    return json.loads(json.dumps(value), parse_float=_decimal)


def _decimal(text: str) -> Decimal:
    number = Decimal(text)
    return number if number.adjusted() >= -130 else Decimal(0)


def plain(value: Any) -> Any:
    match value:
        case Decimal():
            return int(value) if value == value.to_integral_value() else float(value)
        case dict():
            return {name: plain(part) for name, part in value.items()}
        case list():
            return [plain(part) for part in value]
        case _:
            return value
