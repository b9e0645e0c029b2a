"""A whole cover, and the download of artwork, on the local stack."""

import json
import random
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

from coverart.models import STEPS
from scripts.benchmark.processes import Figures, Row, measure_in_turns
from scripts.fakes.server import Fault
from scripts.fakes.spotify import FakeSpotify
from scripts.local import example_events
from scripts.local.stack import LocalStack
from scripts.local.startup import run_stack

ARTWORKS = 15
# The delays of the slow Spotify.
_CALL_SECONDS, _PICTURE_SECONDS = 0.08, (0.15, 0.4)
_SOURCE = {"kind": "top_artists", "time_range": "medium_term", "count": 10}


def measure_all(runs: int) -> list[Row]:
    """Raise RuntimeError if a measurement fails."""
    with run_stack(ImageBackend="painter", DailyCoverLimit="1000") as local:
        return measure_covers(local, runs) + measure_fetching(local, runs)


def measure_covers(local: LocalStack, runs: int) -> list[Row]:
    """Make covers of ten artists, with new ("cold") and with warm processes."""
    listener_id = local.connect()

    def make(functions_to_restart: list[str]) -> Figures:
        for function in functions_to_restart:
            local.restart(function)
        local.bucket.delete_prefix("artwork/")
        return time_cover(local, listener_id)

    contenders = {"cold": partial(make, example_events.list_functions()), "warm": partial(make, [])}
    return measure_in_turns("covers", contenders, runs)


def time_cover(local: LocalStack, listener_id: str) -> Figures:
    """Make a cover. Return the seconds of each step, of what lies between them, and of the whole."""
    start = time.monotonic()
    cover_id = local.request_cover(listener_id, _SOURCE, key=str(uuid.uuid4()))
    item = local.wait_for_cover(listener_id, cover_id, seconds=600)
    whole = time.monotonic() - start
    if item["status"] != "done":
        raise RuntimeError(f"The cover failed: {item['error']['message']}")
    steps: Figures = {step: [float(item["timings"][step]["seconds"])] for step in STEPS}
    return {**steps, "between steps": [whole - sum(seconds for (seconds,) in steps.values())], "whole": [whole]}


def measure_fetching(local: LocalStack, runs: int) -> list[Row]:
    """Invoke the fetch function alone, with a slow Spotify."""
    event = example_events.load_event("fetch")
    event["source"]["count"] = ARTWORKS
    example_events.prepare_data(local)
    function = local.describe_function("FetchFunction")["FunctionName"]

    def fetch() -> Figures:
        local.bucket.delete_prefix("artwork/")
        with slow_spotify(local.fake_spotify):
            result = local.client("lambda").invoke(FunctionName=function, Payload=json.dumps(event))
        output = json.loads(result["Payload"].read())
        if "FunctionError" in result or len(output["songs"]) != ARTWORKS:
            raise RuntimeError(f"The fetch function did not fetch {ARTWORKS} artworks.")
        item = local.covers.get(event["listener_id"], event["cover_id"]) or {}
        return {"slow Spotify": [float(item["timings"]["fetch"]["seconds"])]}

    # Without MusicBrainz, whose rate limit of a request a second would be all that is measured.
    with local.override_environment("FetchFunction", GENRE_SOURCE="spotify"):
        fetch()  # starts the function's process
        return measure_in_turns("fetching", {f"{ARTWORKS} artworks": fetch}, runs)


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
