"""The automatic covers of a listener's playlists: what became of them, and setting their images again."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from coverart.aws.telemetry import logger
from coverart.pipeline.executions import ApplyExecutions
from coverart.store.covers import Covers
from coverart.store.idempotency import automatic_attempt_keys, automatic_idempotency_key, may_retry
from coverart.store.keys import idempotency_record_key
from coverart.store.publish_history import PublishHistory
from watch.rules import AutomaticCover, find_unset_image

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import Table


@dataclass(frozen=True)
class AutomaticCovers:
    """`keys_table`: KeysTable, which holds the idempotency record of each attempt."""

    covers: Covers
    history: PublishHistory
    executions: ApplyExecutions
    keys_table: "Table"

    def find(self, listener_id: str, playlist_id: str) -> AutomaticCover | None:
        """Return the playlist's latest automatic cover, or None where accept has not started any."""
        cover_ids, may_attempt = self._list_attempts(listener_id, playlist_id)
        if not cover_ids:
            return None
        item = self.covers.get(listener_id, cover_ids[-1])
        if item is None:
            return AutomaticCover(None)
        entries = self.history.list_entries(listener_id, playlist_id) if item["status"] == "done" else []
        return AutomaticCover(
            item["status"],
            may_retry=may_attempt and may_retry(item),
            is_image_unset=find_unset_image(entries, cover_ids[-1]) is not None,
        )

    def is_set(self, listener_id: str, playlist_id: str) -> bool:
        """Return whether a cover, automatic or not, was set as the playlist's image."""
        entries = self.history.list_entries(listener_id, playlist_id)
        return any(entry.status in {"set", "confirming"} for entry in entries)

    def set_again(self, listener_id: str, playlist_id: str) -> None:
        """Start setting the latest cover as the playlist's image, unless another run of watch was faster.

        The listener's own image is not replaced: nobody asked for that. Raises StorageUnavailableError,
        ConfigurationError, NotFoundError.
        """
        cover_ids, _ = self._list_attempts(listener_id, playlist_id)
        entry = find_unset_image(self.history.list_entries(listener_id, playlist_id), cover_ids[-1])
        if entry is not None and entry.status == "not_set":
            entry = self.history.retry(listener_id, entry)
        if entry is not None:
            self.executions.start(listener_id, entry, replace_own=False)
            logger.info("setting a playlist image again", entry_id=entry.entry_id, tries=entry.tries)

    def _list_attempts(self, listener_id: str, playlist_id: str) -> tuple[list[str], bool]:
        """Return the ids of the playlist's automatic covers, oldest first, and whether there may be another."""
        keys = automatic_attempt_keys(idempotency_record_key(listener_id, automatic_idempotency_key(playlist_id)))
        records = [self.keys_table.get_item(Key={"key": key}, ConsistentRead=True).get("Item") for key in keys]
        cover_ids = [str(record["cover_id"]) for record in records if record is not None]
        return cover_ids, len(cover_ids) < len(keys)
