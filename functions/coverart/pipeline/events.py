"""The event that requests an automatic cover: watch publishes it, accept consumes it."""

from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from coverart.models import SpotifyId, StrictModel

if TYPE_CHECKING:
    from mypy_boto3_events.type_defs import PutEventsRequestEntryTypeDef

DETAIL_TYPE = "PlaylistCoverRequested"


class PlaylistCoverRequested(StrictModel):
    """The event's detail."""

    listener_id: Annotated[str, Field(min_length=1, max_length=200)]
    playlist_id: SpotifyId
    name: str = ""
    snapshot_id: str = ""

    def to_event_entry(self, bus_name: str) -> "PutEventsRequestEntryTypeDef":
        """Return the entry for PutEvents."""
        return {
            "EventBusName": bus_name,
            "Source": "coverart",
            "DetailType": DETAIL_TYPE,
            "Detail": self.model_dump_json(),
        }


class PlaylistCoverEvent(BaseModel):
    """EventBridge's envelope, which may gain fields.

    The detail type `PlaylistCreated` is what earlier versions sent; it is still accepted.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)

    source: Literal["coverart"]
    detail_type: Annotated[Literal["PlaylistCoverRequested", "PlaylistCreated"], Field(alias="detail-type")]
    detail: PlaylistCoverRequested
