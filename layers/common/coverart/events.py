"""The event that asks for an automatic cover: who puts it, and who takes it."""

from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from coverart.cover import SpotifyId
from coverart.shapes import Shape

if TYPE_CHECKING:
    from mypy_boto3_events.type_defs import PutEventsRequestEntryTypeDef


class PlaylistCreated(Shape):
    """Detail of the event of the same name."""

    listener_id: Annotated[str, Field(min_length=1, max_length=200)]
    playlist_id: SpotifyId
    name: str = ""
    snapshot_id: str = ""

    def entry(self, bus_name: str) -> "PutEventsRequestEntryTypeDef":
        """Of PutEvents."""
        return {
            "EventBusName": bus_name,
            "Source": "coverart",
            "DetailType": "PlaylistCreated",
            "Detail": self.model_dump_json(),
        }


class Event(BaseModel):
    """EventBridge's envelope; it may gain fields."""

    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)

    source: Literal["coverart"]
    detail_type: Annotated[Literal["PlaylistCreated"], Field(alias="detail-type")]
    detail: PlaylistCreated
