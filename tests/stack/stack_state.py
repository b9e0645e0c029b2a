"""What the tests read from the deployed stack, and what they put into it past its API."""

import json
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

from coverart.pipeline.events import DETAIL_TYPE
from coverart.pipeline.executions import execution_arn
from scripts.consistency import scan_items
from scripts.local.deployment import STACK
from scripts.local.stack import LocalStack

TABLES = ("Listeners", "Covers", "Keys")


def wait_for(get_value: Callable[[], Any], timeout_seconds: float = 60, interval_seconds: float = 0.1) -> Any:
    """Return the first value of `get_value` that is not empty."""
    deadline = time.monotonic() + timeout_seconds
    while not (value := get_value()):
        assert time.monotonic() < deadline, f"nothing within {timeout_seconds} seconds"
        time.sleep(interval_seconds)
    return value


def wait_until_it_stays(is_true: Callable[[], bool], timeout_seconds: float = 60, stable_seconds: float = 2) -> None:
    """Wait until `is_true` has returned True for `stable_seconds` without interruption."""
    deadline = time.monotonic() + timeout_seconds
    true_since = None
    while true_since is None or time.monotonic() - true_since < stable_seconds:
        assert time.monotonic() < deadline, f"not true for {stable_seconds} seconds within {timeout_seconds} seconds"
        time.sleep(0.1)
        if not is_true():
            true_since = None
        elif true_since is None:
            true_since = time.monotonic()


def list_listener_data(local: LocalStack, listener_id: str) -> list[Any]:
    """Return all items and keys that the tables and the bucket hold of a listener."""
    items = [
        item for name in TABLES for item in scan_items(local.table(name)) if item.get("listener_id") == listener_id
    ]
    return items + [key for key in local.list_keys("") if f"/{listener_id}/" in key]


def set_covers_today(local: LocalStack, listener_id: str, count: int) -> None:
    """Count `count` covers of today against the listener's daily limit."""
    local.table("Listeners").update_item(
        Key={"listener_id": listener_id, "item": "profile"},
        UpdateExpression="SET covers_day = :today, covers_count = :count",
        ExpressionAttributeValues={":today": f"{datetime.now(UTC):%Y-%m-%d}", ":count": count},
    )


def end_cool_down(local: LocalStack, listener_id: str) -> None:
    """Let the listener call Spotify again."""
    key = {"listener_id": listener_id, "item": "profile"}
    local.table("Listeners").update_item(Key=key, UpdateExpression="REMOVE cool_down_until")


def read_stored_tokens(local: LocalStack, listener_id: str) -> dict[str, Any]:
    """Return the listener's tokens of Spotify."""
    item = local.table("Listeners").get_item(Key={"listener_id": listener_id, "item": "profile"})["Item"]
    tokens: dict[str, Any] = item["tokens"]
    return tokens


def put_cover_event(local: LocalStack, detail: dict[str, Any]) -> None:
    """Put the event that requests an automatic cover. `detail` may be invalid."""
    entry = {"Source": "coverart", "DetailType": DETAIL_TYPE, "EventBusName": local.outputs["BusName"]}
    response = local.client("events").put_events(Entries=[{**entry, "Detail": json.dumps(detail)}])
    assert response["FailedEntryCount"] == 0


def invoke_watch(local: LocalStack) -> dict[str, int]:
    """Run watch as its schedule does. Return its summary."""
    response = local.client("lambda").invoke(FunctionName=local.outputs["WatchFunctionName"], Payload="{}")
    payload: dict[str, int] = json.loads(response["Payload"].read())
    assert "FunctionError" not in response, payload
    return payload


def cover_execution_arn(local: LocalStack, cover_id: str) -> str:
    return execution_arn(local.outputs["StateMachineArn"], cover_id)


def apply_execution_arn(local: LocalStack, entry_id: str) -> str:
    return execution_arn(local.outputs["ApplyStateMachineArn"], entry_id)


def get_execution_status(local: LocalStack, arn: str) -> str:
    return str(local.client("stepfunctions").describe_execution(executionArn=arn)["status"])


def read_execution_history(local: LocalStack, arn: str) -> list[dict[str, Any]]:
    """Return the events of an execution, at most 1,000."""
    response = local.client("stepfunctions").get_execution_history(executionArn=arn, maxResults=1000)
    events: list[dict[str, Any]] = response["events"]
    return events


def was_aborted(local: LocalStack, arn: str) -> bool:
    return "ExecutionAborted" in {event["type"] for event in read_execution_history(local, arn)}


def read_log_messages(local: LocalStack, function: str, start_ms: int = 0) -> Iterator[str]:
    """Yield the log of a function since `start_ms`. `function`: its folder's name, as `generate`."""
    pages = local.client("logs").get_paginator("filter_log_events")
    for page in pages.paginate(logGroupName=f"/aws/lambda/{STACK}-{function}", startTime=start_ms):
        yield from (event["message"] for event in page["events"])


def is_logged(local: LocalStack, function: str, *texts: str) -> bool:
    """Return whether one entry of the function's log contains all `texts`.

    That an invocation has ended although its execution was stopped shows nowhere but in its log.
    """
    return any(all(text in message for text in texts) for message in read_log_messages(local, function))
