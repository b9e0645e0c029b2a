"""A whole cover on the local stack."""

import time
import uuid
from functools import partial

from coverart.models import STEPS
from coverart.store.keys import WARM_UP_KEY
from scripts.benchmark.processes import Figures, Row, measure_in_turns
from scripts.local import example_events
from scripts.local.stack import LocalStack
from scripts.local.startup import run_stack

_POLL_SECONDS, _HOUR_SECONDS = 0.05, 3600
_SOURCE = {"kind": "top_artists", "time_range": "medium_term", "count": 10}


def measure_all(runs: int) -> list[Row]:
    """Raise RuntimeError if a measurement fails."""
    with run_stack(ImageBackend="painter", DailyCoverLimit="1000") as local:
        return measure_covers(local, runs)


def measure_covers(local: LocalStack, runs: int) -> list[Row]:
    """Make covers of ten artists: with new processes, warmed in each way that there is, and with warm processes."""
    listener_id, functions = local.connect(), example_events.list_functions()

    def make(functions_to_restart: list[str], may_warm: bool = False, is_page_open: bool = False) -> Figures:
        for function in functions_to_restart:
            local.restart(function)
        local.bucket.delete_prefix("artwork/")
        _allow_warm_up(local, may_warm)
        if is_page_open:
            _warm_up(local)
        return time_cover(local, listener_id)

    contenders = {
        "cold": partial(make, functions),
        "cold, warmed on request": partial(make, functions, may_warm=True),
        "cold, page open": partial(make, functions, is_page_open=True),
        "warm": partial(make, []),
    }
    return measure_in_turns("covers", contenders, runs)


def _allow_warm_up(local: LocalStack, is_allowed: bool) -> None:
    expires_at = 0 if is_allowed else int(time.time()) + _HOUR_SECONDS
    local.table("Keys").put_item(Item={"key": WARM_UP_KEY, "expires_at": expires_at})


def _warm_up(local: LocalStack) -> None:
    """Start all functions of the steps, two at a time, and wait for them, as if a listener had opened the page."""
    step_functions = local.client("stepfunctions")
    arn = local.outputs["WarmUpStateMachineArn"]
    execution = step_functions.start_execution(stateMachineArn=arn, input='{"is_started": false}')["executionArn"]
    while step_functions.describe_execution(executionArn=execution)["status"] == "RUNNING":
        time.sleep(_POLL_SECONDS)


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
