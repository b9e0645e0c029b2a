"""Read an event as a request for a cover."""

from collections.abc import Callable
from typing import Any

from coverart.models import CoverOptions, PlaylistSource, read_model
from coverart.pipeline.events import PlaylistCoverEvent
from coverart.pipeline.start_cover import CoverRequest
from coverart.store.idempotency import automatic_idempotency_key
from coverart.store.listeners import ListenerSettings


def read_request(event: Any, get_settings: Callable[[str], ListenerSettings]) -> CoverRequest:
    """Return the request of an EventBridge event, or of a CoverRequest as JSON (`aws lambda invoke`).

    All events for a playlist have the same idempotency key, so a playlist gets one automatic cover. It has the
    listener's settings, which `get_settings` returns for a listener's id. Raises InvalidRequestError, and what
    `get_settings` raises.
    """
    if not isinstance(event, dict) or "detail" not in event:
        return read_model(CoverRequest, event)
    detail = read_model(PlaylistCoverEvent, event).detail
    return CoverRequest(
        listener_id=detail.listener_id,
        source=PlaylistSource(kind="playlist", playlist_id=detail.playlist_id),
        options=get_settings(detail.listener_id).complete(CoverOptions(publish=True)),
        idempotency_key=automatic_idempotency_key(detail.playlist_id),
        automatic=True,
    )
