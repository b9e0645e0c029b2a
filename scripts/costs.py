"""`make costs`: what a cover and an idle month cost on AWS, from what they take on the local stack; into out/costs.md.

The prices are list prices of us-east-1 in November 2026, from https://aws.amazon.com/<service>/pricing/. No free tier
is counted. What cannot be measured here is estimated from above.
"""

import json
import re
import sys
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from time import time
from typing import Any

from scripts.local import stack
from scripts.local.paths import ROOT

OUT = ROOT / "out"

# US dollars.
GB_SECOND = 0.0000166667  # lambda, x86
INVOCATION = 0.20e-6  # lambda
TRANSITION = 0.025e-3  # step-functions, standard workflows
WRITE_UNIT, READ_UNIT = 0.625e-6, 0.125e-6  # dynamodb, on demand
TABLE_GB, BACKUP_GB = 0.25, 0.20  # dynamodb: a GB for a month, and its point-in-time recovery
PUT, GET = 0.005e-3, 0.0004e-3  # s3
BUCKET_GB = 0.023  # s3: a GB for a month
LOG_GB = 0.50  # cloudwatch: a GB of logs taken
ALARM, FIGURE = 0.10, 0.30  # cloudwatch: an alarm, and a custom metric, for a month
API_REQUEST = 1.00e-6  # api-gateway, HTTP API
TICK = 1.00e-6  # eventbridge, scheduler

HOURS = 730  # in a month
TICKS = HOURS * 4
# Lambda gives processor time by memory: at 1,769 MB one whole processor, below that a part. A second of work here is
# then more seconds there, and never more GB-seconds than with one whole.
WHOLE_PROCESSOR_MB = 1769
# Ten artists, as the page asks for them; it looks every 0.8 s while the cover is made.
SOURCE = {"kind": "top_artists", "time_range": "medium_term", "count": 10}
PAGE_REQUESTS = 40
# Of an image model at quality low: its bill, and how long the function waits for it.
PAINTING_USD, PAINTING_SECONDS = 0.006, 30
# CloudWatch counts so much for each line besides its text.
LINE_BYTES = 26
_REPORT = re.compile(r"REPORT .*Billed Duration: (\d+) ms\tMemory Size: (\d+) MB")
_PAINTER_MB = 1769


@dataclass(frozen=True)
class Invocation:
    seconds: float
    memory_mb: int

    @property
    def gb_seconds(self) -> float:
        """At most."""
        return self.seconds * max(self.memory_mb, WHOLE_PROCESSOR_MB) / 1024


@dataclass(frozen=True)
class Told:
    """What the logs tell of some time: the functions' invocations, the bytes, and the figures that were sent."""

    invocations: Sequence[Invocation]
    log_bytes: int
    figures: int

    @property
    def gb_seconds(self) -> float:
        return sum(invocation.gb_seconds for invocation in self.invocations)


@dataclass(frozen=True)
class Cover:
    """`item_bytes`: of its item when it is done. `pictures`: how many are in the bucket, of `picture_bytes` in all."""

    told: Told
    transitions: int
    item_bytes: int
    artworks: int
    pictures: int
    picture_bytes: int


def cover_usd(cover: Cover, request: Invocation) -> dict[str, float]:
    """Of one cover by the built-in painter. `request`: one of the page's, while it waits."""
    kilobytes = ceil(cover.item_bytes / 1024)
    # Twice a step, as large as it is in the end; accepting is a transaction of three small items, counted twice.
    writes = 12 * kilobytes + 6
    reads = PAGE_REQUESTS * ceil(kilobytes / 4) + 60
    # Artwork is read by three steps, and is looked for by one.
    gets = 4 * cover.artworks + 4 * cover.pictures
    return {
        "Lambda: time": cover.told.gb_seconds * GB_SECOND,
        "Lambda: invocations": len(cover.told.invocations) * INVOCATION,
        "Step Functions": cover.transitions * TRANSITION,
        "DynamoDB": writes * WRITE_UNIT + reads * READ_UNIT,
        "S3: requests": (cover.artworks + cover.pictures) * PUT + gets * GET,
        "CloudWatch: logs": cover.told.log_bytes / 1e9 * LOG_GB,
        "The page, which looks how far it is": PAGE_REQUESTS
        * (API_REQUEST + INVOCATION + request.gb_seconds * GB_SECOND),
        "CloudWatch: figures, where it is the only cover of its hour": cover.told.figures * FIGURE / HOURS,
    }


