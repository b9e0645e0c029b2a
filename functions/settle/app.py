"""Door of settle: an execution that ended badly leaves code and sentence on the cover's item or the history's entry."""

from datetime import UTC, datetime
from typing import Any

from aws_lambda_powertools.metrics import MetricUnit
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from coverart import aws
from coverart.covers import Covers
from coverart.errors import CoverDeletedError, InvalidRequestError, NotFoundError
from coverart.failure import Failure, explain
from coverart.history import History
from coverart.settings import Settings
from coverart.shapes import parse
from coverart.telemetry import begin, logger, measure, telling


class SettleSettings(Settings):
    covers_table: str
    listeners_table: str


class Execution(BaseModel):
    """Detail of "Step Functions Execution Status Change"; it has more fields than we read."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    status: str
    input: str
    error: str | None = None
    cause: str | None = None


class OfCover(BaseModel):
    """Input of an execution that makes a cover."""

    listener_id: str
    cover_id: str


class OfEntry(BaseModel):
    """Input of an execution that sets a playlist's image."""

    listener_id: str
    playlist_id: str
    entry_id: str


_INPUT: TypeAdapter[OfCover | OfEntry] = TypeAdapter(OfCover | OfEntry)


def handler(event: dict[str, Any], context: Any) -> dict[str, str]:
    begin(context)
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


def read_execution(event: Any) -> tuple[Execution, OfCover | OfEntry]:
    """Raises InvalidRequestError."""
    execution = parse(Execution, event.get("detail") if isinstance(event, dict) else None)
    try:
        return execution, _INPUT.validate_json(execution.input)
    except ValidationError:
        raise InvalidRequestError("The execution's input is neither a cover's nor an entry's.") from None


def _settle_cover(asked: OfCover, failure: Failure) -> None:
    covers = Covers(aws.table(SettleSettings.load().covers_table))
    covers.fail(asked.listener_id, asked.cover_id, failure.code, failure.message, datetime.now(UTC))
    measure("CoversFailed", MetricUnit.Count, 1, code=failure.code)


def _settle_entry(asked: OfEntry, failure: Failure) -> None:
    """What Spotify took stays confirming: that nobody looks any more does not make it untrue."""
    history = History(aws.table(SettleSettings.load().listeners_table))
    entry = history.get(asked.listener_id, asked.playlist_id, asked.entry_id)
    if entry.status == "asked":
        told = {"status": "not_set", "code": failure.code, "message": failure.message}
        history.write(asked.listener_id, entry.model_copy(update=told), *told)
