"""The one way in: from a request to a running execution."""

import hashlib
import json
import random
import secrets
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from math import ceil
from typing import TYPE_CHECKING, Annotated, Any

from botocore.exceptions import ClientError
from pydantic import Field

from coverart import aws
from coverart.budget import Budget, BudgetSettings
from coverart.claims import automatic_claims, claim_key, may_try_again
from coverart.cover import Options, Source
from coverart.cover_executions import CoverExecutions
from coverart.covers import Covers, new_item, numbers
from coverart.errors import (
    DailyLimitError,
    IdempotencyConflictError,
    ListenerNotFoundError,
    StorageUnavailableError,
)
from coverart.shapes import Shape
from coverart.telemetry import logger

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import Table
    from mypy_boto3_dynamodb.type_defs import UpdateTypeDef
    from mypy_boto3_stepfunctions import SFNClient

_ATTEMPTS = 8


class CoverRequest(Shape):
    """`idempotency_key`: the same listener and key make one cover, however often it is asked for.

    `automatic`: nobody waits for it; its key never expires. `replace_own`: where the cover is to be published, the
    listener's own playlist image may make room for it (and is kept).
    """

    listener_id: Annotated[str, Field(min_length=1, max_length=200)]
    source: Source
    options: Options = Field(default_factory=Options)
    idempotency_key: Annotated[str, Field(min_length=1, max_length=200)]
    automatic: bool = False
    replace_own: bool = False

    def digest(self) -> str:
        """The same for what makes the same cover."""
        wanted = [self.source.to_json(), self.options.to_json()]
        return hashlib.sha256(json.dumps(wanted, sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True)
class Acceptance:
    """`keys`, `listeners` and the covers' table are the stack's; `daily_limit` counts covers per listener and UTC day.

    `budget` is None where a spent budget does not stop a cover, because the painter stands in.
    """

    covers: Covers
    listeners: "Table"
    keys: "Table"
    step_functions: "SFNClient"
    state_machine_arn: str
    daily_limit: int
    budget: Budget | None

    def accept(self, request: CoverRequest) -> str:
        """Gives the id of the cover: a new one, or the one that this idempotency key made before.

        Claim, count and item are written in one transaction, so that a crash leaves all of them or none; the
        execution's name is the cover's id, so that starting it again is harmless. Raises ListenerNotFoundError,
        DailyLimitError, BudgetSpentError, IdempotencyConflictError, StorageUnavailableError.
        """
        return self._accept(request, self._claim_key(request))

    def _claim_key(self, request: CoverRequest) -> str:
        first = claim_key(request.listener_id, request.idempotency_key)
        if not request.automatic:
            return first
        keys = automatic_claims(first)
        for key in keys[:-1]:
            claim = self.keys.get_item(Key={"key": key}, ConsistentRead=True).get("Item")
            cover = claim and self.covers.get(request.listener_id, str(claim["cover_id"]))
            if not cover or not may_try_again(cover):
                return key
        return keys[-1]

    def _accept(self, request: CoverRequest, claim_key: str) -> str:
        for attempt in range(_ATTEMPTS):
            time.sleep(random.uniform(0, 0.05 * attempt))  # noqa: S311  # jitter, no secret
            now = datetime.now(UTC)
            cover_id = self._claimed(claim_key, request, now) or self._claim(claim_key, request, now)
            if cover_id is not None:
                self.start(request.listener_id, cover_id)
                logger.info("accepted", cover_id=cover_id)
                return cover_id
        raise StorageUnavailableError("Too many requests at once. Please try again in a minute.")

    def _claimed(self, claim_key: str, request: CoverRequest, now: datetime) -> str | None:
        item = self.keys.get_item(Key={"key": claim_key}, ConsistentRead=True).get("Item")
        # DynamoDB deletes expired items late.
        if item is None or int(str(item.get("expires_at", 2**40))) <= now.timestamp():
            return None
        if not request.automatic and item.get("digest", request.digest()) != request.digest():
            raise IdempotencyConflictError("This Idempotency-Key has asked for another cover before.")
        return str(item["cover_id"])

    def _claim(self, claim_key: str, request: CoverRequest, now: datetime) -> str | None:
        """None where somebody else was at it in the same moment."""
        if self.budget is not None:
            self.budget.check()
        cover_id = new_cover_id(now)
        claim: dict[str, Any] = {
            "key": claim_key,
            "listener_id": request.listener_id,
            "cover_id": cover_id,
            "digest": request.digest(),
        }
        if not request.automatic:
            claim["expires_at"] = int((now + timedelta(days=1)).timestamp())
        item = new_item(request.listener_id, cover_id, request.to_json(), now)
        try:
            self.keys.meta.client.transact_write_items(
                TransactItems=[
                    {
                        "Put": {
                            "TableName": self.keys.name,
                            "Item": claim,
                            "ConditionExpression": "attribute_not_exists(#key) OR expires_at <= :now",
                            "ExpressionAttributeNames": {"#key": "key"},
                            "ExpressionAttributeValues": {":now": int(now.timestamp())},
                        }
                    },
                    {"Update": self._count(request.listener_id, now)},
                    {"Put": {"TableName": self.covers.table.name, "Item": numbers(item)}},
                ]
            )
        except ClientError as error:
            if error.response["Error"]["Code"] in {"TransactionCanceledException", "TransactionInProgressException"}:
                return None
            raise
        return cover_id

    def _count(self, listener_id: str, now: datetime) -> "UpdateTypeDef":
        """The update that counts a cover against today's limit. Raises ListenerNotFoundError and DailyLimitError."""
        key = {"listener_id": listener_id, "item": "profile"}
        profile = self.listeners.get_item(Key=key, ConsistentRead=True).get("Item")
        if profile is None:
            raise ListenerNotFoundError("This listener is not known here. Please log in first.")
        today = f"{now:%Y-%m-%d}"
        counted = int(str(profile["covers_count"])) if profile.get("covers_day") == today else 0
        if counted >= self.daily_limit:
            midnight = datetime.combine(now.date() + timedelta(days=1), datetime.min.time(), UTC)
            raise DailyLimitError(
                f"{self.daily_limit} covers a day are the limit. It ends at midnight UTC.",
                retry_after=ceil((midnight - now).total_seconds()),
            )
        update: UpdateTypeDef = {
            "TableName": self.listeners.name,
            "Key": key,
            "UpdateExpression": "SET covers_day = :today, covers_count = :one",
            "ConditionExpression": "attribute_exists(listener_id) AND (NOT covers_day = :today)",
            "ExpressionAttributeValues": {":today": today, ":one": 1},
        }
        if counted:
            update["UpdateExpression"] = "SET covers_count = covers_count + :one"
            update["ConditionExpression"] = "covers_day = :today AND covers_count < :limit"
            update["ExpressionAttributeValues"] = {":today": today, ":one": 1, ":limit": self.daily_limit}
        return update

    def start(self, listener_id: str, cover_id: str) -> None:
        """Starts what was accepted; harmless where it was started before."""
        CoverExecutions(self.covers, self.step_functions, self.state_machine_arn).start(listener_id, cover_id)


class AcceptSettings(BudgetSettings):
    covers_table: str
    listeners_table: str
    keys_table: str
    state_machine_arn: str
    daily_cover_limit: int


@cache
def acceptance() -> Acceptance:
    """The stack's own, from the environment. Raises ConfigurationError."""
    settings = AcceptSettings.load()
    keys = aws.table(settings.keys_table)
    return Acceptance(
        covers=Covers(aws.table(settings.covers_table)),
        listeners=aws.table(settings.listeners_table),
        keys=keys,
        step_functions=aws.client("stepfunctions"),
        state_machine_arn=settings.state_machine_arn,
        daily_limit=settings.daily_cover_limit,
        budget=settings.stopping(keys),
    )


def new_cover_id(now: datetime) -> str:
    """Time-ordered, and fit for an execution's name."""
    return f"{now:%Y%m%dT%H%M%S}{now.microsecond // 1000:03d}-{secrets.token_hex(5)}"
