"""Door of accept: an event on the stack's bus, or a request of the owner's, becomes a running execution."""

from typing import Any

from accept.parse_request import read_request
from coverart.aws.telemetry import log_and_translate_errors, start_invocation
from coverart.pipeline.start_cover import create_cover_starter
from coverart.store.listeners import Listeners, ListenerSettings


def handler(event: dict[str, Any], context: Any) -> dict[str, str]:
    start_invocation(context)
    with log_and_translate_errors("not accepted"):
        return {"cover_id": create_cover_starter().start_cover(read_request(event, _settings_of))}


def _settings_of(listener_id: str) -> ListenerSettings:
    return Listeners(create_cover_starter().listeners).get(listener_id).settings
