"""Door of accept: an event on the stack's bus, or a request of the owner's, becomes a running execution."""

from typing import Any

from aws_lambda_powertools import Logger
from botocore.exceptions import BotoCoreError, ClientError

from accept.request import read_request
from coverart import aws
from coverart.accept import acceptance
from coverart.errors import CoverArtError
from coverart.listeners import Listeners, ListenerSettings

logger = Logger(service="coverart")


def handler(event: dict[str, Any], _context: Any) -> dict[str, str]:
    logger.clear_state()
    try:
        cover_id = acceptance().accept(read_request(event, _settings_of))
    except CoverArtError as error:
        logger.warning("not accepted", error=type(error).__name__, reason=str(error))
        raise
    except (ClientError, BotoCoreError) as error:
        raise aws.named(error) from error
    logger.info("accepted", cover_id=cover_id)
    return {"cover_id": cover_id}


def _settings_of(listener_id: str) -> ListenerSettings:
    return Listeners(acceptance().listeners).get(listener_id).settings
