"""Door of accept: an event on the stack's bus, or a request of the owner's, becomes a running execution."""

from functools import cache
from typing import Any

from aws_lambda_powertools import Logger
from botocore.exceptions import BotoCoreError, ClientError

from accept.request import read_request
from coverart import aws
from coverart.accept import Acceptance
from coverart.budget import Budget
from coverart.covers import Covers
from coverart.errors import CoverArtError
from coverart.settings import Settings

logger = Logger(service="coverart")


class AcceptSettings(Settings):
    covers_table: str
    listeners_table: str
    keys_table: str
    state_machine_arn: str
    daily_cover_limit: int
    monthly_budget_usd: float
    image_backend: str
    fallback_to_painter: bool


@cache
def acceptance() -> Acceptance:
    settings = AcceptSettings.load()
    keys = aws.table(settings.keys_table)
    only_paid = settings.image_backend == "openai" and not settings.fallback_to_painter
    return Acceptance(
        covers=Covers(aws.table(settings.covers_table)),
        listeners=aws.table(settings.listeners_table),
        keys=keys,
        step_functions=aws.client("stepfunctions"),
        state_machine_arn=settings.state_machine_arn,
        daily_limit=settings.daily_cover_limit,
        budget=Budget(keys, settings.monthly_budget_usd) if only_paid else None,
    )


def handler(event: dict[str, Any], _context: Any) -> dict[str, str]:
    logger.clear_state()
    try:
        cover_id = acceptance().accept(read_request(event))
    except CoverArtError as error:
        logger.warning("not accepted", error=type(error).__name__, reason=str(error))
        raise
    except (ClientError, BotoCoreError) as error:
        raise aws.named(error) from error
    logger.info("accepted", cover_id=cover_id)
    return {"cover_id": cover_id}
