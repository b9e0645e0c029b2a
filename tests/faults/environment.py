"""A deployed stack whose every dependency is at the other end of a line, and ways to set it to work and see the end."""

import json
import os
import signal
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from coverart.aws.dynamodb import to_dynamodb
from coverart.models import STEPS
from coverart.pipeline.start_cover import new_cover_id
from coverart.store.keys import cover_prefix
from scripts import consistency
from scripts.local import stack
from scripts.standins import openai
from tests.faults import fault_proxy as lines
from tests.stack.api_client import Browser, until

# What boto3 calls a service in the name of its address's variable, and the line to it.
AWS = {"S3": "s3", "DYNAMODB": "dynamodb", "SSM": "ssm", "EVENTBRIDGE": "events", "SFN": "states"}
LINES = ("accounts", "api", "pictures", "musicbrainz", "openai", *AWS.values())
# Each step's result on the cover's item, and the state after the step.
KEPT = {
    "fetch": ("fetched", "IsDetectionEnabled"),
    "detect": ("detected", "Prompt"),
    "prompt": ("prompt", "Generate"),
    "generate": ("painting", "Stylize"),
    "stylize": ("pictures", "Publish"),
    "publish": ("published", ""),
}
TOP = {"kind": "top_artists", "count": 2}
PLAIN = {"style_albums": []}
_WITHIN = 150  # seconds


