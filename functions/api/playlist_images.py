"""Setting a playlist's image: a cover, an entry of the history again, or what was there before.

Here the entry is written and its execution started; the image itself is set by apply.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from coverart.aws.s3 import Bucket
from coverart.errors import NotFoundError, NothingToUndoError
from coverart.pipeline.executions import ApplyExecutions
from coverart.pipeline.start_cover import new_cover_id
from coverart.store.publish_history import HistoryEntry, PublishHistory

_AT_SPOTIFY = {"set", "confirming"}


@dataclass(frozen=True)
class PlaylistImages:
    history: PublishHistory
    bucket: Bucket
    executions: ApplyExecutions

    def apply(
        self, listener_id: str, playlist_id: str, playlist_name: str, cover_id: str, picture: str, now: datetime
    ) -> HistoryEntry:
        """`picture`: the key of the cover's JPEG. The new entry. Raises ListenerNotFoundError, NotFoundError."""
        return self._ask(listener_id, _entry(playlist_id, playlist_name, cover_id, picture, now))

    def apply_again(self, listener_id: str, playlist_id: str, entry_id: str, now: datetime) -> HistoryEntry:
        """A new entry with this one's picture. Raises ListenerNotFoundError, NotFoundError."""
        entry = self.history.get(listener_id, playlist_id, entry_id)
        return self._ask(listener_id, _entry(playlist_id, entry.playlist_name, entry.cover_id, entry.picture, now))

    def undo(self, listener_id: str, playlist_id: str, entry_id: str | None, now: datetime) -> HistoryEntry:
        """A new entry with what this one replaced; None is the latest that can be undone.

        While the same is asked for already, that entry. Raises ListenerNotFoundError, NotFoundError,
        NothingToUndoError.
        """
        entries = by_time(self.history.list_entries(listener_id, playlist_id))
        undone = _latest(entries) if entry_id is None else self.history.get(listener_id, playlist_id, entry_id)
        for entry in entries:
            if entry.undoes == undone.entry_id and entry.status == "asked":
                return entry
        cover_id, picture = _before(undone, entries)
        return self._ask(
            listener_id, _entry(playlist_id, undone.playlist_name, cover_id, picture, now, undone.entry_id)
        )

    def _ask(self, listener_id: str, entry: HistoryEntry) -> HistoryEntry:
        if self.bucket.get_metadata(entry.picture) is None:
            raise NotFoundError("The picture that was to be set is no longer there.")
        entry = self.history.add(listener_id, entry)
        # A person asked for it, so their own image may make room.
        self.executions.start(listener_id, entry, replace_own=True)
        return entry


def by_time(entries: Sequence[HistoryEntry]) -> list[HistoryEntry]:
    """The newest first. Ids alone do not tell: a cover has its own long before it is set."""
    return sorted(entries, key=lambda entry: entry.set_at or entry.asked_at, reverse=True)


def _entry(
    playlist_id: str, playlist_name: str, cover_id: str | None, picture: str, now: datetime, undoes: str | None = None
) -> HistoryEntry:
    return HistoryEntry(
        playlist_id=playlist_id,
        entry_id=new_cover_id(now),
        playlist_name=playlist_name,
        cover_id=cover_id,
        picture=picture,
        undoes=undoes,
        asked_at=now,
    )


def _latest(entries: Sequence[HistoryEntry]) -> HistoryEntry:
    for entry in entries:
        if entry.status in _AT_SPOTIFY and entry.undoes is None and not entry.undone:
            return entry
    raise NothingToUndoError("Nothing was set here that could be undone.")


def _before(undone: HistoryEntry, entries: Sequence[HistoryEntry]) -> tuple[str | None, str]:
    """Cover (None for an image that was kept) and picture that `undone` replaced. Raises NothingToUndoError."""
    if undone.undone:
        raise NothingToUndoError("This was undone already.")
    if undone.status not in _AT_SPOTIFY or undone.replaced is None:
        raise NothingToUndoError("This is not at Spotify yet, or never came there, so there is nothing to undo.")
    replaced = undone.replaced
    if replaced.whose == "nobody":
        raise NothingToUndoError(
            "The playlist had no image of its own before. To get Spotify's mosaic back, open the playlist in Spotify, "
            'choose "Edit details" and remove the photo.'
        )
    if replaced.kept is not None:
        return None, replaced.kept
    older = [entry for entry in entries if entry.status in _AT_SPOTIFY and entry.asked_at < undone.asked_at]
    same = [entry for entry in older if entry.image_id is not None and entry.image_id == replaced.image_id]
    for entry in [*same, *older]:
        return entry.cover_id, entry.picture
    raise NothingToUndoError("What was there before is no longer in this playlist's history.")
