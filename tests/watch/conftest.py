"""Watch on the template's tables, with Spotify's stand-in and a bus that remembers what was put."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest

from coverart import aws
from coverart.accept import new_cover_id
from coverart.apply_executions import ApplyExecutions
from coverart.claims import automatic_claims, automatic_key, claim_key
from coverart.covers import Covers, new_item
from coverart.history import History
from coverart.listeners import Listeners, ListenerSettings
from coverart.playlists import KnownPlaylist, Playlists
from coverart.spotify import spotify_of
from tests.spotify_standin import listener_id, listeners, served_spotify, spotify_standin
from watch.announcing import Announcer
from watch.looking import Watcher

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
def announcer(bus: Bus) -> Announcer:
    return Announcer(bus, "bus", sleep=lambda _: None)


@pytest.fixture
def playlists(listeners: Listeners) -> Playlists:
    return Playlists(listeners.table)


@pytest.fixture
def machine(listeners: Listeners) -> str:
    """The apply machine's address; its executions are started and nothing more."""
    definition = {"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}}
    made = aws.client("stepfunctions").create_state_machine(
        name="apply", definition=json.dumps(definition), roleArn="arn:aws:iam::123456789012:role/apply"
    )
    return made["stateMachineArn"]


@pytest.fixture
def started(machine: str) -> Callable[[], dict[str, Any]]:
    """The inputs of all executions of the apply machine, by their names."""
    client = aws.client("stepfunctions")

    def started():
        executions = client.list_executions(stateMachineArn=machine)["executions"]
        told = [client.describe_execution(executionArn=execution["executionArn"]) for execution in executions]
        return {execution["name"]: json.loads(execution["input"]) for execution in told}

    return started


@pytest.fixture
def watcher(listeners: Listeners, playlists: Playlists, announcer: Announcer, machine: str) -> Watcher:
    history = History(listeners.table)
    return Watcher(
        listeners=listeners,
        playlists=playlists,
        history=history,
        executions=ApplyExecutions(history, aws.client("stepfunctions"), machine),
        covers=Covers(aws.table("CoversTable")),
        keys=aws.table("KeysTable"),
        announcer=announcer,
        daily_limit=LIMIT,
        budget=None,
        spotify_of=spotify_of,
    )


@dataclass(frozen=True)
class Robin:
    """The demo listener, whose automatic covers are on, and who has no playlists but those that a test adds."""

    id: str
    state: Any
    watcher: Watcher

    def add(self, name: str = "Fresh Paint", songs: int = 4, **more: Any) -> str:
        return self.state.add_playlist(name, SONGS[:songs], **more)

    def look(self, at: datetime | None = None):
        return self.watcher.look(self.id, at or datetime.now(UTC))

    def known(self, playlist_id: str) -> KnownPlaylist | None:
        return self.watcher.playlists.of(self.id).get(playlist_id)

    def remember(self, playlist_id: str, standing: str, at: datetime | None = None) -> None:
        known = KnownPlaylist(playlist_id=playlist_id, standing=standing, announced_at=at)
        self.watcher.playlists.remember(self.id, [known])

    def claim(self, playlist_id: str, status: str | None, code: str = "", again: int = 0) -> str:
        """What accept writes for the playlist's cover, the first or `again`; `status` None: it was deleted."""
        cover_id = new_cover_id(datetime.now(UTC))
        key = automatic_claims(claim_key(self.id, automatic_key(playlist_id)))[again]
        self.watcher.keys.put_item(Item={"key": key, "listener_id": self.id, "cover_id": cover_id})
        if status is not None:
            item = new_item(self.id, cover_id, {}, datetime.now(UTC))
            error = {"error": {"code": code, "message": "It failed."}} if code else {}
            self.watcher.covers.table.put_item(Item={**item, "status": status, **error})
        return cover_id

    def settings(self, **changed: Any) -> None:
        self.watcher.listeners.save_settings(self.id, ListenerSettings(auto_cover=True, **changed))


@pytest.fixture
def robin(listener_id: str, spotify_standin: Any, watcher: Watcher) -> Robin:
    spotify_standin.state.playlists = {}
    robin = Robin(listener_id, spotify_standin.state, watcher)
    robin.settings()
    return robin