@dataclass
class World:
    """`listener` is newly logged in in each cell. `single`: covers of which one step was made, and no more."""

    local: stack.LocalStack
    openai: openai.Standin
    board: lines.Board
    prepared: dict[str, Any] = field(default_factory=dict)
    machines: dict[str, str] = field(default_factory=dict)
    listener: str = ""
    single: list[str] = field(default_factory=list)
    paid: int = 0
    began: datetime = field(default_factory=lambda: datetime.now(UTC))

    # ---- Before and after a cell

    def reset(self) -> None:
        self.board.lift()
        self.local.spotify.state.reset()
        self.openai.state.recorder.clear()
        self.local.musicbrainz.state.reset()
        profiles = self.local.table("Listeners")
        for listener in [row["listener_id"] for row in consistency.scanned(profiles) if row["item"] == "profile"]:
            profiles.delete_item(Key={"listener_id": listener, "item": "profile"})
        self.listener = self.local.connect()
        self.local.bucket.delete_prefix("artwork/")
        self.restore_artwork()
        keys = self.local.table("Keys")
        for item in consistency.scanned(keys):
            if str(item["key"]).startswith("genre#"):
                keys.delete_item(Key={"key": item["key"]})
        for cover in self.single:
            self.local.covers.delete(self.listener, cover)
            self.local.bucket.delete_prefix(cover_prefix(self.listener, cover))
        self.single.clear()
        self.paid, self.began = self.openai.state.paid, datetime.now(UTC)

    def restore_artwork(self) -> None:
        """What was fetched for the prepared cover."""
        for key, (body, kind) in self.prepared.get("artwork", {}).items():
            self.local.bucket.put(key, body, kind)

    def forget_artwork(self) -> None:
        self.local.bucket.delete_prefix("artwork/")

    def paid_now(self) -> int:
        """Paintings that were paid for in this cell."""
        return self.openai.state.paid - self.paid

    # ---- Whole covers

    def ask(self, source: dict[str, Any] | None = None, **options: Any) -> str:
        key = str(uuid.uuid4())
        return self.local.ask(self.listener, source or TOP, key=key, options={**PLAIN, **options})

    def wait(self, cover: str) -> dict[str, Any]:
        return self.local.wait(self.listener, cover, _WITHIN)

    def over(self, machine: str, cover: str) -> dict[str, Any]:
        """What Step Functions says of the cover's execution, once it has ended."""
        machines = self.local.client("stepfunctions")
        arn = machine.replace(":stateMachine:", ":execution:") + f":{cover}"

        def ended() -> dict[str, Any] | None:
            told: dict[str, Any] = machines.describe_execution(executionArn=arn)
            return None if told["status"] == "RUNNING" else told

        return until(ended, _WITHIN)

    def swept(self, cover: str) -> dict[str, Any]:
        """The cover's item once it has ended, where a sweep comes by after a while."""
        self.local.table("Covers").update_item(
            Key={"listener_id": self.listener, "cover_id": cover},
            UpdateExpression="SET created_at = :ago",
            ExpressionAttributeValues={":ago": (datetime.now(UTC) - timedelta(minutes=10)).isoformat()},
        )
        told, error = self.invoke("settle", {"sweep": "unended"})
        assert error is None, told
        return self.wait(cover)

    def make(self, source: dict[str, Any] | None = None, **options: Any) -> dict[str, Any]:
        return self.wait(self.ask(source, **options))

    def browser(self) -> Browser:
        return Browser(self.local, self.listener)

    def own_playlist(self, image: bytes | None = None) -> str:
        songs = ["Steam Rising", "Neap", "Purr", "Redshift"]
        return self.local.spotify.state.add_playlist(f"Own {uuid.uuid4()}", songs, image=image)

    def events(self, playlist: str) -> None:
        detail = json.dumps({"listener_id": self.listener, "playlist_id": playlist})
        bus = self.local.outputs["BusName"]
        entry = {"Source": "coverart", "DetailType": "PlaylistCoverRequested", "EventBusName": bus}
        self.local.client("events").put_events(Entries=[{**entry, "Detail": detail}])

    # ---- One step of a cover that has come so far

    def prepare(self) -> None:
        """Makes one cover from which those of single steps are copied."""
        self.reset()
        item = self.make()
        assert item["status"] == "done", item
        bucket, s3, name = self.local.bucket, self.local.client("s3"), self.local.outputs["BucketName"]

        def taken(prefix: str) -> dict[str, tuple[bytes, str]]:
            return {
                key: (bucket.get(key), s3.head_object(Bucket=name, Key=key)["ContentType"])
                for key in self.local.keys(prefix)
            }

        prefix = cover_prefix(self.listener, item["cover_id"])
        self.prepared = {
            "item": item,
            "artwork": taken("artwork/"),
            "files": {key.removeprefix(prefix): value for key, value in taken(prefix).items()},
        }

    def begun(self, step: str, source: dict[str, Any] | None = None, **options: Any) -> tuple[str, dict[str, Any]]:
        """A new cover that has all that is made before `step`; its id and the input of its execution. Where it is to be
        published, the listener's own image may make room.
        """
        cover, item = new_cover_id(datetime.now(UTC)), self.prepared["item"]
        done = STEPS[: STEPS.index(step)]
        results = {KEPT[name][0]: item[KEPT[name][0]] for name in done}
        prefix = cover_prefix(self.listener, cover)
        if "painting" in results:
            results["painting"] = {**results["painting"], "key": f"{prefix}painting.jpg"}
            self.local.bucket.put(f"{prefix}painting.jpg", *self.prepared["files"]["painting.jpg"])
        if "pictures" in results:
            results["pictures"] = {
                **results["pictures"], **{kind: prefix + file for kind, file in consistency.PICTURES.items()}
            }  # fmt: skip
            for file in consistency.PICTURES.values():
                self.local.bucket.put(prefix + file, *self.prepared["files"][file])
        request = {
            **item["request"],
            "source": source or item["request"]["source"],
            "options": {**item["request"]["options"], **options},
            "replace_own": options.get("publish", False),
        }
        written = {
            "listener_id": self.listener,
            "cover_id": cover,
            "request": request,
            "status": "accepted",
            "timings": {},
            "created_at": datetime.now(UTC).isoformat(),
            **results,
        }
        self.local.table("Covers").put_item(Item=to_dynamodb(written))
        self.single.append(cover)
        taken = {name: request[name] for name in ("source", "options", "replace_own")}
        return cover, {"listener_id": self.listener, "cover_id": cover, **taken, "prepared": results}

    def start(self, step: str, source: dict[str, Any] | None = None, **options: Any) -> str:
        """Starts an execution that begins at `step` and ends after it."""
        cover, given = self.begun(step, source, **options)
        machine = self._machine(step)
        self.local.client("stepfunctions").start_execution(stateMachineArn=machine, name=cover, input=json.dumps(given))
        return cover

    def ended(self, step: str, cover: str) -> dict[str, Any]:
        """The cover's item once the execution has ended, and been settled where it failed."""
        told = self.over(self._machine(step), cover)
        if told["status"] != "SUCCEEDED":
            self.board.lift()
            detail = {name: told.get(name) for name in ("status", "input", "error", "cause")}
            self.invoke("settle", {"detail": detail})
        return self.local.covers.get(self.listener, cover) or {}

    def run(self, step: str, source: dict[str, Any] | None = None, **options: Any) -> dict[str, Any]:
        return self.ended(step, self.start(step, source, **options))

    def _machine(self, step: str) -> str:
        """The deployed state machine, beginning at `step` and ending after it: with its very retries and catches."""
        if step not in self.machines:
            client = self.local.client("stepfunctions")
            deployed = client.describe_state_machine(stateMachineArn=self.local.outputs["StateMachineArn"])
            definition = json.loads(deployed["definition"])
            begin = {
                "Type": "Pass",
                "Assign": {
                    kept: f"{{% $states.context.Execution.Input.prepared.{kept} %}}"
                    for kept, _ in [KEPT[name] for name in STEPS[: STEPS.index(step)]]
                },
                "Next": step.capitalize(),
                "Output": {},
            }
            following = KEPT[step][1]
            for state in definition["States"].values():
                if state.get("Next") == following:
                    state["Next"] = "Over"
            definition["States"] |= {"Prepared": begin, "Over": {"Type": "Succeed"}}
            made = client.create_state_machine(
                name=f"only-{step}",
                definition=json.dumps({**definition, "StartAt": "Prepared"}),
                roleArn=deployed["roleArn"],
            )
            self.machines[step] = made["stateMachineArn"]
        return self.machines[step]

    # ---- Functions and their processes

    def function(self, room: str) -> str:
        """The deployed function's name."""
        functions = self.local.client("lambda").list_functions()["Functions"]
        [name] = [one["FunctionName"] for one in functions if one["Handler"] == f"{room}.app.handler"]
        return str(name)

    def invoke(self, room: str, event: Any) -> tuple[Any, str | None]:
        """What the function answers, and the name of its error."""
        answer = self.local.client("lambda").invoke(FunctionName=self.function(room), Payload=json.dumps(event))
        said = json.loads(answer["Payload"].read() or b"null")
        return said, said["errorType"] if "FunctionError" in answer else None

    def kill(self, room: str) -> int:
        """Kills the function's processes, as the host of a Lambda function may; says how many there were."""
        killed = 0
        for folder in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                if os.getpgid(int(folder.name)) != self.local.emulator.process.pid:
                    continue
                if f"_HANDLER={room}.app.handler\0".encode() in (folder / "environ").read_bytes():
                    os.kill(int(folder.name), signal.SIGKILL)
                    killed += 1
        return killed


