"""What automation knows of a listener's playlists: items `playlist#<id>` in ListenersTable."""

import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

from boto3.dynamodb.conditions import Key
from botocore.exceptions import ClientError
from pydantic import BaseModel, ConfigDict

from coverart.errors import ListenerNotFoundError, StorageUnavailableError

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import Table

# A transaction holds a hundred actions, one of which asks whether the listener is still here.
_WRITTEN_AT_ONCE = 99
_ATTEMPTS = 8

Standing = Literal["known", "waiting", "announced", "made", "covered", "given_up"]


class KnownPlaylist(BaseModel):
    """`standing`: known (there before automatic covers were switched on), waiting (too few songs yet), announced (its
    event is put), made (its cover is done, and still to be set at Spotify), covered, or given_up (its cover failed for
    good). `auto`: the listener's own word on this playlist; None leaves it to the rule. `announced_at` is the last
    event's, or the last try's to set its image.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)

    playlist_id: str
    name: str = ""
    snapshot_id: str = ""
    standing: Standing | None = None
    auto: bool | None = None
    announced_at: datetime | None = None


@dataclass(frozen=True)
class Playlists:
    table: "Table"

    def of(self, listener_id: str) -> dict[str, KnownPlaylist]:
        """By playlist id."""
        mine = Key("listener_id").eq(listener_id) & Key("item").begins_with("playlist#")
        asked: dict[str, Any] = {"KeyConditionExpression": mine, "ConsistentRead": True}
        found = [KnownPlaylist.model_validate(item) for item in _all(self.table, asked)]
        return {playlist.playlist_id: playlist for playlist in found}

    def remember(self, listener_id: str, playlists: Sequence[KnownPlaylist]) -> None:
        """Writes all but `auto`, which is the listener's to say. Raises ListenerNotFoundError."""
        for start in range(0, len(playlists), _WRITTEN_AT_ONCE):
            updates = [
                self._update(
                    listener_id,
                    playlist.playlist_id,
                    {
                        "name": playlist.name,
                        "snapshot_id": playlist.snapshot_id,
                        "standing": playlist.standing,
                        "announced_at": playlist.announced_at and playlist.announced_at.isoformat(),
                    },
                )
                for playlist in playlists[start : start + _WRITTEN_AT_ONCE]
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
                "Key": {"listener_id": listener_id, "item": f"playlist#{playlist_id}"},
                "UpdateExpression": "SET " + ", ".join(f"#{name} = :{name}" for name in values),
                "ExpressionAttributeNames": {f"#{name}": name for name in values},
                "ExpressionAttributeValues": {f":{name}": value for name, value in values.items()},
            }
        }


def write_for_listener(table: "Table", listener_id: str, actions: Sequence[dict[str, Any]]) -> None:
    """At most 99 actions of a transaction, all or none, only while the listener is here: who was forgotten stays so.

    Waits a moment where somebody else writes the same or the profile, as accept does when it counts a cover. Raises
    ListenerNotFoundError, StorageUnavailableError (they do not stop), ConditionFailedError.
    """
    is_here = {
        "ConditionCheck": {
            "TableName": table.name,
            "Key": {"listener_id": listener_id, "item": "profile"},
            "ConditionExpression": "attribute_exists(tokens)",
        }
    }
    for attempt in range(_ATTEMPTS):
        time.sleep(random.uniform(0, 0.05 * attempt))  # noqa: S311  # jitter, no secret
        try:
            table.meta.client.transact_write_items(TransactItems=[is_here, *actions])  # type: ignore[list-item]  # TypedDicts
        except ClientError as error:
            if error.response["Error"]["Code"] != "TransactionCanceledException":
                raise
            codes = [str(reason.get("Code")) for reason in error.response.get("CancellationReasons", [])]
            if codes[:1] == ["ConditionalCheckFailed"]:
                raise ListenerNotFoundError("Nobody with this listener id is logged in. Please log in first.") from None
            if "ConditionalCheckFailed" in codes:
                raise ConditionFailedError from None
        else:
            return
    raise StorageUnavailableError("Too many requests at once. Please try again in a minute.")


class ConditionFailedError(Exception):
    """What was to be written is no longer, or already, there."""


def _all(table: "Table", asked: dict[str, Any]) -> Iterator[dict[str, Any]]:
    while True:
        page = table.query(**asked)
        yield from page["Items"]
        if "LastEvaluatedKey" not in page:
            return
        asked["ExclusiveStartKey"] = page["LastEvaluatedKey"]
