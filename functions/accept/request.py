"""From what AcceptFunction is given to a request for a cover."""

from collections.abc import Callable
from typing import Any

from coverart.accept import CoverRequest
from coverart.claims import automatic_key
from coverart.cover import Options, PlaylistSource
from coverart.events import Event
from coverart.listeners import ListenerSettings
from coverart.shapes import parse


def read_request(event: Any, settings_of: Callable[[str], ListenerSettings]) -> CoverRequest:
    """Takes an EventBridge event, or a CoverRequest as JSON (from `aws lambda invoke`).

    A playlist is covered automatically once, whoever tells of it, as its listener's settings say. Raises
    InvalidRequestError, and what `settings_of` a listener's id raises.
    """
    if not isinstance(event, dict) or "detail" not in event:
        return parse(CoverRequest, event)
    created = parse(Event, event).detail
    return CoverRequest(
        listener_id=created.listener_id,
        source=PlaylistSource(kind="playlist", playlist_id=created.playlist_id),
        options=Options(**settings_of(created.listener_id).options(), publish=True),
        idempotency_key=automatic_key(created.playlist_id),
        automatic=True,
    )
