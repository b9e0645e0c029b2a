"""What automatic covers know of a listener's playlists, in ListenersTable."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Self

from boto3.dynamodb.conditions import Key
from pydantic import BaseModel, ConfigDict

from coverart.aws.dynamodb import paginate
from coverart.store.keys import PLAYLIST_PREFIX, playlist_key
from coverart.store.listeners import write_for_listener
from coverart.store.stored_items import read_stored

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import Table

# A transaction holds a hundred actions, one of which checks that the listener exists.
_BATCH_SIZE = 99


class AutomationState(StrEnum):
    """How far a playlist's automatic cover is. The values are what DynamoDB and the API hold.

    PREEXISTING: it existed before the listener switched automatic covers on. TOO_FEW_SONGS: it is new and still too
    small. REQUESTED: WatchFunction has published the event that requests its cover. COVER_DONE: its cover is done, but
    not yet set at Spotify. DONE: nothing remains to do. FAILED: its cover failed for good, or no longer exists.
    UNKNOWN: any state that only another version knows. It is never stored, and nothing is done.
    """

    PREEXISTING = "known"
    TOO_FEW_SONGS = "waiting"
    REQUESTED = "announced"
    COVER_DONE = "made"
    DONE = "covered"
    FAILED = "given_up"
    UNKNOWN = "unknown"

    @classmethod
    def _missing_(cls, value: object) -> Self:  # noqa: ARG003  # enum passes it
        return cls.UNKNOWN


class PlaylistRecord(BaseModel):
    """A playlist that automatic covers know, or that the listener has set.

    `standing`: its automation state; None where it has none yet. `auto`: the listener's setting for this playlist; None
    leaves it to the rule. `announced_at`: the time of its last event, or of the last attempt to set its image.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)

    playlist_id: str
    name: str = ""
    snapshot_id: str = ""
    standing: AutomationState | None = None
    auto: bool | None = None
    announced_at: datetime | None = None


@dataclass(frozen=True)
class Playlists:
    """`table`: ListenersTable."""

    table: "Table"

    def get_all(self, listener_id: str) -> dict[str, PlaylistRecord]:
        """Return the listener's playlists by id."""
        condition = Key("listener_id").eq(listener_id) & Key("item").begins_with(PLAYLIST_PREFIX)
        items = paginate(self.table.query, KeyConditionExpression=condition, ConsistentRead=True)
        records = [
            read_stored(PlaylistRecord, {**item, "playlist_id": item["item"].removeprefix(PLAYLIST_PREFIX)})
            for item in items
        ]
        return {record.playlist_id: record for record in records}

    def save(self, listener_id: str, records: Sequence[PlaylistRecord]) -> None:
        """Write everything but `auto`, which only the listener sets. Raises ListenerNotFoundError."""
        for start in range(0, len(records), _BATCH_SIZE):
            updates = [
                self._update(
                    listener_id,
                    record.playlist_id,
                    {
                        "name": record.name,
                        "snapshot_id": record.snapshot_id,
                        "standing": record.standing,
                        "announced_at": record.announced_at and record.announced_at.isoformat(),
                    },
                )
                for record in records[start : start + _BATCH_SIZE]
            ]
            write_for_listener(self.table, listener_id, updates)

    def set_auto(self, listener_id: str, playlist_id: str, auto: bool | None) -> None:
        """Raises ListenerNotFoundError."""
        write_for_listener(self.table, listener_id, [self._update(listener_id, playlist_id, {"auto": auto})])

    def _update(self, listener_id: str, playlist_id: str, values: dict[str, Any]) -> dict[str, Any]:
        values = {**values, "playlist_id": playlist_id}
        return {
            "Update": {
                "TableName": self.table.name,
                "Key": playlist_key(listener_id, playlist_id),
                "UpdateExpression": "SET " + ", ".join(f"#{name} = :{name}" for name in values),
                "ExpressionAttributeNames": {f"#{name}": name for name in values},
                "ExpressionAttributeValues": {f":{name}": value for name, value in values.items()},
            }
        }