def painting_usd() -> dict[str, float]:
    """What an image model adds."""
    waited = Invocation(PAINTING_SECONDS, _PAINTER_MB).gb_seconds
    return {"OpenAI: the painting": PAINTING_USD, f"Lambda: waiting {PAINTING_SECONDS} s for it": waited * GB_SECOND}


def idle_usd(tick: Told, table_bytes: int, alarms: int) -> dict[str, float]:
    """Of a month in which nothing happens but that watch looks. `tick`: one, of a new process. `table_bytes`: all."""
    # The listeners' table is scanned, and the listener's rows are read and the profile is written.
    reads = 2 * ceil(table_bytes / 4096) + 4
    return {
        "Lambda: watch, every 15 minutes": TICKS * (tick.gb_seconds * GB_SECOND + INVOCATION + TICK),
        "DynamoDB: what watch reads and writes": TICKS * (reads * READ_UNIT + 2 * WRITE_UNIT),
        "CloudWatch: logs": TICKS * tick.log_bytes / 1e9 * LOG_GB,
        "CloudWatch: figures": tick.figures * FIGURE,
        "DynamoDB: storage and backups": table_bytes / 1e9 * (TABLE_GB + BACKUP_GB),
        f"CloudWatch: {alarms} alarms, with AlarmEmail": alarms * ALARM,
    }


def told_since(local: stack.LocalStack, began: float, rooms: Sequence[str]) -> Told:
    client = local.client("logs")
    lines: list[str] = []
    for room in rooms:
        pages = client.get_paginator("filter_log_events").paginate(
            logGroupName=f"/aws/lambda/cover-art-{room}", startTime=int(began * 1000)
        )
        lines += [event["message"] for page in pages for event in page["events"]]
    return Told(list(invocations(lines)), sum(len(line) + LINE_BYTES for line in lines), figures(lines))


def invocations(lines: Sequence[str]) -> Iterator[Invocation]:
    for line in lines:
        if found := _REPORT.match(line):
            yield Invocation(int(found[1]) / 1000, int(found[2]))


def figures(lines: Sequence[str]) -> int:
    """How many different ones: each name, with each set of values of its dimensions."""
    found = set()
    for line in lines:
        if not line.startswith('{"_aws"'):
            continue
        told = json.loads(line)
        for group in told["_aws"]["CloudWatchMetrics"]:
            for dimensions in group["Dimensions"]:
                values = tuple(str(told[name]) for name in dimensions)
                found |= {(metric["Name"], *values) for metric in group["Metrics"]}
    return len(found)


def make_cover(local: stack.LocalStack, listener_id: str) -> Cover:
    """Raises RuntimeError where it fails."""
    began = time()
    cover_id = local.ask(listener_id, SOURCE, key=str(uuid.uuid4()))
    item = local.wait(listener_id, cover_id)
    if item["status"] != "done":
        raise RuntimeError(f"The cover failed: {item['error']['message']}")
    arn = local.outputs["StateMachineArn"].replace(":stateMachine:", ":execution:") + f":{cover_id}"
    history = local.client("stepfunctions").get_execution_history(executionArn=arn, maxResults=1000)["events"]
    keys = local.keys(f"covers/{listener_id}/{cover_id}/")
    rooms = ("accept", "fetch", "detect", "prompt", "generate", "stylize", "publish")
    return Cover(
        told=_when_all_have_reported(local, began, rooms),
        transitions=1 + sum(event["type"].endswith("StateEntered") for event in history),
        item_bytes=len(json.dumps(item)),
        artworks=len(item["fetched"]["songs"]),
        pictures=len(keys),
        picture_bytes=sum(len(local.bucket.get(key)) for key in keys),
    )


