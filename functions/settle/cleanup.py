"""Scheduled cleanup: stuck covers, and images that belong to nothing any more.

A process may crash between any two of its steps, and the listener may never repeat the request.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import unquote

from boto3.dynamodb.conditions import Attr, Key

from coverart.aws.dynamodb import paginate
from coverart.aws.s3 import Bucket
from coverart.aws.telemetry import logger
from coverart.errors import CoverArtError, CoverDeletedError
from coverart.pipeline.execution_errors import explain_failure
from coverart.pipeline.executions import CoverExecutions
from coverart.store.covers import UNFINISHED_STATUSES, Covers, read_time
from coverart.store.keys import PROFILE, history_prefix
from coverart.store.listeners import Listeners
from coverart.store.pictures import Pictures

# An execution starts within seconds after its cover is accepted.
_START_TIMEOUT = timedelta(minutes=5)
# Executions take two hours at most, so anything unfinished or unreferenced after a day stays so.
_MAX_AGE = timedelta(days=1)
# Earlier runs have handled older covers.
_LOOK_BACK = timedelta(days=3)


@dataclass(frozen=True)
class Cleanup:
    """Each method handles all listeners."""

    covers: Covers
    listeners: Listeners
    executions: CoverExecutions
    bucket: Bucket

    def resume_or_fail_stuck(self, now: datetime) -> dict[str, int]:
        """Start covers whose execution is missing, and fail those whose execution ended unnoticed or never ran.

        Return how many. An error for one cover is raised after all others had their turn.
        """
        counts = {"covers_resumed": 0, "covers_failed": 0}
        last_error: Exception | None = None
        for listener_id in list(self._list_listener_ids()):
            # A cover's id begins with the time of its acceptance.
            for cover in list(self.covers.list_statuses(listener_id, since=f"{now - _LOOK_BACK:%Y%m%dT%H%M%S}")):
                try:
                    if outcome := self._resume_or_fail(listener_id, cover, now):
                        logger.warning("stuck cover", cover_id=cover["cover_id"], outcome=outcome)
                        counts[outcome] += 1
                except Exception as error:
                    logger.exception("stuck cover cannot be handled", cover_id=cover["cover_id"])
                    last_error = error
        if last_error is not None:
            raise last_error
        return counts

    def delete_orphans(self, now: datetime) -> dict[str, int]:
        """Delete images whose listener, cover or history entry does not exist. Return how many folders and images.

        It lists the bucket before it reads the tables: functions write and delete an item before its images.
        """
        count = 0
        for kind in ("artwork", "covers", "kept", "pictures"):
            for listener_folder in self.bucket.list_folders(f"{kind}/"):
                for prefix in self._list_orphans(kind, listener_folder, now):
                    logger.warning("deleting orphaned images", kind=kind)
                    self.bucket.delete_prefix(prefix)
                    count += 1
        return {"orphans_deleted": count}

    def _list_listener_ids(self) -> Iterator[str]:
        profiles = paginate(
            self.listeners.table.scan,
            FilterExpression=Attr("item").eq(PROFILE),
            ProjectionExpression="listener_id",
        )
        return (str(profile["listener_id"]) for profile in profiles)

    def _resume_or_fail(self, listener_id: str, cover: dict[str, Any], now: datetime) -> str | None:
        """Return the name of the count, or None where the cover is not stuck."""
        cover_id = str(cover["cover_id"])
        if cover["status"] not in UNFINISHED_STATUSES or (age := now - read_time(cover)) <= _START_TIMEOUT:
            return None
        failure = self.executions.find_failure(cover_id)
        if failure is None and age > _MAX_AGE:
            failure = explain_failure("TIMED_OUT", None, None)
        if failure is not None:
            self._fail(listener_id, cover_id, failure, now)
            return "covers_failed"
        if cover["status"] == "accepted":
            self.executions.start(listener_id, cover_id)
            return "covers_resumed"
        return None

    def _fail(self, listener_id: str, cover_id: str, failure: CoverArtError, now: datetime) -> None:
        try:
            self.covers.mark_failed(listener_id, cover_id, failure.code, str(failure), now)
        except CoverDeletedError:
            logger.info("already deleted", cover_id=cover_id)

    def _list_orphans(self, kind: str, listener_folder: str, now: datetime) -> list[str]:
        """Return prefixes. `listener_folder`: a listener's id as S3 keys have it."""
        folder = f"{kind}/{listener_folder}/"
        names = self.bucket.list_folders(folder) if kind != "artwork" else []
        listener_id = unquote(listener_folder)
        if not self.listeners.exists(listener_id, now):
            return [folder]
        match kind:
            case "covers" if names:
                existing = {str(cover["cover_id"]) for cover in self.covers.list_statuses(listener_id)}
                return [f"{folder}{name}/" for name in names if name not in existing]
            case "kept":
                return [key for name in names for key in self._list_unreferenced(listener_id, f"{folder}{name}/", now)]
            case "pictures":
                prefixes = {name: f"{folder}{name}/" for name in names}
                return [key for name in names for key in self._list_unfinished(listener_id, name, prefixes[name], now)]
            case _:
                return []

    def _list_unfinished(self, listener_id: str, picture_id: str, prefix: str, now: datetime) -> list[str]:
        """Return the keys of a picture without an item: its import crashed, because it stores the files first."""
        old_keys = self.bucket.list_keys_older_than(now - _MAX_AGE, prefix)
        is_stored = old_keys and Pictures(self.listeners.table).find(listener_id, unquote(picture_id)) is not None
        return [] if is_stored else old_keys

    def _list_unreferenced(self, listener_id: str, prefix: str, now: datetime) -> list[str]:
        """Return the keys of a playlist's backups that no entry of its history refers to.

        An attempt that crashed after storing a backup and before updating its entry leaves one. While an entry is
        "asked", or in a status of another version, its attempt may be running and store its images anew.
        """
        old_keys = self.bucket.list_keys_older_than(now - _MAX_AGE, prefix)
        playlist_id = unquote(prefix.split("/")[-2])
        entries = list(self._list_entries(listener_id, playlist_id)) if old_keys else []
        if any(entry.get("status") not in {"confirming", "set", "not_set"} for entry in entries):
            return []
        referenced = {entry.get("picture") for entry in entries}
        referenced |= {(entry.get("replaced") or {}).get("kept") for entry in entries}
        return [key for key in old_keys if key not in referenced]

    def _list_entries(self, listener_id: str, playlist_id: str) -> Iterator[dict[str, Any]]:
        """Yield all entries; PublishHistory returns only the latest."""
        condition = Key("listener_id").eq(listener_id) & Key("item").begins_with(history_prefix(playlist_id))
        return paginate(
            self.listeners.table.query,
            KeyConditionExpression=condition,
            ProjectionExpression="#status, picture, replaced",
            ExpressionAttributeNames={"#status": "status"},
            ConsistentRead=True,
        )
