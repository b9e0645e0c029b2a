"""Door of settle: an execution that failed, timed out or was aborted leaves code and sentence on the cover's item."""

import json
from datetime import UTC, datetime
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.metrics import MetricUnit, single_metric
from botocore.exceptions import BotoCoreError, ClientError
from pydantic import BaseModel, ConfigDict

from coverart import aws
from coverart.covers import Covers
from coverart.errors import CoverDeletedError, InvalidRequestError
from coverart.settings import Settings
from coverart.shapes import parse
from settle.failure import explain

logger = Logger(service="coverart")


class SettleSettings(Settings):
    covers_table: str


class Execution(BaseModel):
    """Detail of "Step Functions Execution Status Change"; it has more fields than we read."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    name: str
    status: str
    input: str
    error: str | None = None
    cause: str | None = None


def handler(event: dict[str, Any], _context: Any) -> dict[str, str]:
    logger.clear_state()
    execution = parse(Execution, event.get("detail"))
    logger.append_keys(cover_id=execution.name)
    try:
        listener_id = json.loads(execution.input)["listener_id"]
    except (json.JSONDecodeError, KeyError, TypeError):
        raise InvalidRequestError("The execution's input is not a cover's.") from None
    failure = explain(execution.status, execution.error, execution.cause)
    try:
        covers = Covers(aws.table(SettleSettings.load().covers_table))
        covers.fail(listener_id, execution.name, failure.code, failure.message, datetime.now(UTC))
    except CoverDeletedError:
        logger.info("the cover was deleted")
        return {"code": "cover_deleted"}
    except (ClientError, BotoCoreError) as error:
        raise aws.named(error) from error
    logger.info("failed", code=failure.code, error=execution.error)
    with single_metric("CoversFailed", MetricUnit.Count, 1, namespace="CoverArt") as metric:
        metric.add_dimension("code", failure.code)
    return {"code": failure.code}
