"""What nobody else comes back to: covers whose execution was never started or whose end nobody heard of, and what lies
in the bucket for somebody who is gone.

A process may end between any two of its steps; whoever asked may never ask again.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal
from urllib.parse import unquote

from boto3.dynamodb.conditions import Attr, ConditionBase, Key
from botocore.exceptions import BotoCoreError, ClientError

from coverart.aws.dynamodb import paginate
from coverart.aws.s3 import Bucket
from coverart.aws.telemetry import logger
from coverart.errors import CoverArtError, CoverDeletedError
from coverart.pipeline.execution_errors import explain_failure
from coverart.pipeline.executions import CoverExecutions
from coverart.store.covers import Covers
from coverart.store.listeners import Listeners

# An execution is started within seconds of its cover's being accepted.
_PATIENCE = timedelta(minutes=5)
# No execution lasts longer than two hours; what is not under way after a day never will be.
_GIVEN_UP = timedelta(days=1)
# Older ones were looked at before.
_LOOKED_BACK = timedelta(days=3)


@dataclass(frozen=True)
class Cleanup:
    covers: Covers
    listeners: Listeners
    executions: CoverExecutions
    bucket: Bucket

    def unended(self, now: datetime) -> dict[str, int]:
        """Covers that should be under way or have ended are started or settled; says how many.

        Raises boto3's error where it failed for one of them, after all others had their turn.
        """
        told = {"started": 0, "settled": 0}
        failed: ClientError | BotoCoreError | None = None
        for listener_id in list(self._listener_ids()):
            for cover in list(self._unended_of(listener_id, now)):
                try:
                    if what := self._see_to(listener_id, cover, now):
                        logger.warning(what, cover_id=cover["cover_id"])
                        told[what] += 1
                except (ClientError, BotoCoreError) as error:
                    failed = error
        if failed is not None:
            raise failed
        return told

    def _see_to(self, listener_id: str, cover: dict[str, Any], now: datetime) -> Literal["started", "settled"] | None:
        cover_id = str(cover["cover_id"])
        failure = self.executions.find_failure(cover_id)
        if failure is None and now - _created(cover) > _GIVEN_UP:
            failure = explain_failure("TIMED_OUT", None, None)
        if failure is not None:
            self._settle(listener_id, cover_id, failure, now)
            return "settled"
        if cover["status"] == "accepted":
            self.executions.start(listener_id, cover_id)
            return "started"
        return None

    def leftovers(self, now: datetime) -> dict[str, int]:
        """What lies in the bucket for covers and listeners that are gone is removed, and what is kept for playlists and
        in no entry of their histories; says how many folders and pictures.

        The bucket is read first: an item is written before its pictures, and deleted before them.
        """
        removed = 0
        for kind in ("artwork", "covers", "kept"):
            for listener in self.bucket.list_folders(f"{kind}/"):
                for prefix in self._left_of(kind, listener, now):
                    logger.warning("removing what was left behind", kind=kind)
                    self.bucket.delete_prefix(prefix)
                    removed += 1
        return {"removed": removed}

    def _left_of(self, kind: str, listener: str, now: datetime) -> list[str]:
        """`listener` is a listener's id as keys have it."""
        covers = self.bucket.list_folders(f"covers/{listener}/") if kind == "covers" else []
        listener_id = unquote(listener)
        if not self.listeners.exists(listener_id):
            return [f"{kind}/{listener}/"]
        if kind == "kept":
            playlists = self.bucket.list_folders(f"kept/{listener}/")
            return [key for playlist in playlists for key in self._kept_for_nothing(listener, playlist, now)]
        there = {str(item["cover_id"]) for item in self._of(listener_id)} if covers else set()
        return [f"covers/{listener}/{cover}/" for cover in covers if cover not in there]

    def _kept_for_nothing(self, listener: str, playlist: str, now: datetime) -> list[str]:
        """A try that ended between keeping a picture and writing that on its entry has left it. `listener` and
        `playlist` are ids as keys have them.

        An entry that is asked for is being seen to, perhaps in this moment, and its pictures are put anew.
        """
        old = self.bucket.list_keys_older_than(now - _GIVEN_UP, f"kept/{listener}/{playlist}/")
        entries = list(self._entries(unquote(listener), unquote(playlist))) if old else []
        if any(entry["status"] == "asked" for entry in entries):
            return []
        kept = {entry["picture"] for entry in entries} | {
            (entry.get("replaced") or {}).get("kept") for entry in entries
        }
        return [key for key in old if key not in kept]

    def _entries(self, listener_id: str, playlist_id: str) -> Iterator[dict[str, Any]]:
        mine = Key("listener_id").eq(listener_id) & Key("item").begins_with(f"applied#{playlist_id}#")
        return paginate(
            self.listeners.table.query,
            KeyConditionExpression=mine,
            ProjectionExpression="#status, picture, replaced",
            ExpressionAttributeNames={"#status": "status"},
            ConsistentRead=True,
        )

    def _settle(self, listener_id: str, cover_id: str, failure: CoverArtError, now: datetime) -> None:
        try:
            self.covers.mark_failed(listener_id, cover_id, failure.code, str(failure), now)
        except CoverDeletedError:
            logger.info("it is gone", cover_id=cover_id)

    def _unended_of(self, listener_id: str, now: datetime) -> Iterator[dict[str, Any]]:
        # A cover's id begins with when it was accepted.
        since = Key("cover_id").gte(f"{now - _LOOKED_BACK:%Y%m%dT%H%M%S}")
        for cover in self._of(listener_id, since):
            if cover["status"] in {"accepted", "running"} and now - _created(cover) > _PATIENCE:
                yield cover

    def _of(self, listener_id: str, more: ConditionBase | None = None) -> Iterator[dict[str, Any]]:
        mine = Key("listener_id").eq(listener_id)
        return paginate(
            self.covers.table.query,
            KeyConditionExpression=mine if more is None else mine & more,
            ProjectionExpression="cover_id, #status, created_at",
            ExpressionAttributeNames={"#status": "status"},
            ConsistentRead=True,
        )

    def _listener_ids(self) -> Iterator[str]:
        profiles = Attr("item").eq("profile")
        found = paginate(self.listeners.table.scan, FilterExpression=profiles, ProjectionExpression="listener_id")
        return (str(item["listener_id"]) for item in found)


def _created(cover: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(str(cover["created_at"]))
