"""Watch on the template's tables, with a fake Spotify, and with fakes that record events and executions."""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from coverart.aws import clients
from coverart.pipeline.executions import ApplyExecutions
from coverart.pipeline.start_cover import new_cover_id
from coverart.spotify.client import create_spotify_client
from coverart.store.covers import Covers, new_item
from coverart.store.daily_count import DailyCount
from coverart.store.idempotency import automatic_attempt_keys, automatic_idempotency_key
from coverart.store.keys import idempotency_record_key
from coverart.store.listeners import Listeners, ListenerSettings
from coverart.store.playlists import PlaylistRecord, Playlists
from coverart.store.publish_history import HistoryEntry, PublishHistory
from tests.fake_spotify import fake_spotify, listener_id, listeners, served_spotify
from tests.fake_step_functions import FakeStepFunctions
from watch.automatic_covers import AutomaticCovers
from watch.check_listener import CheckResult, ListenerChecker
from watch.event_publisher import EventPublisher

__all__ = ["fake_spotify", "listener_id", "listeners", "served_spotify"]

SONGS = ["Steam Rising", "Neap", "Purr", "Redshift"]
DAILY_LIMIT = 9
TWO_HOURS = timedelta(hours=2)


@dataclass
class FakeEvents:
    """EventBridge, as far as watch uses it. `rejections`: how many of the next entries are rejected."""

    accepted: list[dict[str, Any]] = field(default_factory=list)
    batch_sizes: list[int] = field(default_factory=list)
    rejections: int = 0

    def put_events(self, *, Entries):  # noqa: N803  # boto3's name
        self.batch_sizes.append(len(Entries))
        rejected = min(self.rejections, len(Entries))
        self.rejections -= rejected
        self.accepted += Entries[rejected:]
        results = [{"ErrorCode": "InternalFailure"}] * rejected + [{"EventId": "1"}] * (len(Entries) - rejected)
        return {"FailedEntryCount": rejected, "Entries": results}

    @property
    def playlist_ids(self) -> list[str]:
        """Return the playlists of the accepted events, in their order."""
        return [json.loads(entry["Detail"])["playlist_id"] for entry in self.accepted]


@pytest.fixture
def events() -> FakeEvents:
    return FakeEvents()


@pytest.fixture
def publisher(events: FakeEvents) -> EventPublisher:
    return EventPublisher(events, "bus", sleep=lambda _: None)


@pytest.fixture
def apply_machine() -> FakeStepFunctions:
    return FakeStepFunctions()


@dataclass(frozen=True)
class CheckedListener:
    """The demo listener, whose automatic covers are on, without any playlist."""

    id: str
    spotify: Any
    checker: ListenerChecker

    def add_playlist(self, name: str = "Fresh Paint", songs: int = 4, **details: Any) -> str:
        return self.spotify.add_playlist(name, SONGS[:songs], **details)

    def add_playlists(self, count: int, name: str = "Number", songs: int = 4) -> list[str]:
        return [self.add_playlist(f"{name} {number}", songs) for number in range(count)]

    def check(self, at: datetime | None = None, has_time: bool = True) -> CheckResult:
        """Check all playlists, or without time one page of them."""
        return self.checker.check(self.id, at or datetime.now(UTC), lambda: has_time)

    def spotify_paths(self) -> list[str]:
        """Return the paths of all requests to Spotify."""
        return [request["path"] for request in self.spotify.recorder.requests]

    def record(self, playlist_id: str) -> PlaylistRecord | None:
        return self.checker.playlists.get_all(self.id).get(playlist_id)

    def states(self, *playlist_ids: str) -> list[str | None]:
        records = self.checker.playlists.get_all(self.id)
        return [records[name].standing if name in records else None for name in playlist_ids]

    def store(self, playlist_id: str, state: str, at: datetime | None = None) -> None:
        record = PlaylistRecord(playlist_id=playlist_id, standing=state, announced_at=at)
        self.checker.playlists.save(self.id, [record])

    def set_auto(self, playlist_id: str, auto: bool | None) -> None:
        self.checker.playlists.set_auto(self.id, playlist_id, auto)

    def start_cover(self, playlist_id: str, status: str | None, code: str = "", attempt: int = 0) -> str:
        """Write what accept writes for an automatic cover. `status`: None where the cover was deleted."""
        cover_id = new_cover_id(datetime.now(UTC))
        keys = automatic_attempt_keys(idempotency_record_key(self.id, automatic_idempotency_key(playlist_id)))
        covers = self.checker.automatic_covers
        covers.keys_table.put_item(Item={"key": keys[attempt], "listener_id": self.id, "cover_id": cover_id})
        if status is not None:
            item = new_item(self.id, cover_id, {}, datetime.now(UTC))
            error = {"error": {"code": code, "message": "It failed."}} if code else {}
            covers.covers.table.put_item(Item={**item, "status": status, **error})
        return cover_id

    def add_entry(self, playlist_id: str, status: str, **details: Any) -> HistoryEntry:
        """Add an entry to the playlist's history."""
        now = datetime.now(UTC)
        defaults = {"entry_id": new_cover_id(now), "asked_at": now, "playlist_name": "", "cover_id": None}
        fields = {"playlist_id": playlist_id, "picture": "key", "status": status, **defaults, **details}
        return self.history.add(self.id, HistoryEntry(**fields))

    def change_settings(self, **changes: Any) -> None:
        self.checker.listeners.save_settings(self.id, ListenerSettings(auto_cover=True, **changes))

    @property
    def history(self) -> PublishHistory:
        return self.checker.automatic_covers.history


@pytest.fixture
def listener(listener_id: str, listeners: Listeners, fake_spotify: Any, publisher, apply_machine) -> CheckedListener:
    fake_spotify.state.playlists = {}
    history, keys_table = PublishHistory(listeners.table), clients.get_table("KeysTable")
    executions = ApplyExecutions(history, apply_machine, "arn:apply")
    automatic_covers = AutomaticCovers(Covers(clients.get_table("CoversTable")), history, executions, keys_table)
    stores = (listeners, Playlists(listeners.table), automatic_covers, publisher, DailyCount(keys_table))
    checker = ListenerChecker(*stores, DAILY_LIMIT, budget=None, connect=create_spotify_client)
    listener = CheckedListener(listener_id, fake_spotify.state, checker)
    listener.change_settings()
    return listener
