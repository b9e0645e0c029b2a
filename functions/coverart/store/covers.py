"""Covers in CoversTable.

Every write but the first is conditional on the item's existence, so a deleted cover stays deleted.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from boto3.dynamodb.conditions import ConditionBase, Key

from coverart.aws.dynamodb import from_dynamodb, paginate, to_dynamodb, write_conditionally
from coverart.errors import CoverDeletedError, InvalidRequestError
from coverart.models import MAX_CANDIDATES, STEPS
from coverart.store.candidates import add_chosen_results, new_candidates
from coverart.store.demo import DEMO_LIFETIME, is_demo
from coverart.store.keys import cover_item_key
from coverart.store.stored_items import UNKNOWN_STATUS

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import Table

FAILED_COVER_LIFETIME = timedelta(days=30)
UNFINISHED_STATUSES = frozenset({"accepted", "running"})
FINISHED_STATUSES = frozenset({"done", "failed"})


def new_item(listener_id: str, cover_id: str, request: dict[str, Any], now: datetime) -> dict[str, Any]:
    """Return the item of a new cover."""
    return {
        **cover_item_key(listener_id, cover_id),
        "request": request,
        "status": "accepted",
        "timings": {},
        "candidates": new_candidates(request.get("options", {}).get("candidates") or 1),
        "created_at": now.isoformat(),
        **({"expires_at": int((now + DEMO_LIFETIME).timestamp())} if is_demo(listener_id) else {}),
    }


def read_time(cover: Mapping[str, Any]) -> datetime:
    """Return when the cover was accepted; by its id where another version stores it differently, to the second.

    Raises ValueError for an id of another form.
    """
    try:
        return datetime.fromisoformat(cover["created_at"]).astimezone(UTC)
    except (KeyError, TypeError, ValueError):
        return datetime.strptime(str(cover["cover_id"])[:15], "%Y%m%dT%H%M%S").replace(tzinfo=UTC)


@dataclass(frozen=True)
class Covers:
    """`table`: CoversTable."""

    table: "Table"

    def get(self, listener_id: str, cover_id: str) -> dict[str, Any] | None:
        """Return the cover's item with the results of its chosen candidate, or None where there is no such cover."""
        item = self.table.get_item(Key=cover_item_key(listener_id, cover_id), ConsistentRead=True).get("Item")
        return None if item is None else _read_item(item)

    def exists(self, listener_id: str, cover_id: str) -> bool:
        """Return whether there is such a cover."""
        key = cover_item_key(listener_id, cover_id)
        return "Item" in self.table.get_item(Key=key, ConsistentRead=True, ProjectionExpression="cover_id")

    def list_page(
        self, listener_id: str, before: str | None, limit: int, now: datetime
    ) -> tuple[list[dict[str, Any]], str | None]:
        """Return up to `limit` items older than the cover `before`, newest first, and `before` of the next page.

        The latter is None at the end. Items have the results of their chosen candidate.
        """
        condition: ConditionBase = Key("listener_id").eq(listener_id)
        if before is not None:
            condition = condition & Key("cover_id").lt(before)
        response = self.table.query(
            KeyConditionExpression=condition, ScanIndexForward=False, Limit=limit + 1, ConsistentRead=True
        )
        items = [_read_item(item) for item in response["Items"]]
        page, has_more = items[:limit], len(items) > limit or "LastEvaluatedKey" in response
        following = page[-1]["cover_id"] if page and has_more else None
        return [item for item in page if item.get("expires_at", 2**40) > now.timestamp()], following

    def list_designs(self, listener_id: str, cover_id: str) -> list[dict[str, Any]]:
        """Return `request` and, where they have a prompt, its technique and motif of this cover and the 24 before it.

        The newest is first. The prompt is that of the chosen candidate, or else of the first.
        """
        prompts = ["#prompt", *(f"prompted.prompts[{index}]" for index in range(MAX_CANDIDATES))]
        designs = [f"{prompt}.{attribute}" for prompt in prompts for attribute in ("technique", "motif")]
        response = self.table.query(
            KeyConditionExpression=Key("listener_id").eq(listener_id) & Key("cover_id").lte(cover_id),
            ProjectionExpression=", ".join(["#request", "chosen", *designs]),
            ExpressionAttributeNames={"#request": "request", "#prompt": "prompt"},
            ScanIndexForward=False,
            Limit=25,
        )
        return [_add_chosen_prompt(from_dynamodb(item)) for item in response["Items"]]

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
                covers.setdefault(request["source"]["playlist_id"], []).append(_add_status(item))
        return covers

    def list_statuses(self, listener_id: str, since: str | None = None) -> Iterator[dict[str, Any]]:
        """Yield `cover_id` and `status` of the listener's covers, from the cover id `since` on."""
        condition: ConditionBase = Key("listener_id").eq(listener_id)
        if since is not None:
            condition = condition & Key("cover_id").gte(since)
        items = paginate(
            self.table.query,
            KeyConditionExpression=condition,
            ProjectionExpression="cover_id, #status, created_at",
            ExpressionAttributeNames={"#status": "status"},
            ConsistentRead=True,
        )
        return map(_add_status, items)

    def delete(self, listener_id: str, cover_id: str) -> bool:
        """Return False where there was no such cover."""
        response = self.table.delete_item(Key=cover_item_key(listener_id, cover_id), ReturnValues="ALL_OLD")
        return "Attributes" in response

    def choose(self, listener_id: str, cover_id: str, candidate: int) -> None:
        """Store which candidate the listener chose. Raises CoverDeletedError."""
        self._update(listener_id, cover_id, "SET chosen = :candidate", {":candidate": candidate}, {})

    def set_share_id(self, listener_id: str, cover_id: str, share_id: str | None) -> None:
        """Store the id of the cover's public page, or that it has none. Raises CoverDeletedError."""
        self._update(listener_id, cover_id, "SET share_id = :share_id", {":share_id": share_id}, {})

    def begin_step(self, listener_id: str, cover_id: str, step: str, candidate: int | None = None) -> None:
        """Raises CoverDeletedError, and InvalidRequestError where the cover has ended.

        `candidate`: the one that the step works for, or None where it works for all.
        """
        expression, values, names = "SET #status = :running, step = :step", {":step": step}, {"#status": "status"}
        condition = " AND #status IN (:accepted, :running)"
        if candidate is not None:
            expression += ", candidates.#candidate.step = :step"
            names["#candidate"] = str(candidate)
            condition += " AND attribute_exists(candidates)"
        try:
            values |= {":running": "running", ":accepted": "accepted"}
            self._update(listener_id, cover_id, expression, values, names, condition)
        except CoverDeletedError:
            item = self.get(listener_id, cover_id)
            if item is None:
                raise
            if candidate is not None and "candidates" not in item and item["status"] in UNFINISHED_STATUSES:
                self._add_candidates(item)
                self.begin_step(listener_id, cover_id, step, candidate)
                return
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
        candidate: int | None = None,
    ) -> None:
        """Store the step's result and duration. The end of the last step makes the cover done.

        `candidate`: the one that the step worked for, or None where it worked for all. Raises CoverDeletedError.
        """
        owner = "" if candidate is None else "candidates.#candidate."
        expression = f"SET {owner}timings.#step = :timing, {owner}#result = :result"
        names = {"#step": step, "#result": result_attribute}
        if candidate is not None:
            names["#candidate"] = str(candidate)
        values = {":timing": {"began_at": began_at.isoformat(), "seconds": round(seconds, 3)}, ":result": result}
        if step == STEPS[-1]:
            expression += ", #status = :done, ended_at = :now"
            names["#status"] = "status"
            values |= {":done": "done", ":now": datetime.now(UTC).isoformat()}
        self._update(listener_id, cover_id, expression, values, names)

    def _add_candidates(self, item: dict[str, Any]) -> None:
        """Give candidates to a cover that an earlier version accepted and that is being made during the upgrade."""
        candidates, attributes = new_candidates(1), {}
        candidates["0"] |= {name: item[name] for name in ("painting", "pictures") if name in item}
        if "prompt" in item:
            attributes["prompted"] = {"prompts": [item["prompt"]]}
        attributes["candidates"] = candidates
        self._update(
            item["listener_id"],
            item["cover_id"],
            "SET " + ", ".join(f"{name} = :{name}" for name in attributes),
            {f":{name}": value for name, value in attributes.items()},
            {},
        )

    def mark_candidate_failed(self, listener_id: str, cover_id: str, candidate: int, code: str, message: str) -> None:
        """Store why a candidate failed. Raises CoverDeletedError."""
        self._update(
            listener_id,
            cover_id,
            "SET candidates.#candidate.#error = :error",
            {":error": {"code": code, "message": message}},
            {"#candidate": str(candidate), "#error": "error"},
        )

    def mark_failed(self, listener_id: str, cover_id: str, code: str, message: str, now: datetime) -> None:
        """Mark the cover as failed unless it is done. Raises CoverDeletedError."""
        try:
            self._update(
                listener_id,
                cover_id,
                "SET #status = :failed, #error = :error, ended_at = :now,"
                " expires_at = if_not_exists(expires_at, :expires)",
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
            ExpressionAttributeValues=to_dynamodb(values),
            # DynamoDB refuses an empty mapping.
            **({"ExpressionAttributeNames": names} if names else {}),
        )
        if not is_written:
            raise CoverDeletedError("This cover was deleted while it was being made.")


def _read_item(item: dict[str, Any]) -> dict[str, Any]:
    item = _add_status(from_dynamodb(item))
    try:
        return add_chosen_results(item)
    except (AttributeError, LookupError, TypeError, ValueError):
        # Another version wrote it. Whoever needs a candidate's results fails, and nobody else.
        return item


def _add_status(item: dict[str, Any]) -> dict[str, Any]:
    return {"status": UNKNOWN_STATUS, **item}


def _add_chosen_prompt(design: dict[str, Any]) -> dict[str, Any]:
    prompts = design.pop("prompted", {}).get("prompts", [])
    index = int(design.pop("chosen", 0))
    return {**design, "prompt": prompts[index]} if index < len(prompts) else design
