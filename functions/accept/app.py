"""Door of accept: an event on the stack's bus, or a request of the owner's, becomes a running execution."""

import coverart.quick_start

from typing import Any

from accept.request import read_request
from coverart.accept import acceptance
from coverart.listeners import Listeners, ListenerSettings
from coverart.telemetry import begin, telling


def handler(event: dict[str, Any], context: Any) -> dict[str, str]:
    begin(context)
    with telling("not accepted"):
        return {"cover_id": acceptance().accept(read_request(event, _settings_of))}


def _settings_of(listener_id: str) -> ListenerSettings:
    return Listeners(acceptance().listeners).get(listener_id).settings
