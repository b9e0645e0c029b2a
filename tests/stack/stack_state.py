"""What the tests read from the deployed stack, and what they put into it past its API."""

import inspect
import json
import time
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any, Literal

import numpy as np
from PIL import Image

from coverart.images.decode import decode_image
from coverart.pipeline import executions
from coverart.pipeline.events import DETAIL_TYPE
from coverart.pipeline.start_cover import new_cover_id
from coverart.store.keys import backup_key, daily_count_key, profile_key
from coverart.store.publish_history import HistoryEntry
from scripts.consistency import scan_items
from scripts.local.stack import LocalStack
from tests.images import encode

Machine = Literal["StateMachine", "ApplyStateMachine"]
TABLES = ("Listeners", "Covers", "Keys")
TOP_ARTISTS = {"kind": "top_artists", "time_range": "medium_term", "count": 1}
_POLL_SECONDS = 0.1
SONGS = ["Steam Rising", "Neap", "Purr", "Redshift"]


OWN_IMAGE, COVER_IMAGE = (encode(Image.new("RGB", (640, 640), color)) for color in ("teal", "orange"))


def wait_for(get_value: Callable[[], Any], timeout_seconds: float = 240, stable_seconds: float = 0) -> Any:
    """Return the first value of `get_value` that is not empty, once it is not empty for `stable_seconds`."""
    deadline, since = time.monotonic() + timeout_seconds, None
    while True:
        value = get_value()
        since = (since or time.monotonic()) if value else None
        if since is not None and time.monotonic() - since >= stable_seconds:
            return value
        if time.monotonic() > deadline:
            raise AssertionError(f"{value} for {timeout_seconds} seconds: {inspect.getsource(get_value).strip()}")
        time.sleep(_POLL_SECONDS)


def make_cover(
    local: LocalStack, listener_id: str, source: dict[str, Any] = TOP_ARTISTS, replace_own: bool = False, **options: Any
) -> dict[str, Any]:
    """Make a cover, without a style by default: a style takes a second, and few tests need it. Return its item."""
    cover_id = local.request_cover(
        listener_id, source, str(uuid.uuid4()), {"style_albums": [], **options}, replace_own=replace_own
    )
    return local.wait_for_cover(listener_id, cover_id)


def measure_change_by_style(local: LocalStack, item: dict[str, Any]) -> float:
    """Return the mean difference of a styled cover and its painting, in levels of 0 to 255."""
    assert item["status"] == "done", item.get("error")
    keys = (item["painting"]["key"], item["pictures"]["master"])
    painting, master = (np.asarray(decode_image(local.bucket.get(key)), int) for key in keys)
    return float(np.abs(painting - master).mean())


def list_listener_data(local: LocalStack, listener_id: str) -> list[Any]:
    """Return all items and keys that the tables and the bucket hold of a listener."""
    items = [
        item for name in TABLES for item in scan_items(local.table(name)) if item.get("listener_id") == listener_id
    ]
    return items + [key for key in local.list_keys("") if f"/{listener_id}/" in key]


def update_profile(local: LocalStack, listener_id: str, expression: str, **values: Any) -> None:
    """Update a listener's profile by an expression of DynamoDB. `values`: its values, without their colons."""
    arguments = {"ExpressionAttributeValues": {f":{name}": value for name, value in values.items()}} if values else {}
    local.table("Listeners").update_item(Key=profile_key(listener_id), UpdateExpression=expression, **arguments)


def store_entry(local: LocalStack, listener_id: str, playlist_id: str) -> str:
    """Store an entry whose image, COVER_IMAGE, was set. Return the path that sets it again."""
    now = datetime.now(UTC)
    entry_id = new_cover_id(now)
    picture = backup_key(listener_id, playlist_id, entry_id)
    local.bucket.put(picture, COVER_IMAGE, "image/jpeg")
    fields = {"playlist_id": playlist_id, "entry_id": entry_id, "playlist_name": "Shelf", "cover_id": None}
    local.history.add(listener_id, HistoryEntry(**fields, picture=picture, status="set", asked_at=now))
    return f"/api/playlists/{playlist_id}/history/{entry_id}/apply"


def set_covers_today(local: LocalStack, listener_id: str, count: int) -> None:
    """Count `count` covers of today against the listener's daily limit."""
    local.table("Keys").put_item(Item={**daily_count_key(listener_id, datetime.now(UTC)), "covers": count})


