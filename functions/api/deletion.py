"""Delete a cover, a playlist's history or a listener, together with the work that is still in progress."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from boto3.dynamodb.conditions import Attr, Key
from botocore.exceptions import ClientError

from coverart.aws.dynamodb import paginate
from coverart.aws.s3 import Bucket
from coverart.pipeline.executions import apply_execution_name, execution_arn
from coverart.store.covers import FINISHED_STATUSES, Covers
from coverart.store.keys import (
    HISTORY_PREFIX,
    SESSION_PREFIX,
    backup_prefix,
    cover_item_key,
    cover_prefix,
    listener_prefixes,
    shared_cover_key,
)
from coverart.store.listeners import Listeners
from coverart.store.publish_history import PublishHistory

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import Table
    from mypy_boto3_stepfunctions import SFNClient

# Statuses of history entries that no execution is working on.
_SETTLED_ENTRY_STATUSES = {"set", "not_set"}
# What StopExecution answers where an execution was not started yet, or has just ended.
_NOT_RUNNING_CODES = {"ExecutionDoesNotExist", "ValidationException"}


@dataclass(frozen=True)
class Deletion:
    """`keys_table`: KeysTable. The ARNs are of the state machines that make covers and set playlist images."""

    covers: Covers
    listeners: Listeners
    history: PublishHistory
    keys_table: "Table"
    bucket: Bucket
    step_functions: "SFNClient"
    state_machine_arn: str
    apply_state_machine_arn: str

    def delete_cover(self, listener_id: str, cover_id: str) -> bool:
        """Delete a cover and its images, and stop its execution. Return False where there was no such cover.

        Images are deleted before the item, so a deletion that failed halfway can be repeated, and again after it:
        stopping an execution does not stop the function that it waits for, and a function deletes its images only if
        the item is gone when it ends.
        """
        cover = self.covers.get(listener_id, cover_id)
        if cover is not None and cover["status"] not in FINISHED_STATUSES:
            self._stop_execution(self.state_machine_arn, cover_id)
        self.bucket.delete_prefix(cover_prefix(listener_id, cover_id))
        if cover is not None and cover.get("share_id"):
            self.keys_table.delete_item(Key=shared_cover_key(cover["share_id"]))
        is_deleted = self.covers.delete(listener_id, cover_id)
        self.bucket.delete_prefix(cover_prefix(listener_id, cover_id))
        return is_deleted

    def clear_history(self, listener_id: str, playlist_id: str, now: datetime) -> None:
        """Delete the history of a playlist and its images.

        An entry that is being set stays, and with it all images, of which it may need any: the listener's own image
        must not be lost. The scheduled cleanup deletes those that no entry refers to a day later. For the same reason
        it lists the images first: another request may add an entry meanwhile.
        """
        keys = self.bucket.list_keys_older_than(now, backup_prefix(listener_id, playlist_id))
        if self.history.clear(listener_id, playlist_id, now):
            self.bucket.delete(keys)

    def delete_listener(self, listener_id: str) -> None:
        """Delete everything about a listener.

        Sessions go last, so that a listener can repeat a deletion that failed halfway. Items are deleted before images:
        a function that is still working then finds its item gone, and deletes the image that it stored.
        """
        # Without a profile, no new cover starts.
        self.listeners.delete(listener_id)
        covers = list(self.covers.list_statuses(listener_id))
        condition = Key("listener_id").eq(listener_id)
        items = list(paginate(self.listeners.table.query, KeyConditionExpression=condition, ConsistentRead=True))
        self._stop_executions(covers, items)
        _delete_items(self.covers.table, [cover_item_key(listener_id, cover["cover_id"]) for cover in covers])
        _delete_items(self.listeners.table, [{"listener_id": listener_id, "item": item["item"]} for item in items])
        for prefix in listener_prefixes(listener_id):
            self.bucket.delete_prefix(prefix)
        owner = Attr("listener_id").eq(listener_id)
        keys = [item["key"] for item in paginate(self.keys_table.scan, FilterExpression=owner, ConsistentRead=True)]
        keys.sort(key=lambda key: key.startswith(SESSION_PREFIX))
        _delete_items(self.keys_table, [{"key": key} for key in keys])

    def _stop_executions(self, covers: Sequence[dict[str, Any]], listener_items: Sequence[dict[str, Any]]) -> None:
        for cover in covers:
            if cover["status"] not in FINISHED_STATUSES:
                self._stop_execution(self.state_machine_arn, cover["cover_id"])
        for item in listener_items:
            if item["item"].startswith(HISTORY_PREFIX) and item.get("status") not in _SETTLED_ENTRY_STATUSES:
                name = apply_execution_name(item["item"].rpartition("#")[2], int(item.get("tries", 0)))
                self._stop_execution(self.apply_state_machine_arn, name)

    def _stop_execution(self, state_machine_arn: str, name: str) -> None:
        """Stop an execution. One that starts later fails, because its first function does not find the item."""
        try:
            self.step_functions.stop_execution(executionArn=execution_arn(state_machine_arn, name))
        except ClientError as error:
            if error.response["Error"]["Code"] not in _NOT_RUNNING_CODES:
                raise


def _delete_items(table: "Table", keys: Sequence[dict[str, Any]]) -> None:
    with table.batch_writer() as batch:
        for key in keys:
            batch.delete_item(Key=key)
