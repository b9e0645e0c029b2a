"""Lambda handler: start a cover for an event on the stack's bus, or for a request by the stack's owner."""

from datetime import UTC, datetime
from typing import Any

from accept.parse_request import read_request
from coverart.aws.telemetry import log_and_translate_errors, start_invocation
from coverart.pipeline.start_cover import create_cover_starter
from coverart.pipeline.warm_up import WarmUp
from coverart.store.listeners import Listeners, ListenerSettings


def handler(event: dict[str, Any], context: Any) -> dict[str, str]:
    """Return the id of the cover, which is the same for a repeated event.

    Raises InvalidRequestError, ListenerNotFoundError, DailyLimitError, BudgetSpentError, IdempotencyConflictError,
    StorageUnavailableError, ConfigurationError.
    """
    start_invocation(context)
    with log_and_translate_errors("cover not accepted"):
        request = read_request(event, _get_settings)
        cover_id = create_cover_starter().start_cover(request)
        # For an automatic cover, nobody waits.
        if not request.automatic:
            WarmUp.create().start(datetime.now(UTC), cover_id)
        return {"cover_id": cover_id}


def _get_settings(listener_id: str) -> ListenerSettings:
    return Listeners(create_cover_starter().listeners).get(listener_id).settings
