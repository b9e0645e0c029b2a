"""Where the seconds of a whole cover go, on the local stack."""

import uuid
from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

from coverart.cover import STEPS
from scripts.benchmark.report import Row
from scripts.local import stack

GROUP = "Pipeline"
ABOUT = (
    "One cover on the local stack: ten artists, painted by the built-in painter, nothing downloaded before. *Cold*: "
    "every function's process is new. A step is its own work; an arrow is what lies between two: state machine, the "
    "next function's start and imports, progress on the cover's item."
)
SOURCE = {"kind": "top_artists", "time_range": "medium_term", "count": 10}


def measure(say: Callable[[str], None], cold: int = 3, warm: int = 3) -> Iterator[Row]:
    """Raises RuntimeError where a cover fails."""
    taken: dict[tuple[str, str], list[float]] = defaultdict(list)
    with stack.running(say=say, ImageBackend="painter", DailyCoverLimit="1000") as local:
        listener_id = local.connect()
        for state in ["cold"] * cold + ["warm"] * warm:
            say(f"Making a cover, {state}")
            if state == "cold":
                _cool(local)
            _forget_artwork(local)
            asked_at = datetime.now(UTC)
            cover_id = local.ask(listener_id, SOURCE, key=str(uuid.uuid4()))
            item = local.wait(listener_id, cover_id)
            if item["status"] != "done":
                raise RuntimeError(f"The cover failed: {item['error']['message']}")
            for part, seconds in parts(asked_at, item).items():
                taken[part, state].append(seconds)
    for (part, state), values in taken.items():
        yield Row(GROUP, part, state, "s", values)


def _cool(local: stack.LocalStack) -> None:
    """Ends the functions' processes: a new setting, if the same, makes them stale."""
    functions = local.client("lambda")
    known = {function["FunctionName"]: function["MemorySize"] for function in functions.list_functions()["Functions"]}
    for name, memory in known.items():
        functions.update_function_configuration(FunctionName=name, MemorySize=memory)
    for name in known:
        functions.get_waiter("function_updated_v2").wait(FunctionName=name, WaiterConfig={"Delay": 1})


def _forget_artwork(local: stack.LocalStack) -> None:
    for key in local.keys("artwork/"):
        local.client("s3").delete_object(Bucket=local.outputs["BucketName"], Key=key)


def parts(asked_at: datetime, item: dict[str, Any]) -> dict[str, float]:
    """Seconds of each step and of what lies between two, in their order; then the sums."""
    spent: dict[str, float] = {}
    before, ended = "asked", asked_at.timestamp()
    for step in STEPS:
        timing = item["timings"][step]
        began, seconds = datetime.fromisoformat(timing["began_at"]).timestamp(), float(timing["seconds"])
        spent |= {f"{before} → {step}": began - ended, step: seconds}
        before, ended = step, began + seconds
    steps = sum(spent[step] for step in STEPS)
    return {**spent, "all steps": steps, "all between": sum(spent.values()) - steps, "whole": sum(spent.values())}
