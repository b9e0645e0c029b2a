"""A whole cover on the local stack."""

import time
import uuid
from functools import partial

from coverart.models import STEPS
from scripts.benchmark.processes import Figures, Row, measure_in_turns
from scripts.local import example_events
from scripts.local.stack import LocalStack
from scripts.local.startup import run_stack

_SOURCE = {"kind": "top_artists", "time_range": "medium_term", "count": 10}


def measure_all(runs: int) -> list[Row]:
    """Raise RuntimeError if a measurement fails."""
    with run_stack(ImageBackend="painter", DailyCoverLimit="1000") as local:
        return measure_covers(local, runs)


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