def _when_all_have_reported(local: stack.LocalStack, began: float, rooms: Sequence[str]) -> Told:
    """A function reports a moment after it has done its work. Raises RuntimeError."""
    until = time() + 30
    while len((told := told_since(local, began, rooms)).invocations) < len(rooms):
        if time() > until:
            raise RuntimeError("Not every function has reported.")
    return told


def make_tick(local: stack.LocalStack) -> Told:
    began = time()
    local.client("lambda").invoke(FunctionName=local.outputs["WatchFunctionName"], Payload="{}")
    return _when_all_have_reported(local, began, ("watch",))


def make_request(local: stack.LocalStack, browser: Any) -> Invocation:
    """The shortest of a few."""
    began = time()
    for _ in range(5):
        browser.get(f"{local.url}/api/covers", timeout=35).raise_for_status()
    told = told_since(local, began, ("api",))
    return min(told.invocations, key=lambda invocation: invocation.seconds)


def table_bytes(local: stack.LocalStack) -> int:
    tables = (local.table(name) for name in ("Listeners", "Covers", "Keys"))
    return sum(len(json.dumps(item, default=str)) for table in tables for item in table.scan()["Items"])


def alarms() -> int:
    return (ROOT / "template.yaml").read_text(encoding="utf-8").count("Type: AWS::CloudWatch::Alarm")


def table(title: str, usd: Mapping[str, float]) -> str:
    lines = [f"| {title} | US cents |", "| --- | ---: |"]
    lines += [f"| {name} | {100 * value:.4f} |" for name, value in usd.items()]
    return "\n".join([*lines, f"| **together** | **{100 * sum(usd.values()):.2f}** |"])


def main() -> int:
    def say(what: str) -> None:
        print(f"{what} …", flush=True)

    with stack.running(say=say, bytecode=False, ImageBackend="painter", DailyCoverLimit="1000") as local:
        browser = local.log_in()
        listener_id = str(browser.get(f"{local.url}/api/me", timeout=35).json()["listener_id"])
        browser.put(f"{local.url}/api/settings", json={"auto_cover": True}, timeout=35).raise_for_status()
        # After a quarter of an hour Lambda has mostly ended the process: the first tick here is each one there.
        say("Looking for new playlists")
        tick = make_tick(local)
        say("Making a cover with processes that are new")
        cold = make_cover(local, listener_id)
        say("Making three more")
        # The machine may be busy with other things, which Lambda's would not be: the least of three.
        warm = min((make_cover(local, listener_id) for _ in range(3)), key=lambda cover: cover.told.gb_seconds)
        request = make_request(local, browser)
        idle = idle_usd(tick, table_bytes(local), alarms())
    stored = warm.picture_bytes / 1e9 * BUCKET_GB
    parts = [
        f"Cold: {cold.told.gb_seconds:.1f} GB-s, warm: {warm.told.gb_seconds:.1f} GB-s, a tick: "
        f"{tick.gb_seconds:.1f} GB-s, a request: {request.gb_seconds:.2f} GB-s; {warm.transitions} transitions, "
        f"{warm.item_bytes} bytes of item, {warm.told.log_bytes} bytes of log, {warm.told.figures} figures. "
        f"A cover's pictures are {warm.picture_bytes / 1e6:.1f} MB: {100 * stored:.4f} cents a month.",
        table("A cover, where functions start anew", cover_usd(cold, request)),
        table("A cover, where they are warm", cover_usd(warm, request)),
        table("An image model adds", painting_usd()),
        table("An idle month", idle),
    ]
    OUT.mkdir(exist_ok=True)
    (OUT / "costs.md").write_text("\n\n".join(["# Costs", *parts]) + "\n", encoding="utf-8")
    print("\n" + "\n\n".join(parts))
    return 0


if __name__ == "__main__":
    sys.exit(main())
