"""Covers in CoversTable.

Every write but the first is conditional on the item's existence, so a deleted cover stays deleted.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from boto3.dynamodb.conditions import ConditionBase, Key

from coverart.aws.dynamodb import from_dynamodb, paginate, to_dynamodb, write_conditionally
from coverart.errors import CoverDeletedError, InvalidRequestError
from coverart.models import STEPS
from coverart.store.keys import cover_item_key

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import Table

FAILED_COVER_LIFETIME = timedelta(days=30)
UNFINISHED_STATUSES = frozenset({"accepted", "running"})


def new_item(listener_id: str, cover_id: str, request: dict[str, Any], now: datetime) -> dict[str, Any]:
    """Return the item of a cover that has just been accepted."""
    return {
        **cover_item_key(listener_id, cover_id),
        "request": request,
        "status": "accepted",
        "timings": {},
        "created_at": now.isoformat(),
    }


@dataclass(frozen=True)
class Covers:
    """`table`: CoversTable."""

    table: "Table"

    def get(self, listener_id: str, cover_id: str) -> dict[str, Any] | None:
        """Return the cover's item, or None where there is no such cover."""
        item = self.table.get_item(Key=cover_item_key(listener_id, cover_id), ConsistentRead=True).get("Item")
        return None if item is None else from_dynamodb(item)

    def list_page(
        self, listener_id: str, before: str | None, limit: int, now: datetime
    ) -> tuple[list[dict[str, Any]], str | None]:
        """Return up to `limit` items older than the cover `before`, newest first, and `before` of the next page.

        The latter is None at the end.
        """
        condition: ConditionBase = Key("listener_id").eq(listener_id)
        if before is not None:
            condition = condition & Key("cover_id").lt(before)
        response = self.table.query(
            KeyConditionExpression=condition, ScanIndexForward=False, Limit=limit + 1, ConsistentRead=True
        )
        items = [from_dynamodb(item) for item in response["Items"]]
        page, has_more = items[:limit], len(items) > limit or "LastEvaluatedKey" in response
        following = page[-1]["cover_id"] if page and has_more else None
        return [item for item in page if item.get("expires_at", 2**40) > now.timestamp()], following

    def list_designs(self, listener_id: str, cover_id: str) -> list[dict[str, Any]]:
        """Return `request` and, where they have a prompt, its technique and motif of this cover and the 24 before it.

        The newest is first.
        """
        response = self.table.query(
            KeyConditionExpression=Key("listener_id").eq(listener_id) & Key("cover_id").lte(cover_id),
            ProjectionExpression="#request, #prompt.technique, #prompt.motif",
            ExpressionAttributeNames={"#request": "request", "#prompt": "prompt"},
            ScanIndexForward=False,
            Limit=25,
        )
        return [from_dynamodb(item) for item in response["Items"]]

    def list_by_playlist(self, listener_id: str) -> dict[str, list[dict[str, Any]]]:
        """Return `cover_id` and `status` of each playlist's covers, oldest first."""
        items = paginate(
            self.table.query,
            KeyConditionExpression=Key("listener_id").eq(listener_id),
            ProjectionExpression="cover_id, #status, #request.#source.playlist_id",
            ExpressionAttributeNames={"#status": "status", "#request": "request", "#source": "source"},
            ConsistentRead=True,
        )
        covers: dict[str, list[dict[str, Any]]] = {}
        for item in items:
            # Only the source of a playlist's cover has the projected attribute.
            if (request := item.pop("request", None)) is not None:
                covers.setdefault(request["source"]["playlist_id"], []).append(item)
        return covers

    def list_statuses(self, listener_id: str, since: str | None = None) -> Iterator[dict[str, Any]]:
        """Yield `cover_id`, `status` and `created_at` of the listener's covers, from the cover id `since` on."""
        condition: ConditionBase = Key("listener_id").eq(listener_id)
        if since is not None:
            condition = condition & Key("cover_id").gte(since)
        return paginate(
            self.table.query,
            KeyConditionExpression=condition,
            ProjectionExpression="cover_id, #status, created_at",
            ExpressionAttributeNames={"#status": "status"},
            ConsistentRead=True,
        )

    def delete(self, listener_id: str, cover_id: str) -> bool:
        """Return False where there was no such cover."""
        response = self.table.delete_item(Key=cover_item_key(listener_id, cover_id), ReturnValues="ALL_OLD")
        return "Attributes" in response

    def begin_step(self, listener_id: str, cover_id: str, step: str) -> None:
        """Raises CoverDeletedError, and InvalidRequestError where the cover is done or has failed."""
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
            raise InvalidRequestError("This cover is already finished. Please request a new one.") from None

    def end_step(
        self,
        listener_id: str,
        cover_id: str,
        step: str,
        began_at: datetime,
        seconds: float,
        result_attribute: str,
        result: Any,
    ) -> None:
        """Store the step's result and duration. The end of the last step makes the cover done.

        Raises CoverDeletedError.
        """
        expression = "SET timings.#step = :timing, #result = :result"
        names = {"#step": step, "#result": result_attribute}
        values = {":timing": {"began_at": began_at.isoformat(), "seconds": round(seconds, 3)}, ":result": result}
        if step == STEPS[-1]:
            expression += ", #status = :done, ended_at = :now"
            names["#status"] = "status"
            values |= {":done": "done", ":now": datetime.now(UTC).isoformat()}
        self._update(listener_id, cover_id, expression, values, names)

    def mark_failed(self, listener_id: str, cover_id: str, code: str, message: str, now: datetime) -> None:
        """Mark the cover as failed unless it is done. Raises CoverDeletedError."""
        try:
            self._update(
                listener_id,
                cover_id,
                "SET #status = :failed, #error = :error, ended_at = :now, expires_at = :expires",
                {
                    ":failed": "failed",
                    ":error": {"code": code, "message": message},
                    ":now": now.isoformat(),
                    ":expires": int((now + FAILED_COVER_LIFETIME).timestamp()),
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
        is_written = write_conditionally(
            self.table.update_item,
            Key=cover_item_key(listener_id, cover_id),
            UpdateExpression=expression,
            ConditionExpression="attribute_exists(cover_id)" + condition,
            ExpressionAttributeNames=names,
            ExpressionAttributeValues=to_dynamodb(values),
        )
        if not is_written:
            raise CoverDeletedError("This cover was deleted while it was being made.")
