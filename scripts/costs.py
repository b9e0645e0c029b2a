"""`make costs`: what a cover and an idle month cost on AWS, from what they take on the local stack; into out/costs.md.

The prices are list prices of us-east-1 in November 2026, from https://aws.amazon.com/<service>/pricing/; Lambda's are
in memory.py. No free tier is counted. What cannot be measured here is estimated from above; processor time here stands
for Lambda's.
"""

import json
import sys
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil

import requests

from coverart.models import STEPS
from scripts import memory
from scripts.local import stack
from scripts.local.paths import ROOT
from scripts.memory import GB_SECOND, INVOCATION
from scripts.metering import Meter, Taken
from scripts.standins import distance

OUT = ROOT / "out"

# US dollars.
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
# Ten artists, as the page asks for them; it looks every 0.8 s while the cover is made.
SOURCE = {"kind": "top_artists", "time_range": "medium_term", "count": 10}
PAGE_REQUESTS = 40
# Of an image model at quality low: its bill, and how long GenerateFunction waits for it.
PAINTING_USD, PAINTING_SECONDS = 0.006, 30
# CloudWatch counts so much for each line besides its text.
LINE_BYTES = 26
_ENDED_WITHIN = 600  # seconds


@dataclass(frozen=True)
class Work:
    """Of functions. `gb_seconds`: at the template's memory. `figures`: different ones that were sent."""

    gb_seconds: float
    invocations: int
    log_bytes: int
    figures: int

    @property
    def usd(self) -> dict[str, float]:
        return {
            "Lambda: time": self.gb_seconds * GB_SECOND,
            "Lambda: invocations": self.invocations * INVOCATION,
            "CloudWatch: logs": self.log_bytes / 1e9 * LOG_GB,
        }


@dataclass(frozen=True)
class Cover:
    """`item_bytes`: of its item when it is done. `pictures`: how many are in the bucket, of `picture_bytes` in all."""

    work: Work
    transitions: int
    item_bytes: int
    artworks: int
    pictures: int
    picture_bytes: int


def cover_usd(cover: Cover, request: Work) -> dict[str, float]:
    """Of one cover by the built-in painter. `request`: one of the page's, while it waits."""
    kilobytes = ceil(cover.item_bytes / 1024)
    # Twice a step, as large as it is in the end; accepting is a transaction of three small items, counted twice.
    writes = 12 * kilobytes + 6
    reads = PAGE_REQUESTS * ceil(kilobytes / 4) + 60
    # Artwork is read by three steps, and is looked for by one.
    gets = 4 * cover.artworks + 4 * cover.pictures
    return {
        **cover.work.usd,
        "Step Functions": cover.transitions * TRANSITION,
        "DynamoDB": writes * WRITE_UNIT + reads * READ_UNIT,
        "S3: requests": (cover.artworks + cover.pictures) * PUT + gets * GET,
        "The page, which looks how far it is": PAGE_REQUESTS * (API_REQUEST + sum(request.usd.values())),
        "CloudWatch: figures, where it is the only cover of its hour": cover.work.figures * FIGURE / HOURS,
    }


def painting_usd() -> dict[str, float]:
    """What an image model adds."""
    waiting = PAINTING_SECONDS * memory.of_template()["generate"] / 1024 * GB_SECOND
    return {"OpenAI: the painting": PAINTING_USD, f"Lambda: waiting {PAINTING_SECONDS} s for it": waiting}


def idle_usd(tick: Work, table_bytes: int, alarms: int) -> dict[str, float]:
    """Of a month in which nothing happens but that watch looks. `tick`: one, of a new process. `table_bytes`: all."""
    # The listeners' table is scanned, and the listener's rows are read and the profile is written.
    reads = 2 * ceil(table_bytes / 4096) + 4
    return {
        "Watch, every 15 minutes: Lambda, scheduler, logs": TICKS * (TICK + sum(tick.usd.values())),
        "Watch: DynamoDB": TICKS * (reads * READ_UNIT + 2 * WRITE_UNIT),
        "CloudWatch: figures": tick.figures * FIGURE,
        "DynamoDB: storage and backups": table_bytes / 1e9 * (TABLE_GB + BACKUP_GB),
        f"CloudWatch: {alarms} alarms, with AlarmEmail": alarms * ALARM,
    }


def work(taken: Mapping[str, Taken]) -> Work:
    """By room. Of many invocations of one room, each counts as their mean."""
    calls = [(room, its.call()) for room, its in taken.items() for _ in its.seconds]
    lines = [line for its in taken.values() for line in its.lines]
    return Work(
        gb_seconds=memory.gb_seconds(calls),
        invocations=len(calls),
        log_bytes=sum(len(line) + LINE_BYTES for line in lines),
        figures=figures(lines),
    )


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
    meter = Meter(local)
    cover_id = local.ask(listener_id, SOURCE, key=str(uuid.uuid4()))
    item = local.wait(listener_id, cover_id, seconds=_ENDED_WITHIN)
    if item["status"] != "done":
        raise RuntimeError(f"The cover failed: {item['error']['message']}")
    arn = local.outputs["StateMachineArn"].replace(":stateMachine:", ":execution:") + f":{cover_id}"
    history = local.client("stepfunctions").get_execution_history(executionArn=arn, maxResults=1000)["events"]
    keys = local.keys(f"covers/{listener_id}/{cover_id}/")
    return Cover(
        work=work(meter.read(**dict.fromkeys(("accept", *STEPS), 1))),
        transitions=1 + sum(event["type"].endswith("StateEntered") for event in history),
        item_bytes=len(json.dumps(item)),
        artworks=len(item["fetched"]["songs"]),
        pictures=len(keys),
        picture_bytes=sum(len(local.bucket.get(key)) for key in keys),
    )


def make_tick(local: stack.LocalStack) -> Work:
    meter = Meter(local)
    local.client("lambda").invoke(FunctionName=local.outputs["WatchFunctionName"], Payload="{}")
    return work(meter.read(watch=1))


def make_request(local: stack.LocalStack, browser: requests.Session) -> Work:
    """One of many of the page's, all of one process."""
    meter = Meter(local)
    for _ in range(PAGE_REQUESTS):
        browser.get(f"{local.url}/api/covers", timeout=35).raise_for_status()
    did = work(meter.read(api=PAGE_REQUESTS))
    return Work(did.gb_seconds / PAGE_REQUESTS, 1, did.log_bytes // PAGE_REQUESTS, 0)


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
        distance.move_away(local.spotify)
        # After a quarter of an hour Lambda has mostly ended the process: the first tick here is each one there.
        say("Looking for new playlists")
        tick = make_tick(local)
        say("Making a cover with processes that are new")
        cold = make_cover(local, listener_id)
        say("Making two more")
        warm = min((make_cover(local, listener_id) for _ in range(2)), key=lambda cover: cover.work.gb_seconds)
        request = make_request(local, browser)
        idle = idle_usd(tick, table_bytes(local), alarms())
    parts = [
        f"GB-seconds: a cover {cold.work.gb_seconds:.1f} cold and {warm.work.gb_seconds:.1f} warm, a tick of watch "
        f"{tick.gb_seconds:.1f}, a request {request.gb_seconds:.2f}. Of a cover: {warm.transitions} transitions, an "
        f"item of {warm.item_bytes} bytes, {warm.work.log_bytes} bytes of log, {warm.work.figures} figures, and "
        f"{warm.picture_bytes / 1e6:.1f} MB of pictures, which cost {warm.picture_bytes / 1e7 * BUCKET_GB:.3f} cents a "
        "month.",
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
