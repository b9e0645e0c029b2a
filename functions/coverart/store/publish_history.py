"""The publish history: the images set on a playlist, and when. Items of ListenersTable.

An entry's id is that of the cover that publish sets, or a new one of the same form, so entries sort by time. Every
write but the first is conditional on the entry's existence: a cleared one stays cleared.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal, get_args

from boto3.dynamodb.conditions import Attr, ConditionBase, Key
from pydantic import ValidationError

from coverart.aws.dynamodb import paginate, write_conditionally
from coverart.aws.telemetry import logger
from coverart.errors import NotFoundError
from coverart.models import CoverId, SpotifyId, StrictModel
from coverart.store.keys import HISTORY_PREFIX, history_key, history_prefix
from coverart.store.listeners import ConditionFailedError, write_for_listener
from coverart.store.stored_items import UNREADABLE_CODE, read_stored

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import Table

_MAX_ENTRIES = 100
# An execution takes two hours at most.
_MAX_SETTING_TIME = timedelta(hours=3)

_UNKNOWN_STATUS_MESSAGE = "Another version of this app wrote this entry. This version cannot tell what became of it."

ImageOwner = Literal["nobody", "ours", "own"]
EntryStatus = Literal["asked", "set", "confirming", "not_set"]
# Spotify has accepted the image of an entry with one of these statuses.
ACCEPTED_STATUSES: frozenset[EntryStatus] = frozenset({"set", "confirming"})


class ReplacedImage(StrictModel):
    """The playlist image before this entry.

    `whose`: nobody (there was none, a mosaic, or an album's artwork), ours, or the listener's own. `image_id`:
    Spotify's. `kept`: the S3 key of the listener's own image, else None.
    """

    whose: ImageOwner
    image_id: str | None
    kept: str | None


class HistoryEntry(StrictModel):
    """One image that was, or is to be, set on a playlist.

    `picture`: the S3 key of the image. `cover_id`: the cover that it belongs to; None for the listener's own image.
    `candidate`: which of the cover's; None in entries that undo something, or of earlier versions.
    `undoes`: the entry that this one takes back; `undone`: another entry has taken this one back. `status`: asked, set
    (Spotify shows it), confirming (Spotify accepted it and does not show it yet) or not_set (`code` and `message` say
    why). `image_id`: Spotify's id of the image that we set. `note`: a further sentence for the listener. `tries`: how
    often watch has requested it again, and `retried_at` when it last did.
    """

    playlist_id: SpotifyId
    entry_id: CoverId
    playlist_name: str
    cover_id: CoverId | None
    candidate: int | None = None
    picture: str
    undoes: CoverId | None = None
    undone: bool = False
    status: EntryStatus = "asked"
    replaced: ReplacedImage | None = None
    image_id: str | None = None
    asked_at: datetime
    set_at: datetime | None = None
    code: str | None = None
    message: str | None = None
    note: str | None = None
    tries: int = 0
    retried_at: datetime | None = None

    def is_being_set(self, now: datetime) -> bool:
        """Return whether an execution may still be working on the entry."""
        return self.status in {"asked", "confirming"} and now - (self.retried_at or self.asked_at) < _MAX_SETTING_TIME

    @property
    def time(self) -> datetime:
        """When it was set, or requested. The ids do not tell: a cover's entry has the id of the cover."""
        return self.set_at or self.asked_at


@dataclass(frozen=True)
class PublishHistory:
    """`table`: ListenersTable."""

    table: "Table"

    def add(self, listener_id: str, entry: HistoryEntry) -> HistoryEntry:
        """Store the entry, and return it or the one with its id that exists already. Raises ListenerNotFoundError."""
        put_action = {
            "TableName": self.table.name,
            "Item": {**history_key(listener_id, entry.playlist_id, entry.entry_id), **entry.to_json()},
            "ConditionExpression": "attribute_not_exists(listener_id)",
        }
        try:
            write_for_listener(self.table, listener_id, [{"Put": put_action}])
        except ConditionFailedError:
            return self.get(listener_id, entry.playlist_id, entry.entry_id)
        return entry

    def get(self, listener_id: str, playlist_id: str, entry_id: str) -> HistoryEntry:
        """Raises NotFoundError, also for an entry that this version cannot read."""
        key = history_key(listener_id, playlist_id, entry_id)
        item = self.table.get_item(Key=key, ConsistentRead=True).get("Item")
        entry = _read_entry(item) if item else None
        if not entry:
            raise _not_found()
        return entry

    def list_entries(self, listener_id: str, playlist_id: str) -> list[HistoryEntry]:
        """Return the latest hundred entries, newest first, without those that this version cannot read."""
        condition = Key("listener_id").eq(listener_id) & Key("item").begins_with(history_prefix(playlist_id))
        response = self.table.query(
            KeyConditionExpression=condition, ScanIndexForward=False, Limit=_MAX_ENTRIES, ConsistentRead=True
        )
        return [entry for item in response["Items"] if (entry := _read_entry(item)) is not None]

    def list_covers_on_spotify(self, listener_id: str) -> list[str]:
        """Return the ids of the covers that are playlist images now, as far as the app knows."""
        condition = Key("listener_id").eq(listener_id) & Key("item").begins_with(HISTORY_PREFIX)
        items = paginate(self.table.query, KeyConditionExpression=condition, ConsistentRead=True)
        entries = [entry for item in items if (entry := _read_entry(item)) and entry.status in ACCEPTED_STATUSES]
        latest = {entry.playlist_id: entry for entry in sorted(entries, key=lambda entry: entry.time)}
        return sorted({entry.cover_id for entry in latest.values() if entry.cover_id})

    def update(self, listener_id: str, entry: HistoryEntry, **changes: Any) -> HistoryEntry:
        """Write the changed fields and return the changed entry. Raises NotFoundError where it is gone."""
        changed = entry.model_copy(update=changes)
        if not self._write(listener_id, changed, tuple(changes), Attr("listener_id").exists()):
            raise _not_found()
        return changed

    def retry(self, listener_id: str, entry: HistoryEntry) -> HistoryEntry | None:
        """Request an entry that was not set once more. Return None where it has changed since the read."""
        changes = {
            "status": "asked",
            "code": None,
            "message": None,
            "tries": entry.tries + 1,
            "retried_at": datetime.now(UTC),
        }
        retried = entry.model_copy(update=changes)
        unchanged = Attr("status").eq("not_set") & Attr("tries").eq(entry.tries)
        is_written = self._write(listener_id, retried, tuple(changes), unchanged)
        return retried if is_written else None

    def clear(self, listener_id: str, playlist_id: str, now: datetime) -> bool:
        """Delete all entries but pending ones, which undo may need. Return whether none remains.

        The caller deletes their images.
        """
        condition = Key("listener_id").eq(listener_id) & Key("item").begins_with(history_prefix(playlist_id))
        items = list(paginate(self.table.query, KeyConditionExpression=condition, ConsistentRead=True))
        deletions = [self._delete_unless_being_set(item, now) for item in items]
        return all(deletions)

    def _delete_unless_being_set(self, item: dict[str, Any], now: datetime) -> bool:
        entry = _read_entry(item)
        is_being_set = entry is not None and entry.is_being_set(now)
        return not is_being_set and write_conditionally(
            self.table.delete_item,
            Key={name: item[name] for name in ("listener_id", "item")},
            ConditionExpression=Attr("status").eq(item.get("status")) | Attr("status").not_exists(),
        )

    def _write(self, listener_id: str, entry: HistoryEntry, names: Sequence[str], condition: ConditionBase) -> bool:
        values = entry.to_json()
        return write_conditionally(
            self.table.update_item,
            Key=history_key(listener_id, entry.playlist_id, entry.entry_id),
            UpdateExpression="SET " + ", ".join(f"#{name} = :{name}" for name in names),
            ConditionExpression=condition,
            ExpressionAttributeNames={f"#{name}": name for name in names},
            ExpressionAttributeValues={f":{name}": values[name] for name in names},
        )


def _read_entry(item: dict[str, Any]) -> HistoryEntry | None:
    """Return the entry, which says so where its status is unknown, or None where this version cannot read it."""
    if item.get("status", "asked") not in get_args(EntryStatus):
        item = {**item, "status": "not_set", "code": UNREADABLE_CODE, "message": _UNKNOWN_STATUS_MESSAGE}
    try:
        return read_stored(HistoryEntry, item)
    except ValidationError:
        logger.warning("a history entry cannot be read", entry_id=item["item"].rpartition("#")[2])
        return None


def _not_found() -> NotFoundError:
    return NotFoundError("This entry of the playlist's history does not exist, or was cleared.")
