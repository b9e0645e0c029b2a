"""The one way from a request to a running execution, for the API, events and bulk requests."""

import hashlib
import json
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import ceil
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field

from coverart.aws import clients
from coverart.aws.dynamodb import attempts, to_dynamodb, transact
from coverart.aws.telemetry import logger
from coverart.errors import (
    DailyLimitError,
    DemoOnlyError,
    IdempotencyConflictError,
    ListenerNotFoundError,
    PictureSendingNotAllowedError,
    StorageUnavailableError,
)
from coverart.models import CoverOptions, Source, StrictModel
from coverart.pipeline.executions import CoverExecutions
from coverart.pipeline.image_backend import ImageBackendSettings
from coverart.store.budget import Budget
from coverart.store.covers import Covers, new_item
from coverart.store.daily_count import DailyCount
from coverart.store.demo import DEMO_COVERS_PER_DAY, count_owner, is_demo, random_seed
from coverart.store.idempotency import automatic_attempt_keys, may_retry
from coverart.store.keys import idempotency_record_key, profile_key
from coverart.store.pictures import Pictures
from coverart.store.variations import take_variations

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import Table
    from mypy_boto3_dynamodb.type_defs import UpdateTypeDef
    from mypy_boto3_stepfunctions import SFNClient

# Options that earlier versions did not have, with their defaults.
_NEW_OPTIONS = {
    "candidates": None,
    "like": None,
    "palette": "keep",
    "lettering": "none",
    "lettering_text": None,
    "second_line": None,
    "position": None,
    "retitle": None,
    "picture": None,
    "style_pictures": None,
    "send_picture": False,
}


class CoverRequest(StrictModel):
    """`idempotency_key`: the same listener and key start one cover, however often they arrive.

    `automatic`: no listener waits for the cover, and its key never expires. `replace_own`: if the cover is published,
    it may replace the listener's own playlist image, which is stored first.
    """

    listener_id: Annotated[str, Field(min_length=1, max_length=200)]
    source: Source
    options: CoverOptions = Field(default_factory=CoverOptions)
    idempotency_key: Annotated[str, Field(min_length=1, max_length=200)]
    automatic: bool = False
    replace_own: bool = False

    def digest(self) -> str:
        """Return a hash that is equal for requests that make the same cover."""
        # Digests of earlier versions have 0 where the request has no seed. The position depends on how many other
        # playlists are covered, so it may differ in a repeated request.
        options = {**self.options.to_json(), "variation": self.options.seed, "position": None}
        options = _without_new_options(options)
        content = [self.source.to_json(), options]
        return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()

    def to_stored_json(self) -> dict[str, Any]:
        """Return what the cover's item holds: no option that an earlier version, after a rollback, cannot read."""
        options = _without_new_options(self.options.model_dump(mode="json", exclude_none=True))
        return {**self.to_json(), "options": options}


def _without_new_options(options: dict[str, Any]) -> dict[str, Any]:
    return {name: options[name] for name in options if options[name] != _NEW_OPTIONS.get(name, ...)}


