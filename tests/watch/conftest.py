"""Watch on the template's tables, with Spotify's stand-in and a bus that remembers what was put."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest

from coverart.aws import clients
from coverart.pipeline.executions import ApplyExecutions
from coverart.pipeline.start_cover import new_cover_id
from coverart.spotify.client import create_spotify_client
from coverart.store.covers import Covers, new_item
from coverart.store.idempotency import automatic_attempt_keys, automatic_idempotency_key
from coverart.store.keys import idempotency_record_key
from coverart.store.listeners import Listeners, ListenerSettings
from coverart.store.playlists import PlaylistRecord, Playlists
from coverart.store.publish_history import PublishHistory
from tests.spotify_standin import listener_id, listeners, served_spotify, spotify_standin
from watch.check_listener import ListenerChecker
from watch.event_publisher import EventPublisher

__all__ = ["listener_id", "listeners", "served_spotify", "spotify_standin"]

SONGS = ["Steam Rising", "Neap", "Purr", "Redshift"]
LIMIT = 20


@dataclass
class Bus:
    """EventBridge, as far as watch uses it. `refuses`: the next so many entries are not taken."""

    taken: list[dict[str, Any]] = field(default_factory=list)
    batches: list[int] = field(default_factory=list)
    refuses: int = 0

    def put_events(self, *, Entries):  # noqa: N803  # boto3's name
        self.batches.append(len(Entries))
        told = []
        for entry in Entries:
            if self.refuses > 0:
                self.refuses -= 1
                told.append({"ErrorCode": "InternalFailure", "ErrorMessage": "Please try again."})
            else:
                self.taken.append(entry)
                told.append({"EventId": str(len(self.taken))})
        return {"FailedEntryCount": sum("ErrorCode" in entry for entry in told), "Entries": told}

    @property
    def announced(self) -> list[str]:
        """The ids of the playlists, in the order of their events."""
        return [json.loads(entry["Detail"])["playlist_id"] for entry in self.taken]


@pytest.fixture
def bus() -> Bus:
    return Bus()


@pytest.fixture
def announcer(bus: Bus) -> EventPublisher:
    return EventPublisher(bus, "bus", sleep=lambda _: None)


@pytest.fixture
def playlists(listeners: Listeners) -> Playlists:
    return Playlists(listeners.table)


@pytest.fixture
def machine(listeners: Listeners) -> str:
    """The apply machine's address; its executions are started and nothing more."""
    definition = {"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}}
    made = clients.get_client("stepfunctions").create_state_machine(
        name="apply", definition=json.dumps(definition), roleArn="arn:aws:iam::123456789012:role/apply"
    )
    return made["stateMachineArn"]


@pytest.fixture
def started(machine: str) -> Callable[[], dict[str, Any]]:
    """The inputs of all executions of the apply machine, by their names."""
    client = clients.get_client("stepfunctions")

    def started():
        executions = client.list_executions(stateMachineArn=machine)["executions"]
        told = [client.describe_execution(executionArn=execution["executionArn"]) for execution in executions]
        return {execution["name"]: json.loads(execution["input"]) for execution in told}

    return started


@pytest.fixture
def watcher(listeners: Listeners, playlists: Playlists, announcer: EventPublisher, machine: str) -> ListenerChecker:
    history = PublishHistory(listeners.table)
    return ListenerChecker(
        listeners=listeners,
        playlists=playlists,
        history=history,
        executions=ApplyExecutions(history, clients.get_client("stepfunctions"), machine),
        covers=Covers(clients.get_table("CoversTable")),
        keys=clients.get_table("KeysTable"),
        announcer=announcer,
        daily_limit=LIMIT,
        budget=None,
        spotify_of=create_spotify_client,
    )


@dataclass(frozen=True)
class Robin:
    """The demo listener, whose automatic covers are on, and who has no playlists but those that a test adds."""

    id: str
    state: Any
    watcher: ListenerChecker

    def add(self, name: str = "Fresh Paint", songs: int = 4, **more: Any) -> str:
        return self.state.add_playlist(name, SONGS[:songs], **more)

    def look(self, at: datetime | None = None):
        return self.watcher.look(self.id, at or datetime.now(UTC))

    def known(self, playlist_id: str) -> PlaylistRecord | None:
        return self.watcher.playlists.get_all(self.id).get(playlist_id)

    def remember(self, playlist_id: str, standing: str, at: datetime | None = None) -> None:
        known = PlaylistRecord(playlist_id=playlist_id, standing=standing, announced_at=at)
        self.watcher.playlists.save(self.id, [known])

    def claim(self, playlist_id: str, status: str | None, code: str = "", again: int = 0) -> str:
        """What accept writes for the playlist's cover, the first or `again`; `status` None: it was deleted."""
        cover_id = new_cover_id(datetime.now(UTC))
        key = automatic_attempt_keys(idempotency_record_key(self.id, automatic_idempotency_key(playlist_id)))[again]
        self.watcher.keys.put_item(Item={"key": key, "listener_id": self.id, "cover_id": cover_id})
        if status is not None:
            item = new_item(self.id, cover_id, {}, datetime.now(UTC))
            error = {"error": {"code": code, "message": "It failed."}} if code else {}
            self.watcher.covers.table.put_item(Item={**item, "status": status, **error})
        return cover_id

    def settings(self, **changed: Any) -> None:
        self.watcher.listeners.save_settings(self.id, ListenerSettings(auto_cover=True, **changed))


@pytest.fixture
def robin(listener_id: str, spotify_standin: Any, watcher: ListenerChecker) -> Robin:
    spotify_standin.state.playlists = {}
    robin = Robin(listener_id, spotify_standin.state, watcher)
    robin.settings()
    return robin
