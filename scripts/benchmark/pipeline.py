"""Where the seconds of a whole cover go, on the local stack."""

import uuid
from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

from coverart.models import STEPS
from scripts.benchmark.report import Row
from scripts.local import stack

GROUP = "Pipeline"
ABOUT = (
    "One cover on the local stack: ten artists, painted by the built-in painter, nothing downloaded before. *Cold*: "
    "every function's process is new, and its own code is compiled anew, as on Lambda. A step is its own work; an "
    "arrow is what lies between two. All of that which lies between, once more by what it is: *accepting*, from the "
    "request to the execution's start; *starting*, from the state machine's call of a function to its own work "
    "(process, imports, the progress's first write); *ending*, from there to the answer (the last write); *state "
    "machine*, from an answer to the next call."
)
BETWEEN = ("accepting", "starting", "ending", "state machine")
_DONE_WITHIN = 600
SOURCE = {"kind": "top_artists", "time_range": "medium_term", "count": 10}


def measure(local: stack.LocalStack, say: Callable[[str], None], cold: int = 2, warm: int = 3) -> Iterator[Row]:
    """Raises RuntimeError where a cover fails."""
    taken: dict[tuple[str, str], list[float]] = defaultdict(list)
    listener_id = local.connect()
    for state in ["cold"] * cold + ["warm"] * warm:
        say(f"Making a cover, {state}")
        if state == "cold":
            cool(local)
        forget_artwork(local)
        asked_at = datetime.now(UTC)
        cover_id = local.ask(listener_id, SOURCE, key=str(uuid.uuid4()))
        item = done(local, listener_id, cover_id)
        for part, seconds in {**parts(asked_at, item), **between(asked_at, item, history(local, cover_id))}.items():
            taken[part, state].append(seconds)
    for (part, state), values in taken.items():
        yield Row(GROUP, part, state, "s", values)


def done(local: stack.LocalStack, listener_id: str, cover_id: str) -> dict[str, Any]:
    """The cover's item. Raises RuntimeError where it fails."""
    item = local.wait(listener_id, cover_id, seconds=_DONE_WITHIN)
    if item["status"] != "done":
        raise RuntimeError(f"The cover failed: {item['error']['message']}")
    return item


def history(local: stack.LocalStack, cover_id: str) -> list[dict[str, Any]]:
    """The execution's events, in their order."""
    arn = local.outputs["StateMachineArn"].replace(":stateMachine:", ":execution:") + f":{cover_id}"
    found = local.client("stepfunctions").get_execution_history(executionArn=arn, maxResults=1000)
    events: list[dict[str, Any]] = found["events"]
    return events


def cool(local: stack.LocalStack) -> None:
    """Ends the functions' processes: a new setting, if the same, makes them stale."""
    functions = local.client("lambda")
    known = {function["FunctionName"]: function["MemorySize"] for function in functions.list_functions()["Functions"]}
    for name, memory in known.items():
        functions.update_function_configuration(FunctionName=name, MemorySize=memory)
    for name in known:
        functions.get_waiter("function_updated_v2").wait(FunctionName=name, WaiterConfig={"Delay": 1})


def forget_artwork(local: stack.LocalStack) -> None:
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


def between(asked_at: datetime, item: dict[str, Any], events: list[dict[str, Any]]) -> dict[str, float]:
    """Seconds of what lies between the steps, by what it is, of an execution whose tasks are the steps."""

    def times(kind: str) -> list[float]:
        return [event["timestamp"].timestamp() for event in events if event["type"] == kind]

    timings = [item["timings"][step] for step in STEPS]
    began = [datetime.fromisoformat(timing["began_at"]).timestamp() for timing in timings]
    ended = [start + float(timing["seconds"]) for start, timing in zip(began, timings, strict=True)]
    called, answered, [started] = times("TaskScheduled"), times("TaskSucceeded"), times("ExecutionStarted")
    return {
        "accepting": started - asked_at.timestamp(),
        "starting": sum(own - call for call, own in zip(called, began, strict=True)),
        # The last answer is not waited for: the cover is done before.
        "ending": sum(answer - own for own, answer in zip(ended[:-1], answered[:-1], strict=True)),
        "state machine": sum(call - answer for answer, call in zip([started, *answered[:-1]], called, strict=True)),
    }
