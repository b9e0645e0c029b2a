"""A whole cover, and the download of artwork, on the local stack."""

import json
import random
import time
import uuid
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager

from coverart.models import STEPS
from scripts.benchmark.processes import Report
from scripts.benchmark.report import Row
from scripts.fakes.server import Fault
from scripts.fakes.spotify import FakeSpotify
from scripts.local import example_events
from scripts.local.stack import LocalStack

ARTWORKS = 15
# The delays of the slow Spotify.
_CALL_SECONDS, _PICTURE_SECONDS = 0.08, (0.15, 0.4)
_SOURCE = {"kind": "top_artists", "time_range": "medium_term", "count": 10}


def measure_covers(local: LocalStack, runs: int, report: Report) -> Iterator[Row]:
    """Make covers of ten artists, with new ("cold") and with warm processes. Raise RuntimeError if one fails."""
    seconds: dict[tuple[str, str], list[float]] = defaultdict(list)
    listener_id = local.connect()
    for state in ["cold"] * runs + ["warm"] * runs:
        report(f"Making a cover, {state}")
        for function in example_events.list_functions() if state == "cold" else ():
            local.restart(function)
        local.bucket.delete_prefix("artwork/")
        for part, duration in time_cover(local, listener_id).items():
            seconds[part, state].append(duration)
    for (part, state), values in seconds.items():
        yield Row("covers", part, state, "s", values)


def time_cover(local: LocalStack, listener_id: str) -> dict[str, float]:
    """Make a cover. Return the seconds of each step, of what lies between them, and of the whole."""
    start = time.monotonic()
    cover_id = local.request_cover(listener_id, _SOURCE, key=str(uuid.uuid4()))
    item = local.wait_for_cover(listener_id, cover_id, seconds=600)
    whole = time.monotonic() - start
    if item["status"] != "done":
        raise RuntimeError(f"The cover failed: {item['error']['message']}")
    steps: dict[str, float] = {step: float(item["timings"][step]["seconds"]) for step in STEPS}
    return {**steps, "between steps": whole - sum(steps.values()), "whole": whole}


def measure_fetching(local: LocalStack, runs: int, report: Report) -> Iterator[Row]:
    """Invoke the fetch function alone, with a slow Spotify. Raise RuntimeError if it fails."""
    report("Fetching artwork")
    event = example_events.load_event("fetch")
    event["source"]["count"] = ARTWORKS
    example_events.prepare_data(local)
    function = local.describe_function("FetchFunction")["FunctionName"]
    seconds = []
    # Without MusicBrainz, whose rate limit of a request a second would be all that is measured.
    with local.override_environment("FetchFunction", GENRE_SOURCE="spotify"):
        for _ in range(1 + runs):
            local.bucket.delete_prefix("artwork/")
            with slow_spotify(local.fake_spotify):
                result = local.client("lambda").invoke(FunctionName=function, Payload=json.dumps(event))
            output = json.loads(result["Payload"].read())
            if "FunctionError" in result or len(output["songs"]) != ARTWORKS:
                raise RuntimeError(f"The fetch function did not fetch {ARTWORKS} artworks.")
            item = local.covers.get(event["listener_id"], event["cover_id"]) or {}
            seconds.append(float(item["timings"]["fetch"]["seconds"]))
    yield Row("fetching", f"{ARTWORKS} artworks", "slow Spotify", "s", seconds[1:])


@contextmanager
def slow_spotify(fake: FakeSpotify) -> Iterator[None]:
    """Delay every call and the next pictures, always by the same times in the same order."""
    shortest, longest = _PICTURE_SECONDS
    delays = [shortest + (longest - shortest) * step / ARTWORKS for step in range(2 * ARTWORKS)]
    random.Random(0).shuffle(delays)  # noqa: S311  # not a secret
    faults = [Fault("^/(v1|api)/", times=1000, delay=_CALL_SECONDS), *(Fault("^/image/", delay=d) for d in delays)]
    fake.state.recorder.faults += faults
    yield
    fake.state.recorder.faults.clear()