@dataclass(frozen=True)
class CoverStarter:
    """`listeners` and `keys`: ListenersTable and KeysTable.

    `daily_limit`: covers per listener and UTC day; each candidate counts. `painter_daily_limit`: the same where the
    painter paints, for covers of a picture that the image model does not receive. `may_send_pictures`: it may.
    `budget`: None where a spent budget does not block covers, because the painter paints them.
    """

    covers: Covers
    listeners: "Table"
    keys: "Table"
    step_functions: "SFNClient"
    state_machine_arn: str
    daily_limit: int
    budget: Budget | None
    painter_daily_limit: int
    may_send_pictures: bool

    def start_cover(self, request: CoverRequest) -> str:
        """Return the id of the cover: a new one, or the one that this idempotency key started before.

        One transaction writes the idempotency record, the daily count and the cover's item, so a crash leaves all of
        them or none. The execution has the cover's id as its name, so starting it again is harmless. Raises
        ListenerNotFoundError, DemoOnlyError, DailyLimitError, BudgetSpentError, IdempotencyConflictError,
        PictureNotFoundError, PictureSendingNotAllowedError, StorageUnavailableError.
        """
        record_key = self._choose_record_key(request)
        for _ in attempts():
            now = datetime.now(UTC)
            cover_id = self._find_started(record_key, request, now) or self._try_to_accept(record_key, request, now)
            if cover_id is not None:
                self.start_execution(request.listener_id, cover_id)
                logger.info("accepted", cover_id=cover_id)
                return cover_id
        raise StorageUnavailableError("Too many requests at once. Please try again in a minute.")

    def start_execution(self, listener_id: str, cover_id: str) -> None:
        """Start the execution of an accepted cover. Starting it twice is harmless."""
        CoverExecutions(self.covers, self.step_functions, self.state_machine_arn).start(listener_id, cover_id)

    def _choose_record_key(self, request: CoverRequest) -> str:
        """Return the idempotency record to use: for an automatic cover the first whose cover may not be retried."""
        first = idempotency_record_key(request.listener_id, request.idempotency_key)
        if not request.automatic:
            return first
        keys = automatic_attempt_keys(first)
        for key in keys[:-1]:
            record = self.keys.get_item(Key={"key": key}, ConsistentRead=True).get("Item")
            cover = record and self.covers.get(request.listener_id, str(record["cover_id"]))
            if not cover or not may_retry(cover):
                return key
        return keys[-1]

    def _find_started(self, record_key: str, request: CoverRequest, now: datetime) -> str | None:
        """Return the cover that this key started before. Raises IdempotencyConflictError where that is another one."""
        record = self.keys.get_item(Key={"key": record_key}, ConsistentRead=True).get("Item")
        if record is None or int(str(record.get("expires_at", 2**40))) <= now.timestamp():
            return None
        if not request.automatic and record.get("digest", request.digest()) != request.digest():
            raise IdempotencyConflictError("This Idempotency-Key was used for a different request before.")
        return str(record["cover_id"])

    def _try_to_accept(self, record_key: str, request: CoverRequest, now: datetime) -> str | None:
        """Return the id of the new cover, or None where another request wrote one of the items at the same time."""
        profile = profile_key(request.listener_id)
        if "Item" not in self.listeners.get_item(Key=profile, ConsistentRead=True, ProjectionExpression="listener_id"):
            raise ListenerNotFoundError("This listener is unknown here. Please log in first.")
        if is_demo(request.listener_id) and request.source.kind != "sample":
            raise DemoOnlyError("The demo paints sample music only. Log in with Spotify to use your own.")
        self._check_pictures(request)
        costs_nothing = (
            request.options.retitle is not None or request.options.keeps_picture_here or is_demo(request.listener_id)
        )
        if self.budget is not None and not costs_nothing:
            self.budget.check()
        cover_id = new_cover_id(now)
        record: dict[str, Any] = {
            "key": record_key,
            "listener_id": request.listener_id,
            "cover_id": cover_id,
            "digest": request.digest(),
        }
        if not request.automatic:
            record["expires_at"] = int((now + timedelta(days=1)).timestamp())
        options, variation_updates = request.options, []
        if options.variation is None and is_demo(request.listener_id):
            options = options.model_copy(update={"variation": random_seed()})
        elif options.variation is None:
            variation, update = take_variations(
                self.listeners, request.listener_id, request.source, options.candidate_count
            )
            options, variation_updates = options.model_copy(update={"variation": variation}), [update]
        accepted_request = request.model_copy(update={"options": options})
        item = new_item(request.listener_id, cover_id, accepted_request.to_stored_json(), now)
        put_record = {
            "TableName": self.keys.name,
            "Item": record,
            "ConditionExpression": "attribute_not_exists(#key) OR expires_at <= :now",
            "ExpressionAttributeNames": {"#key": "key"},
            "ExpressionAttributeValues": {":now": int(now.timestamp())},
        }
        check_profile = {
            "TableName": self.listeners.name,
            "Key": profile,
            "ConditionExpression": "attribute_exists(listener_id)",
        }
        reasons = transact(
            self.keys,
            [
                {"ConditionCheck": check_profile},
                {"Put": put_record},
                {"Update": self._count_update(request, now)},
                {"Put": {"TableName": self.covers.table.name, "Item": to_dynamodb(item)}},
                *({"Update": update} for update in variation_updates),
            ],
        )
        return cover_id if reasons is None else None

    def _check_pictures(self, request: CoverRequest) -> None:
        """Raises DemoOnlyError, PictureNotFoundError, PictureSendingNotAllowedError."""
        options = request.options
        if options.pictures and is_demo(request.listener_id):
            raise DemoOnlyError("The demo has no pictures of your own. Log in with Spotify to use them.")
        Pictures(self.listeners).check(request.listener_id, options.pictures)
        if options.send_picture and not self.may_send_pictures:
            raise PictureSendingNotAllowedError(
                "Pictures of your own cannot be sent to an image model here. Please leave that out."
            )

    def _count_update(self, request: CoverRequest, now: datetime) -> "UpdateTypeDef":
        """Return the update that counts a cover's candidates against the daily limit. Raises DailyLimitError."""
        daily_count, candidates = DailyCount(self.keys), request.options.candidate_count
        owner = count_owner(request.listener_id)
        subject, limit = ("The demo has", DEMO_COVERS_PER_DAY) if is_demo(owner) else ("You have", self.daily_limit)
        if request.options.keeps_picture_here and not is_demo(owner):
            limit = self.painter_daily_limit
        count = daily_count.get(owner, now)
        if count + candidates > limit:
            midnight = datetime.combine(now.date() + timedelta(days=1), datetime.min.time(), UTC)
            left = f" and can still make {limit - count}" if count < limit else ""
            raise DailyLimitError(
                f"{subject} made {count} of today's {limit} covers{left}. The limit resets at midnight UTC.",
                retry_after=ceil((midnight - now).total_seconds()),
            )
        return daily_count.update(owner, now, candidates, limit)


class StartCoverSettings(ImageBackendSettings):
    """What starting a cover needs.

    `allow_sending_pictures`: the owner allows listeners to send pictures of their own to the image model.
    """

    covers_table: str
    listeners_table: str
    keys_table: str
    state_machine_arn: str
    allow_sending_pictures: bool

    @property
    def may_send_pictures(self) -> bool:
        """Whether the image model may receive a listener's own picture. Raises as `effective_backend`."""
        return self.allow_sending_pictures and self.effective_backend == "openai"


def create_cover_starter() -> CoverStarter:
    """Return the stack's own, from the environment. Raises ConfigurationError."""
    settings = StartCoverSettings.load()
    keys = clients.get_table(settings.keys_table)
    return CoverStarter(
        covers=Covers(clients.get_table(settings.covers_table)),
        listeners=clients.get_table(settings.listeners_table),
        keys=keys,
        step_functions=clients.get_client("stepfunctions"),
        state_machine_arn=settings.state_machine_arn,
        daily_limit=settings.daily_limit,
        budget=settings.blocking_budget(keys),
        painter_daily_limit=settings.painter_daily_limit,
        may_send_pictures=settings.may_send_pictures,
    )


def new_cover_id(now: datetime) -> str:
    """Return an id that sorts by time and is a valid name of an execution."""
    return f"{now:%Y%m%dT%H%M%S}{now.microsecond // 1000:03d}-{secrets.token_hex(5)}"