def end_cool_down(local: LocalStack, listener_id: str) -> None:
    """Let the listener call Spotify again."""
    update_profile(local, listener_id, "REMOVE cool_down_until")


def accept_event_again(local: LocalStack, detail: dict[str, Any]) -> str:
    """Invoke accept with an event as the bus sends it, and so wait until it is handled. Return the cover's id."""
    event = {"source": "coverart", "detail-type": DETAIL_TYPE, "detail": detail}
    result, error = invoke(local, "AcceptFunction", event)
    assert error is None, result
    return str(result["cover_id"])


def put_cover_event(local: LocalStack, detail: dict[str, Any]) -> None:
    """Put the event that requests an automatic cover. `detail` may be invalid."""
    entry = {"Source": "coverart", "DetailType": DETAIL_TYPE, "EventBusName": local.outputs["BusName"]}
    response = local.client("events").put_events(Entries=[{**entry, "Detail": json.dumps(detail)}])
    assert response["FailedEntryCount"] == 0


def take_dead_letters(local: LocalStack, predicate: Callable[[Any], bool]) -> list[Any]:
    """Empty the dead-letter queue. Return the messages for which `predicate` is true."""
    queue, url = local.client("sqs"), local.outputs["DeadLetterQueueUrl"]
    letters = []
    while messages := queue.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", []):
        for message in messages:
            queue.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
            letters.append(json.loads(message["Body"]))
    return [letter for letter in letters if predicate(letter)]


def invoke(local: LocalStack, function: str, event: Any) -> tuple[Any, str | None]:
    """Invoke the function with this logical id. Return its result, and the name of the error that it raised."""
    name = local.describe_function(function)["FunctionName"]
    response = local.client("lambda").invoke(FunctionName=name, Payload=json.dumps(event))
    result = json.loads(response["Payload"].read() or b"null")
    return result, result["errorType"] if "FunctionError" in response else None


def invoke_watch(local: LocalStack) -> dict[str, int]:
    """Run watch as its schedule does. Return its summary."""
    summary, error = invoke(local, "WatchFunction", {})
    assert error is None, summary
    return dict(summary)


def execution_arn(local: LocalStack, execution_id: str, machine: Machine = "StateMachine") -> str:
    """Return the ARN of the execution that makes a cover or, on the other machine, sets the image of an entry."""
    return executions.execution_arn(local.outputs[f"{machine}Arn"], execution_id)


def wait_for_end(local: LocalStack, arn: str, *statuses: str, timeout_seconds: float = 240) -> dict[str, Any]:
    """Return the description of an execution once it has ended, with one of these statuses if any are named."""

    def get_ended() -> dict[str, Any] | None:
        description: dict[str, Any] = local.client("stepfunctions").describe_execution(executionArn=arn)
        return None if description["status"] == "RUNNING" else description

    description: dict[str, Any] = wait_for(get_ended, timeout_seconds)
    assert not statuses or description["status"] in statuses, description
    return description


def wait_until_idle(local: LocalStack) -> None:
    """Wait until no execution runs, so that none of an earlier test sends a request to which a fault applies."""
    step_functions = local.client("stepfunctions")
    machines = [local.outputs["StateMachineArn"], local.outputs["ApplyStateMachineArn"]]

    def is_idle() -> bool:
        running = [step_functions.list_executions(stateMachineArn=arn, statusFilter="RUNNING") for arn in machines]
        return not any(response["executions"] for response in running)

    wait_for(is_idle)


def read_execution_history(local: LocalStack, arn: str) -> list[dict[str, Any]]:
    """Return the events of an execution, at most 1,000."""
    response = local.client("stepfunctions").get_execution_history(executionArn=arn, maxResults=1000)
    events: list[dict[str, Any]] = response["events"]
    return events


def read_log_messages(local: LocalStack, function: str, start_ms: int = 0) -> Iterator[str]:
    """Yield the log of a function since `start_ms`. `function`: its folder's name, as `generate`."""
    pages = local.client("logs").get_paginator("filter_log_events")
    log_group = local.describe_function(f"{function.capitalize()}Function")["LoggingConfig"]["LogGroup"]
    for page in pages.paginate(logGroupName=log_group, startTime=start_ms):
        yield from (event["message"] for event in page["events"])
