"""From what AcceptFunction is given to a request for a cover."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from coverart.accept import CoverRequest
from coverart.claims import automatic_key
from coverart.cover import PlaylistSource, SpotifyId
from coverart.shapes import Shape, parse


class PlaylistCreated(Shape):
    """Detail of the event of the same name."""

    listener_id: Annotated[str, Field(min_length=1, max_length=200)]
    playlist_id: SpotifyId
    name: str = ""
    snapshot_id: str = ""


class Event(BaseModel):
    """EventBridge's envelope; it may gain fields."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    source: Literal["coverart"]
    detail_type: Annotated[Literal["PlaylistCreated"], Field(alias="detail-type")]
    detail: PlaylistCreated


def read_request(event: Any) -> CoverRequest:
    """Takes an EventBridge event, or a CoverRequest as JSON (from `aws lambda invoke`).

    A playlist is covered automatically once, whoever tells of it. Raises InvalidRequestError.
    """
    if not isinstance(event, dict) or "detail" not in event:
        return parse(CoverRequest, event)
    created = parse(Event, event).detail
    return CoverRequest(
        listener_id=created.listener_id,
        source=PlaylistSource(kind="playlist", playlist_id=created.playlist_id),
        idempotency_key=automatic_key(created.playlist_id),
        automatic=True,
    )