@contextmanager
def built() -> Iterator[World]:
    with ExitStack() as ending:
        board = ending.enter_context(lines.opened(*LINES))
        painted = ending.enter_context(openai.serving())
        there = board.lines
        local = ending.enter_context(
            stack.running(
                detours={service: there[line].url for service, line in AWS.items()},
                secrets={"openai_api_key": openai.API_KEY},
                SpotifyApiUrl=f"{there['api'].url}/v1/",
                SpotifyAccountsUrl=there["accounts"].url,
                ArtworkOrigins=f"{there['pictures'].url},{_mosaics(there['pictures'].url)}",
                MusicBrainzUrl=f"{there['musicbrainz'].url}/ws/2/",
                OpenAiBaseUrl=f"{there['openai'].url}/v1",
                SpotifyTimeoutSeconds="3",
                DailyCoverLimit="100000",
            )
        )
        for line in AWS.values():
            there[line].leads_to = local.emulator.url
        for line in ("accounts", "api", "pictures"):
            there[line].leads_to = local.spotify.url
        # So it says that its pictures lie at the end of their own line.
        there["api"].told = there["pictures"].url.removeprefix("http://")
        there["musicbrainz"].leads_to = local.musicbrainz.url
        there["openai"].leads_to = painted.url
        local.configure({"stepfunctions._SFN_WAIT_SCALE": 0.01})
        world = World(local, painted, board)
        ending.callback(board.lift)
        world.prepare()
        yield world


def _mosaics(url: str) -> str:
    return url.replace("127.0.0.1", "mosaic.localhost")
