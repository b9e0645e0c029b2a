"""From what AcceptFunction is given to a request for a cover."""

from collections.abc import Callable
from typing import Any

from coverart.models import CoverOptions, PlaylistSource, read_model
from coverart.pipeline.events import PlaylistCoverEvent
from coverart.pipeline.start_cover import CoverRequest
from coverart.store.idempotency import automatic_idempotency_key
from coverart.store.listeners import ListenerSettings


def read_request(event: Any, settings_of: Callable[[str], ListenerSettings]) -> CoverRequest:
    """Takes an EventBridge event, or a CoverRequest as JSON (from `aws lambda invoke`).

    A playlist is covered automatically once, whoever tells of it, as its listener's settings say. Raises
    InvalidRequestError, and what `settings_of` a listener's id raises.
    """
    if not isinstance(event, dict) or "detail" not in event:
        return read_model(CoverRequest, event)
    created = read_model(PlaylistCoverEvent, event).detail
    return CoverRequest(
        listener_id=created.listener_id,
        source=PlaylistSource(kind="playlist", playlist_id=created.playlist_id),
        options=CoverOptions(**settings_of(created.listener_id).default_options(), publish=True),
        idempotency_key=automatic_idempotency_key(created.playlist_id),
        automatic=True,
    )
