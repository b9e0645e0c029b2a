"""Set a playlist's image: to a cover, to the image of a history entry, or back to the image before.

This writes the entry and starts its execution, in which ApplyFunction sets the image.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from coverart.aws.s3 import Bucket
from coverart.errors import NotFoundError, NothingToUndoError
from coverart.pipeline.executions import ApplyExecutions
from coverart.pipeline.start_cover import new_cover_id
from coverart.store.publish_history import ACCEPTED_STATUSES, HistoryEntry, PublishHistory


@dataclass(frozen=True)
class PlaylistImages:
    """Methods raise ListenerNotFoundError, StorageUnavailableError, and NotFoundError where an image was deleted."""

    history: PublishHistory
    bucket: Bucket
    executions: ApplyExecutions

    def apply_cover(
        self,
        listener_id: str,
        playlist_id: str,
        playlist_name: str,
        cover_id: str,
        candidate: int,
        image_key: str,
        now: datetime,
    ) -> HistoryEntry:
        """Set a cover on a playlist and return the new entry. `image_key`: the S3 key of the candidate's JPEG."""
        entry = _create_entry(playlist_id, playlist_name, cover_id, image_key, now)
        return self._start(listener_id, entry.model_copy(update={"candidate": candidate}))

    def apply_entry(self, listener_id: str, playlist_id: str, entry_id: str, now: datetime) -> HistoryEntry:
        """Set the image of an entry again and return the new entry. Raises NotFoundError for an unknown entry."""
        entry = self.history.get(listener_id, playlist_id, entry_id)
        new_entry = _create_entry(playlist_id, entry.playlist_name, entry.cover_id, entry.picture, now)
        return self._start(listener_id, new_entry.model_copy(update={"candidate": entry.candidate}))

    def undo(self, listener_id: str, playlist_id: str, entry_id: str | None, now: datetime) -> HistoryEntry:
        """Set the image that an entry replaced, and return the new entry, or a pending one that does the same.

        `entry_id`: None undoes the latest entry that can be undone. Raises NothingToUndoError, and NotFoundError where
        there is no such entry.
        """
        entries = sort_newest_first(self.history.list_entries(listener_id, playlist_id))
        if entry_id is None:
            undone_entry = _find_latest_undoable(entries)
        else:
            undone_entry = self.history.get(listener_id, playlist_id, entry_id)
        for entry in entries:
            if entry.undoes == undone_entry.entry_id and entry.status == "asked":
                return entry
        cover_id, image_key = _find_previous_image(undone_entry, entries)
        new_entry = _create_entry(
            playlist_id, undone_entry.playlist_name, cover_id, image_key, now, undoes=undone_entry.entry_id
        )
        return self._start(listener_id, new_entry)

    def _start(self, listener_id: str, entry: HistoryEntry) -> HistoryEntry:
        if not self.bucket.exists(entry.picture):
            raise NotFoundError("This image no longer exists.")
        entry = self.history.add(listener_id, entry)
        # The listener requested this, so it may replace their own image.
        self.executions.start(listener_id, entry, replace_own=True)
        return entry


def sort_newest_first(entries: Sequence[HistoryEntry]) -> list[HistoryEntry]:
    """Sort entries by when they were set."""
    return sorted(entries, key=lambda entry: entry.time, reverse=True)


def _create_entry(
    playlist_id: str, playlist_name: str, cover_id: str | None, image_key: str, now: datetime, undoes: str | None = None
) -> HistoryEntry:
    return HistoryEntry(
        playlist_id=playlist_id,
        entry_id=new_cover_id(now),
        playlist_name=playlist_name,
        cover_id=cover_id,
        picture=image_key,
        undoes=undoes,
        asked_at=now,
    )


def _find_latest_undoable(entries: Sequence[HistoryEntry]) -> HistoryEntry:
    for entry in entries:
        if entry.status in ACCEPTED_STATUSES and entry.undoes is None and not entry.undone:
            return entry
    raise NothingToUndoError("There is nothing to undo on this playlist.")


def _find_previous_image(undone_entry: HistoryEntry, entries: Sequence[HistoryEntry]) -> tuple[str | None, str]:
    """Return the cover and the S3 key of the image that an entry replaced; no cover for the listener's own image.

    Raises NothingToUndoError.
    """
    if undone_entry.undone:
        raise NothingToUndoError("This was already undone.")
    if undone_entry.status not in ACCEPTED_STATUSES or undone_entry.replaced is None:
        raise NothingToUndoError("This image has not been set on Spotify, so there is nothing to undo.")
    replaced = undone_entry.replaced
    if replaced.whose == "nobody":
        raise NothingToUndoError(
            "The playlist had no image of its own before. To get Spotify's default image back, open the playlist in "
            'Spotify, choose "Edit details" and remove the photo.'
        )
    if replaced.kept is not None:
        return None, replaced.kept
    older = [entry for entry in entries if entry.status in ACCEPTED_STATUSES and entry.asked_at < undone_entry.asked_at]
    same_image = [entry for entry in older if entry.image_id is not None and entry.image_id == replaced.image_id]
    for entry in [*same_image, *older]:
        return entry.cover_id, entry.picture
    raise NothingToUndoError("The previous image is no longer in this playlist's history.")
