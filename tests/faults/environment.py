"""A deployed stack with a fault proxy in front of each dependency, and ways to run the app and wait for its results."""

import json
import os
import signal
import uuid
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from coverart.pipeline.executions import execution_arn
from coverart.store.keys import cover_item_key, cover_prefix, genre_key, profile_key
from scripts import consistency
from scripts.fakes import openai
from scripts.local.stack import LocalStack
from tests.faults.fault_proxy import FaultPlan
from tests.faults.single_step import Files, create_machine, put_cover, read_files
from tests.stack.api_client import ApiClient
from tests.stack.stack_state import SONGS, invoke, wait_for_end, wait_until_idle

TOP_ARTISTS = {"kind": "top_artists", "count": 2}
COVER_TIMEOUT_SECONDS = 150
_GENRE_PREFIX = genre_key("")["key"]


@dataclass
class FaultEnvironment:
    """The stack, the faults of its dependencies, and one listener, whose profile is new in each test.

    `start`: when the test began. `finished`: the item of a cover that was made without a fault. `files`: content and
    type of its files, and of all artwork, by key. `partial_cover_ids`: the covers of which only one step was run.
    `machine_arns`: the state machine that runs one step only, and that of whole covers as None.
    """

    local: LocalStack
    openai: openai.FakeOpenAI
    plan: FaultPlan
    listener_id: str
    start: datetime = field(default_factory=lambda: datetime.now(UTC))
    finished: dict[str, Any] = field(default_factory=dict, repr=False)
    files: Files = field(default_factory=dict, repr=False)
    partial_cover_ids: list[str] = field(default_factory=list)
    machine_arns: dict[str | None, str] = field(default_factory=dict)

    def reset(self) -> None:
        """Remove all faults, and everything of the last test that would change the next one, once that has ended."""
        self.plan.clear()
        wait_until_idle(self.local)
        for state in (self.local.fake_spotify.state, self.openai.state, self.local.musicbrainz.state):
            state.reset()
        keys = self.local.table("Keys")
        for item in [each for each in consistency.scan_items(keys) if str(each["key"]).startswith(_GENRE_PREFIX)]:
            keys.delete_item(Key={"key": item["key"]})
        self.local.table("Listeners").delete_item(Key=profile_key(self.listener_id))
        self.local.connect()
        self.local.bucket.delete_prefix("artwork/")
        for key in [key for key in self.files if key.startswith("artwork/")]:
            self.local.bucket.put(key, *self.files[key])
        for cover_id in self.partial_cover_ids:
            self.local.covers.delete(self.listener_id, cover_id)
            self.local.bucket.delete_prefix(cover_prefix(self.listener_id, cover_id))
        self.partial_cover_ids.clear()
        self.start = datetime.now(UTC)

    def make_finished_cover(self) -> None:
        """Make the cover whose results the single steps of others begin with."""
        self.finished = self.wait_for_cover(self.start_cover())
        assert self.finished["status"] == "done", self.finished
        self.files = read_files(self.local, "artwork/", cover_prefix(self.listener_id, self.finished["cover_id"]))

    def start_cover(self, step: str | None = None, source: dict[str, Any] | None = None, **options: Any) -> str:
        """Start a cover or only one step of it, without a style by default. Return its id."""
        source, options = source or TOP_ARTISTS, {"style_albums": [], **options}
        if step is None:
            return self.local.request_cover(self.listener_id, source, key=str(uuid.uuid4()), options=options)
        cover_id, execution_input = put_cover(self.local, self.finished, self.files, step, source, options)
        self.partial_cover_ids.append(cover_id)
        self.local.client("stepfunctions").start_execution(
            stateMachineArn=self._get_machine(step), name=cover_id, input=json.dumps(execution_input)
        )
        return cover_id

    def wait_for_cover(self, cover_id: str, step: str | None = None) -> dict[str, Any]:
        """Return the cover's item once its execution has ended. A failed step is settled as on AWS."""
        if step is None:
            item = self.local.wait_for_cover(self.listener_id, cover_id, COVER_TIMEOUT_SECONDS)
            self.wait_for_execution(cover_id)
            return item
        execution = self.wait_for_execution(cover_id, step)
        if execution["status"] != "SUCCEEDED":
            self.plan.clear()
            detail = {name: execution.get(name) for name in ("status", "input", "error", "cause")}
            invoke(self.local, "SettleFunction", {"detail": detail})
        return self.local.covers.get(self.listener_id, cover_id) or {}

    def wait_for_execution(self, cover_id: str, step: str | None = None) -> dict[str, Any]:
        """Return the description of the cover's execution once that has ended."""
        arn = execution_arn(self._get_machine(step), cover_id)
        return wait_for_end(self.local, arn, timeout_seconds=COVER_TIMEOUT_SECONDS)

    def _get_machine(self, step: str | None) -> str:
        if step not in self.machine_arns:
            whole = self.local.outputs["StateMachineArn"]
            self.machine_arns[step] = create_machine(self.local, step) if step else whole
        return self.machine_arns[step]

    def resume_stuck_cover(self, cover_id: str) -> dict[str, Any]:
        """Run the scheduled cleanup as if the cover were ten minutes old. Return its item once it has ended."""
        ten_minutes_ago = datetime.now(UTC) - timedelta(minutes=10)
        self.local.table("Covers").update_item(
            Key=cover_item_key(self.listener_id, cover_id),
            UpdateExpression="SET created_at = :created_at",
            ExpressionAttributeValues={":created_at": ten_minutes_ago.isoformat()},
        )
        self.clean_up("stuck_covers")
        return self.local.wait_for_cover(self.listener_id, cover_id, COVER_TIMEOUT_SECONDS)

    def clean_up(self, what: str) -> Any:
        """Run a scheduled cleanup. Return its summary."""
        summary, error = invoke(self.local, "SettleFunction", {"cleanup": what})
        assert error is None, summary
        return summary

    def create_client(self) -> ApiClient:
        """Return a browser of the listener."""
        return ApiClient(self.local, self.listener_id)

    def add_playlist(self, image: bytes | None = None) -> str:
        """Add a playlist of the listener's at Spotify, with an image of their own or none. Return its id."""
        return self.local.fake_spotify.state.add_playlist(f"Own {uuid.uuid4()}", SONGS, image=image)

    def kill_processes(self, function: str) -> int:
        """Kill the processes of the function in this folder, as Lambda may at any time. Return how many there were."""
        count = 0
        for folder in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                if os.getpgid(int(folder.name)) != self.local.emulator.process.pid:
                    continue
                if f"_HANDLER={function}.app.handler\0".encode() in (folder / "environ").read_bytes():
                    os.kill(int(folder.name), signal.SIGKILL)
                    count += 1
        return count
