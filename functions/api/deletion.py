"""Deleting a cover, clearing a history, forgetting a listener: what runs is stopped, and nothing comes after."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from boto3.dynamodb.conditions import Attr, Key
from botocore.exceptions import ClientError

from coverart.aws.dynamodb import paginate
from coverart.aws.s3 import Bucket
from coverart.pipeline.executions import apply_execution_name
from coverart.store.covers import Covers
from coverart.store.keys import backup_prefix, cover_prefix, listener_prefixes
from coverart.store.listeners import Listeners
from coverart.store.publish_history import PublishHistory

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import Table
    from mypy_boto3_stepfunctions import SFNClient

_UNENDED = {"accepted", "running"}
_BEING_SET = {"asked", "confirming"}


@dataclass(frozen=True)
class Deletion:
    covers: Covers
    listeners: Listeners
    history: PublishHistory
    keys: "Table"
    bucket: Bucket
    step_functions: "SFNClient"
    state_machine_arn: str
    apply_state_machine_arn: str

    def delete_cover(self, listener_id: str, cover_id: str) -> bool:
        """False where there was none; pictures that an earlier try left go all the same.

        Pictures go before the item too: where it fails half-way the cover is still there, and can be deleted again.
        Stopping an execution does not stop the function that it is waiting for. That finds the item gone when it
        ends, and removes what it has put.
        """
        item = self.covers.get(listener_id, cover_id)
        if item is not None and item["status"] in _UNENDED:
            self._stop(self.state_machine_arn, cover_id)
        self.bucket.delete_prefix(cover_prefix(listener_id, cover_id))
        deleted = self.covers.delete(listener_id, cover_id)
        self.bucket.delete_prefix(cover_prefix(listener_id, cover_id))
        return deleted

    def clear_history(self, listener_id: str, playlist_id: str) -> None:
        """Entries go first: who sets an image meanwhile finds its entry gone, and removes what it kept."""
        self.history.clear(listener_id, playlist_id)
        self.bucket.delete_prefix(backup_prefix(listener_id, playlist_id))

    def forget(self, listener_id: str) -> None:
        """Deletes all that is the listener's. Where it fails half-way, it can be repeated: the session goes last.

        Items go before pictures: who is still at work finds them gone, and removes what it has put.
        """
        self.listeners.delete(listener_id)  # from here on no new cover is accepted
        mine = Key("listener_id").eq(listener_id)
        covers = list(paginate(self.covers.table.query, KeyConditionExpression=mine, ConsistentRead=True))
        for item in covers:
            if item["status"] in _UNENDED:
                self._stop(self.state_machine_arn, str(item["cover_id"]))
        rows = list(paginate(self.listeners.table.query, KeyConditionExpression=mine, ConsistentRead=True))
        for row in rows:
            if str(row["item"]).startswith("applied#") and row["status"] in _BEING_SET:
                name = apply_execution_name(str(row["entry_id"]), int(row.get("tries", 0)))
                self._stop(self.apply_state_machine_arn, name)
        _delete(self.covers.table, covers, "listener_id", "cover_id")
        _delete(self.listeners.table, rows, "listener_id", "item")
        for prefix in listener_prefixes(listener_id):
            self.bucket.delete_prefix(prefix)
        keys = list(paginate(self.keys.scan, FilterExpression=Attr("listener_id").eq(listener_id), ConsistentRead=True))
        keys.sort(key=lambda item: str(item["key"]).startswith("session#"))
        _delete(self.keys, keys, "key")

    def _stop(self, state_machine_arn: str, name: str) -> None:
        execution = state_machine_arn.replace(":stateMachine:", ":execution:") + f":{name}"
        try:
            self.step_functions.stop_execution(executionArn=execution)
        except ClientError as error:
            # Not started yet: its first step will not find the item. Or ended just now.
            if error.response["Error"]["Code"] not in {"ExecutionDoesNotExist", "ValidationException"}:
                raise


def _delete(table: "Table", items: Any, *names: str) -> None:
    with table.batch_writer() as batch:
        for item in items:
            batch.delete_item(Key={name: item[name] for name in names})
