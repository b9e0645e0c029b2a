"""Logs and metrics that an owner finds in CloudWatch, for covers that were made and for one that failed."""

import json
import re
import time

import pytest

from coverart.models import STEPS
from coverart.pipeline.step import WARM_UP_EVENT
from tests.stack.api_client import COVER_REQUEST, UNKNOWN_ID
from tests.stack.stack_state import invoke, invoke_watch, read_log_messages, wait_for

UNKNOWN_PLAYLIST = {"kind": "playlist", "playlist_id": "NoSuchPlaylist0000000x"}
COVER_FUNCTIONS = (*STEPS, "accept", "settle")
REQUEST_ID = re.compile(r'"function_request_id": ?"([^"]+)"')
LAMBDA_MESSAGE = re.compile(r"(START|END|REPORT) RequestId: ")
# Native code prints this on first use in a process, and has no option against it.
TENSORFLOW_MESSAGE = "INFO: Created TensorFlow Lite XNNPACK delegate for CPU."


def read_entries(local, start_ms, *functions):
    """Return the log entries since `start_ms` by function, without Lambda's own about each invocation."""
    messages = {function: read_log_messages(local, function, start_ms) for function in functions}
    return {
        function: [json.loads(text) for text in texts if not LAMBDA_MESSAGE.match(text) and text != TENSORFLOW_MESSAGE]
        for function, texts in messages.items()
    }


def entries_about(logs, cover_id):
    return [entry for entries in logs.values() for entry in entries if entry.get("cover_id") == cover_id]


def list_metrics(logs, cover_id):
    """Return the values of a cover's metrics. A key is a metric's name and the values of its dimensions."""
    values = {}
    for entry in entries_about(logs, cover_id):
        for directive in entry.get("_aws", {}).get("CloudWatchMetrics", []):
            [metric], [dimensions] = directive["Metrics"], directive["Dimensions"]
            dimension_values = [entry[name] for name in dimensions if name != "service"]
            [values[metric["Name"], *dimension_values]] = entry[metric["Name"]]
    return values


@pytest.fixture
def cover_logs(local, client, make_cover, openai_server):
    """The log entries and the items of three covers: by the image model, by the painter instead, and failed."""
    start_ms = int(time.time() * 1000)
    client.call("GET", f"/api/covers/{UNKNOWN_ID}")
    local.log_in()
    invoke_watch(local)
    items = [make_cover()]
    openai_server.state.fail("insufficient_quota", times=20)
    response = client.call("POST", "/api/covers", COVER_REQUEST)
    items.append(local.wait_for_cover(client.listener_id, response.json()["cover_id"]))
    items.append(make_cover(UNKNOWN_PLAYLIST))
    assert [item["status"] for item in items] == ["done", "done", "failed"]

    def has_metric(function, event, name, item):
        # The emulator may keep a call's last entries until the next call.
        invoke(local, f"{function.capitalize()}Function", event)
        return name in str(list_metrics(read_entries(local, start_ms, function), item["cover_id"]))

    # A function's entries appear when it has ended, a moment after what it stored.
    wait_for(lambda: has_metric("settle", {"cleanup": "stuck_covers"}, "CoversFailed", items[2]))
    wait_for(lambda: has_metric("publish", WARM_UP_EVENT, "CoversCompleted", items[1]))
    return read_entries(local, start_ms, *COVER_FUNCTIONS, "api", "auth", "watch"), items


def test_logs_and_metrics_name_the_cover_and_no_listener(local, listener_id, cover_logs):
    logs, (model_cover, painter_cover, failed_cover) = cover_logs

    # Every entry about a cover has its id. An error that the runtime logs has its invocation's.
    for function in COVER_FUNCTIONS:
        entries = [entry for entry in logs[function] if entry.get("message") != "cleanup finished"]
        own_entries = [entry for entry in entries if "requestId" not in entry]
        assert own_entries
        # Settle also logs about playlist images, and another test's may end now.
        assert [entry for entry in own_entries if not entry.get("cover_id") and not entry.get("entry_id")] == []
        # The runtime may log only now about an invocation that an earlier test started.
        invocations = set(REQUEST_ID.findall("\n".join(read_log_messages(local, function))))
        assert {entry["requestId"] for entry in logs[function] if "requestId" in entry} <= invocations
    for item in (model_cover, painter_cover, failed_cover):
        assert entries_about(logs, item["cover_id"])
    steps = {entry["step"] for entry in entries_about(logs, model_cover["cover_id"]) if "step" in entry}
    assert steps == set(STEPS)

    # All others have their invocation's id and, behind API Gateway, the request's id. None has the listener's.
    for function in ("api", "auth", "watch"):
        assert logs[function]
        assert all(entry["function_request_id"] for entry in logs[function])
    for function in ("api", "auth"):
        assert all(entry["correlation_id"] and entry["route"] for entry in logs[function])
    assert any(entry.get("cover_id") == painter_cover["cover_id"] for entry in logs["api"])
    assert listener_id not in json.dumps(logs)

    # Metrics.
    metrics = list_metrics(logs, model_cover["cover_id"])
    assert metrics.keys() == {*(("StepDuration", step) for step in STEPS), ("CoversCompleted",), ("ImageCostUsd",)}
    assert metrics["ImageCostUsd",] == pytest.approx(model_cover["painting"]["cost_usd"])
    assert metrics["ImageCostUsd",] > 0
    for step in STEPS:
        assert metrics["StepDuration", step] == pytest.approx(model_cover["timings"][step]["seconds"], abs=0.001)
    metrics = list_metrics(logs, painter_cover["cover_id"])
    assert (metrics["FallbackToPainter",], metrics["CoversCompleted",]) == (1, 1)
    assert (painter_cover["painting"]["backend"], painter_cover["painting"]["cost_usd"]) == ("painter", 0)
    assert painter_cover["painting"]["note"].endswith(".")
    assert ("ImageCostUsd",) not in metrics
    assert list_metrics(logs, failed_cover["cover_id"]) == {("CoversFailed", "playlist_not_found"): 1}
