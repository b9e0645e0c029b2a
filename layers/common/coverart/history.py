"""A playlist's history: what was set as its image and when. Items `applied#<playlist>#<entry>` in ListenersTable.

An entry's id is that of the cover that publish sets, or a new one of the same form: ordered by time. Every write but
the first is conditional on the entry's existence: what was cleared or forgotten stays so.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

from boto3.dynamodb.conditions import Attr, ConditionBase, Key
from botocore.exceptions import ClientError

from coverart.cover import CoverId, SpotifyId
from coverart.errors import NotFoundError
from coverart.playlists import ConditionFailedError, write_for_listener
from coverart.shapes import Shape

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import Table

_SHOWN = 100

Whose = Literal["nobody", "ours", "own"]
Status = Literal["asked", "set", "confirming", "not_set"]


class Replaced(Shape):
    """The image that was there before. `whose`: nobody's (none, a mosaic, an album's), ours, or the listener's own.

    `image_id` is Spotify's; `kept`: the key of the listener's own image, else None.
    """

    whose: Whose
    image_id: str | None
    kept: str | None


class Entry(Shape):
    """`picture`: the key of what is set. `cover_id`: the cover that it is of, None for a kept image.

    `undoes`: the entry that this one takes back; `undone`: another has taken this one back. `status`: asked, set
    (Spotify shows it), confirming (Spotify took it and does not show it yet), not_set (`code` and `message` say why).
    `image_id`: Spotify's id of what we set. `note`: what else the listener should know, a sentence. `tries`: how often
    watch has asked for it again.
    """

    playlist_id: SpotifyId
    entry_id: CoverId
    playlist_name: str
    cover_id: CoverId | None
    picture: str
    undoes: CoverId | None = None
    undone: bool = False
    status: Status = "asked"
    replaced: Replaced | None = None
    image_id: str | None = None
    asked_at: datetime
    set_at: datetime | None = None
    code: str | None = None
    message: str | None = None
    note: str | None = None
    tries: int = 0


@dataclass(frozen=True)
class History:
    table: "Table"

    def add(self, listener_id: str, entry: Entry) -> Entry:
        """The entry, or the one of its id that is there already. Raises ListenerNotFoundError."""
        put = {
            "TableName": self.table.name,
            "Item": {**self._key(listener_id, entry.playlist_id, entry.entry_id), **entry.to_json()},
            "ConditionExpression": "attribute_not_exists(listener_id)",
        }
        try:
            write_for_listener(self.table, listener_id, [{"Put": put}])
        except ConditionFailedError:
            return self.get(listener_id, entry.playlist_id, entry.entry_id)
        return entry

    def get(self, listener_id: str, playlist_id: str, entry_id: str) -> Entry:
        """Raises NotFoundError."""
        key = self._key(listener_id, playlist_id, entry_id)
        item = self.table.get_item(Key=key, ConsistentRead=True).get("Item")
        if item is None:
            raise _gone()
        return _entry(item)

    def of(self, listener_id: str, playlist_id: str) -> list[Entry]:
        """The latest hundred, the newest first."""
        mine = Key("listener_id").eq(listener_id) & Key("item").begins_with(f"applied#{playlist_id}#")
        found = self.table.query(KeyConditionExpression=mine, ScanIndexForward=False, Limit=_SHOWN, ConsistentRead=True)
        return [_entry(item) for item in found["Items"]]

    def write(self, listener_id: str, entry: Entry, *names: str) -> None:
        """Writes the named fields of the entry. Raises NotFoundError where it was cleared or forgotten."""
        if not self._write(listener_id, entry, names, Attr("listener_id").exists()):
            raise _gone()

    def ask_again(self, listener_id: str, entry: Entry) -> Entry | None:
        """An entry that was not set, asked for once more; None where it is no longer as it was read."""
        again = entry.model_copy(update={"status": "asked", "code": None, "message": None, "tries": entry.tries + 1})
        unchanged = Attr("status").eq("not_set") & Attr("tries").eq(entry.tries)
        return again if self._write(listener_id, again, ("status", "code", "message", "tries"), unchanged) else None

    def clear(self, listener_id: str, playlist_id: str) -> None:
        """Deletes all entries; what they kept in the bucket is the caller's to delete."""
        while entries := self.of(listener_id, playlist_id):
            with self.table.batch_writer() as batch:
                for entry in entries:
                    batch.delete_item(Key=self._key(listener_id, playlist_id, entry.entry_id))

    def _write(self, listener_id: str, entry: Entry, names: Sequence[str], where: ConditionBase) -> bool:
        """False where the condition does not hold."""
        values = entry.to_json()
        try:
            self.table.update_item(
                Key=self._key(listener_id, entry.playlist_id, entry.entry_id),
                UpdateExpression="SET " + ", ".join(f"#{name} = :{name}" for name in names),
                ConditionExpression=where,
                ExpressionAttributeNames={f"#{name}": name for name in names},
                ExpressionAttributeValues={f":{name}": values[name] for name in names},
            )
        except ClientError as error:
            if error.response["Error"]["Code"] == "ConditionalCheckFailedException":
                return False
            raise
        return True

    @staticmethod
    def _key(listener_id: str, playlist_id: str, entry_id: str) -> dict[str, Any]:
        return {"listener_id": listener_id, "item": f"applied#{playlist_id}#{entry_id}"}


def execution_name(entry_id: str, tries: int) -> str:
    """Of the apply machine's execution: each try has one of its own."""
    return f"{entry_id}-{tries}" if tries else entry_id


def _entry(item: dict[str, Any]) -> Entry:
    return Entry.model_validate({name: item[name] for name in Entry.model_fields if name in item})


def _gone() -> NotFoundError:
    return NotFoundError("This entry of the playlist's history is not there, or was cleared.")
