"""Door of settle: an execution that ended badly leaves code and sentence on the cover's item or the history's entry.

And on a schedule, a sweep: what nobody started or settled, and what was left behind.
"""

from datetime import UTC, datetime
from typing import Any, Literal

from aws_lambda_powertools.metrics import MetricUnit
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from coverart.aws import clients
from coverart.aws.s3 import Bucket
from coverart.aws.settings import Settings
from coverart.aws.telemetry import log_and_translate_errors, logger, put_metric, start_invocation
from coverart.errors import CoverArtError, CoverDeletedError, InvalidRequestError, NotFoundError
from coverart.models import read_model
from coverart.pipeline.execution_errors import explain_failure
from coverart.pipeline.executions import CoverExecutions
from coverart.store.covers import Covers
from coverart.store.keys import cover_prefix
from coverart.store.listeners import Listeners
from coverart.store.publish_history import PublishHistory
from settle.cleanup import Cleanup


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
    start_invocation(context)
    if "sweep" in event:
        with log_and_translate_errors("not swept"):
            return _sweep(read_model(Tick, event))
    with log_and_translate_errors("not settled"):
        execution, asked = read_execution(event)
        logger.append_keys(**asked.model_dump(exclude={"listener_id"}))
        failure = explain_failure(execution.status, execution.error, execution.cause)
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
    covers = Covers(clients.get_table(settings.covers_table))
    sweep = Cleanup(
        covers=covers,
        listeners=Listeners(clients.get_table(settings.listeners_table)),
        executions=CoverExecutions(covers, clients.get_client("stepfunctions"), settings.state_machine_arn),
        bucket=_bucket(settings),
    )
    told = sweep.unended(datetime.now(UTC)) if tick.sweep == "unended" else sweep.leftovers(datetime.now(UTC))
    logger.info("swept", extra=told)
    return told


def _bucket(settings: SettleSettings) -> Bucket:
    return Bucket(clients.get_client("s3"), settings.bucket_name)


def read_execution(event: dict[str, Any]) -> tuple[Execution, OfCover | OfEntry]:
    """Raises InvalidRequestError."""
    execution = read_model(Execution, event.get("detail"))
    try:
        return execution, _INPUT.validate_json(execution.input)
    except ValidationError:
        raise InvalidRequestError("The execution's input is neither a cover's nor an entry's.") from None


def _settle_cover(asked: OfCover, failure: CoverArtError) -> None:
    settings = SettleSettings.load()
    covers = Covers(clients.get_table(settings.covers_table))
    try:
        covers.mark_failed(asked.listener_id, asked.cover_id, failure.code, str(failure), datetime.now(UTC))
    except CoverDeletedError:
        # A step whose process ended may have put pictures, and not have come to remove them.
        _bucket(settings).delete_prefix(cover_prefix(asked.listener_id, asked.cover_id))
        raise
    put_metric("CoversFailed", MetricUnit.Count, 1, code=failure.code)


def _settle_entry(asked: OfEntry, failure: CoverArtError) -> None:
    """What Spotify took stays confirming: that nobody looks any more does not make it untrue."""
    history = PublishHistory(clients.get_table(SettleSettings.load().listeners_table))
    entry = history.get(asked.listener_id, asked.playlist_id, asked.entry_id)
    if entry.status == "asked":
        history.update(asked.listener_id, entry, status="not_set", code=failure.code, message=str(failure))
