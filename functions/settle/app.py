"""Door of settle: an execution that ended badly leaves code and sentence on the cover's item or the history's entry.

And on a schedule, a sweep: what nobody started or settled, and what was left behind.
"""

import coverart.quick_start

from datetime import UTC, datetime
from typing import Any, Literal

from aws_lambda_powertools.metrics import MetricUnit
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from coverart import aws
from coverart.bucket import Bucket, cover_prefix
from coverart.cover_executions import CoverExecutions
from coverart.covers import Covers
from coverart.errors import CoverDeletedError, InvalidRequestError, NotFoundError
from coverart.failure import Failure, explain
from coverart.history import History
from coverart.listeners import Listeners
from coverart.settings import Settings
from coverart.shapes import parse
from coverart.telemetry import begin, logger, measure, telling
from settle.sweeping import Sweep


class SettleSettings(Settings):
    covers_table: str
    listeners_table: str
    bucket_name: str
    state_machine_arn: str


class Execution(BaseModel):
    """Detail of "Step Functions Execution Status Change"; it has more fields than we read."""

    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)

    status: str
    input: str
    error: str | None = None
    cause: str | None = None


class OfCover(BaseModel):
    """Input of an execution that makes a cover."""

    model_config = ConfigDict(defer_build=True)

    listener_id: str
    cover_id: str


class OfEntry(BaseModel):
    """Input of an execution that sets a playlist's image."""

    model_config = ConfigDict(defer_build=True)

    listener_id: str
    playlist_id: str
    entry_id: str


_INPUT: TypeAdapter[OfCover | OfEntry] = TypeAdapter(OfCover | OfEntry, config=ConfigDict(defer_build=True))


class Tick(BaseModel):
    """What the schedules say."""

    model_config = ConfigDict(defer_build=True)

    sweep: Literal["unended", "leftovers"]


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    begin(context)
    if "sweep" in event:
        with telling("not swept"):
            return _sweep(parse(Tick, event))
    with telling("not settled"):
        execution, asked = read_execution(event)
        logger.append_keys(**asked.model_dump(exclude={"listener_id"}))
        failure = explain(execution.status, execution.error, execution.cause)
        try:
            if isinstance(asked, OfEntry):
                _settle_entry(asked, failure)
            else:
                _settle_cover(asked, failure)
        except (CoverDeletedError, NotFoundError) as error:
            logger.info("it is gone", code=error.code)
            return {"code": error.code}
    logger.info("failed", code=failure.code, error=execution.error)
    return {"code": failure.code}


def _sweep(tick: Tick) -> dict[str, int]:
    settings = SettleSettings.load()
    covers = Covers(aws.table(settings.covers_table))
    sweep = Sweep(
        covers=covers,
        listeners=Listeners(aws.table(settings.listeners_table)),
        executions=CoverExecutions(covers, aws.client("stepfunctions"), settings.state_machine_arn),
        bucket=_bucket(settings),
    )
    told = sweep.unended(datetime.now(UTC)) if tick.sweep == "unended" else sweep.leftovers(datetime.now(UTC))
    logger.info("swept", extra=told)
    return told


def _bucket(settings: SettleSettings) -> Bucket:
    return Bucket(aws.client("s3"), settings.bucket_name)


def read_execution(event: dict[str, Any]) -> tuple[Execution, OfCover | OfEntry]:
    """Raises InvalidRequestError."""
    execution = parse(Execution, event.get("detail"))
    try:
        return execution, _INPUT.validate_json(execution.input)
    except ValidationError:
        raise InvalidRequestError("The execution's input is neither a cover's nor an entry's.") from None


def _settle_cover(asked: OfCover, failure: Failure) -> None:
    settings = SettleSettings.load()
    covers = Covers(aws.table(settings.covers_table))
    try:
        covers.fail(asked.listener_id, asked.cover_id, failure.code, failure.message, datetime.now(UTC))
    except CoverDeletedError:
        # A step whose process ended may have put pictures, and not have come to remove them.
        _bucket(settings).delete_prefix(cover_prefix(asked.listener_id, asked.cover_id))
        raise
    measure("CoversFailed", MetricUnit.Count, 1, code=failure.code)


def _settle_entry(asked: OfEntry, failure: Failure) -> None:
    """What Spotify took stays confirming: that nobody looks any more does not make it untrue."""
    history = History(aws.table(SettleSettings.load().listeners_table))
    entry = history.get(asked.listener_id, asked.playlist_id, asked.entry_id)
    if entry.status == "asked":
        told = {"status": "not_set", "code": failure.code, "message": failure.message}
        history.write(asked.listener_id, entry.model_copy(update=told), *told)
