"""What must be true after many covers; each check yields its problems as sentences."""

import subprocess
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from coverart.aws.dynamodb import from_dynamodb
from coverart.models import STEPS
from coverart.store.candidates import add_chosen_results
from scripts.consistency import scan_items
from scripts.local.stack import LocalStack

# A step's time limit must be at least this many times its 99th percentile on a busy machine.
_MIN_LIMIT_RATIO = 2


def list_covers(local: LocalStack) -> list[dict[str, Any]]:
    """Return the items of all covers."""
    return [add_chosen_results(from_dynamodb(item)) for item in scan_items(local.table("Covers"))]


def playlist_id(cover: Mapping[str, Any]) -> str:
    return str(cover["request"]["source"]["playlist_id"])


def check_one_cover_each(playlists: Iterable[str], covers: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """No cover is missing, and none exists twice."""
    counts = Counter(playlist_id(cover) for cover in covers)
    yield from (f"{playlist} has {counts[playlist]} covers" for playlist in playlists if counts[playlist] != 1)


def check_results(uploads: Mapping[str, Sequence[bytes]], covers: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """No cover failed, and each that was to be published was uploaded once. `uploads` are by playlist."""
    for cover in covers:
        name, playlist = cover["cover_id"], playlist_id(cover)
        if cover["status"] == "failed":
            yield f"{name} failed: {cover.get('error')}"
        elif cover["status"] == "done" and cover["request"]["options"]["publish"]:
            published = cover["published"]
            if published["playlist_image"] != "set":
                yield f"{name} is {published['playlist_image']}: {published.get('message')}"
            if (count := len(uploads.get(playlist, []))) != 1:
                yield f"{playlist} got {count} uploads"


def check_responses(accepted: Mapping[str, str], covers: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Each accepted request got the id of a cover of its own playlist. `accepted`: cover id -> playlist."""
    playlists = {str(cover["cover_id"]): playlist_id(cover) for cover in covers}
    for cover_id, playlist in accepted.items():
        if (actual := playlists.get(cover_id, "nothing")) != playlist:
            yield f"the request for {playlist} returned {cover_id}, which is of {actual}"


def check_dead_letters(local: LocalStack) -> Iterator[str]:
    name = "ApproximateNumberOfMessages"
    queue = {"QueueUrl": local.outputs["DeadLetterQueueUrl"], "AttributeNames": [name]}
    if (count := int(local.client("sqs").get_queue_attributes(**queue)["Attributes"][name])) > 0:
        yield f"{count} dead letters"


def read_step_limits(local: LocalStack) -> dict[str, float]:
    """Return the timeout of each step's function in seconds."""
    functions = local.client("lambda").list_functions()["Functions"]
    timeouts = {function["Handler"].split(".")[0]: float(function["Timeout"]) for function in functions}
    return {step: timeouts[step] for step in STEPS}


def step_seconds(step: str, covers: Sequence[Mapping[str, Any]]) -> list[float]:
    """Return the seconds of a step's own work in each cover."""
    return [float(cover["timings"][step]["seconds"]) for cover in covers if step in cover["timings"]]


def summarize(seconds: Sequence[float]) -> dict[str, float]:
    """Return percentiles by their names; nothing without values. Each percentile is one of the values."""
    if not seconds:
        return {}
    values = np.percentile(seconds, (50, 95, 99, 100), method="inverted_cdf")
    return {name: round(float(value), 3) for name, value in zip(("p50", "p95", "p99", "max"), values, strict=True)}


def check_step_times(limits: Mapping[str, float], covers: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Each step's time limit leaves a margin."""
    for step, limit in limits.items():
        if (p99 := summarize(step_seconds(step, covers)).get("p99", 0)) * _MIN_LIMIT_RATIO > limit:
            yield f"{step} takes up to {p99:.1f} s (p99), which is too close to its limit of {limit:.0f} s"


def sample_memory(group: int) -> int:
    """Return the resident memory in MB of the processes of a group other than its leader, together."""
    listing = subprocess.run(["ps", "-eo", "pid=,pgid=,rss="], capture_output=True, text=True, check=True, timeout=10)
    rows = (map(int, line.split()) for line in listing.stdout.splitlines())
    return sum(rss // 1000 for pid, process_group, rss in rows if process_group == group != pid)
