"""What an owner finds in CloudWatch of covers that were made, and of one that failed."""

import json
import re
import time
import uuid
from collections import defaultdict

import pytest

from coverart.models import STEPS
from tests.stack.api_client import Browser, until

TOP_ARTISTS = {"kind": "top_artists", "count": 4}
# Without a style, which is the slowest of a cover.
PLAIN = {"style_albums": []}
NOWHERE = {"kind": "playlist", "playlist_id": "NoSuchPlaylist0000000x"}
OF_COVERS = (*STEPS, "accept", "settle")
LAMBDAS_OWN = re.compile(r"(START|END|REPORT) RequestId: ")
# Native code's, at the first use of a process; it has no switch.
TENSORFLOWS_OWN = "INFO: Created TensorFlow Lite XNNPACK delegate for CPU."


class Told:
    """The lines of the functions' logs since `began`, by function, without Lambda's own about each invocation."""

    def __init__(self, local, began):
        client = local.client("logs")
        self.lines = defaultdict(list)
        for room in (*OF_COVERS, "api", "auth", "watch"):
            group = f"/aws/lambda/cover-art-{room}"
            for page in client.get_paginator("filter_log_events").paginate(logGroupName=group, startTime=began):
                for event in page["events"]:
                    line = event["message"]
                    if not LAMBDAS_OWN.match(line) and line != TENSORFLOWS_OWN:
                        self.lines[room].append(json.loads(line))

    def of(self, cover_id):
        return [line for lines in self.lines.values() for line in lines if line.get("cover_id") == cover_id]

    def figures(self, cover_id):
        """By name, and by what dimension there is."""
        found = {}
        for line in self.of(cover_id):
            for told in line.get("_aws", {}).get("CloudWatchMetrics", []):
                [metric], [dimensions] = told["Metrics"], told["Dimensions"]
                extra = [line[name] for name in dimensions if name != "service"]
                [found[metric["Name"], *extra]] = line[metric["Name"]]
        return found


@pytest.fixture
def covers(local, demo, openai_served):
    """What was told, the listener, and the items of three covers: painted, painted by the painter instead, failed."""
    began = int(time.time() * 1000)
    browser = Browser(local, demo)
    browser.ask("GET", "/api/covers/20261122T180415021-f147d8be9c")
    local.log_in()
    local.client("lambda").invoke(FunctionName=local.outputs["WatchFunctionName"], Payload="{}")
    items = [local.wait(demo, local.ask(demo, TOP_ARTISTS, key=str(uuid.uuid4()), options=PLAIN))]
    openai_served.state.fail("insufficient_quota", times=20)
    asked = browser.ask("POST", "/api/covers", {"source": TOP_ARTISTS, "options": PLAIN})
    items.append(local.wait(demo, asked.json()["cover_id"]))
    items.append(local.wait(demo, local.ask(demo, NOWHERE, key=str(uuid.uuid4()))))
    assert [item["status"] for item in items] == ["done", "done", "failed"]
    last = items[-1]["cover_id"]
    # A function's lines come when it has ended, a moment after what it wrote.
    until(lambda: ("CoversFailed", "playlist_not_found") in Told(local, began).figures(last), every=0.3)
    until(lambda: ("CoversCompleted",) in Told(local, began).figures(items[1]["cover_id"]), every=0.3)
    return Told(local, began), demo, items


def test_logs_and_figures_tell_of_each_cover_by_its_id_and_of_no_listener(local, covers):
    told, listener_id, (painted, stood_in, failed) = covers
    # The runtime may tell only now of an invocation that an earlier test began.
    ever = Told(local, 0)

    # Every line about a cover has its id; what the runtime says of an error has its invocation's.
    for room in OF_COVERS:
        ours = [line for line in told.lines[room] if "requestId" not in line]
        assert ours
        # Settle tells of playlist images, too: another test's may end just now.
        assert [line for line in ours if not line.get("cover_id") and not line.get("entry_id")] == []
        known = {line["function_request_id"] for line in ever.lines[room] if "requestId" not in line}
        assert {line["requestId"] for line in told.lines[room] if "requestId" in line} <= known
    for item in (painted, stood_in, failed):
        assert told.of(item["cover_id"])
    assert {line["step"] for line in told.of(painted["cover_id"]) if "step" in line} == set(STEPS)

    # All others have their invocation's, and what came through API Gateway its id there, and never whose it was.
    for room in ("api", "auth", "watch"):
        assert told.lines[room]
        assert all(line["function_request_id"] for line in told.lines[room])
    for room in ("api", "auth"):
        assert all(line["correlation_id"] and line["route"] for line in told.lines[room])
    assert any(line.get("cover_id") == stood_in["cover_id"] for line in told.lines["api"])
    assert listener_id not in json.dumps(told.lines)

    # Figures.
    figures = told.figures(painted["cover_id"])
    assert figures.keys() == {*(("StepDuration", step) for step in STEPS), ("CoversCompleted",), ("ImageCostUsd",)}
    assert figures["ImageCostUsd",] == pytest.approx(painted["painting"]["cost_usd"])
    assert figures["ImageCostUsd",] > 0
    for step in STEPS:
        assert figures["StepDuration", step] == pytest.approx(painted["timings"][step]["seconds"], abs=0.001)
    figures = told.figures(stood_in["cover_id"])
    assert (figures["FallbackToPainter",], figures["CoversCompleted",]) == (1, 1)
    assert ("ImageCostUsd",) not in figures
    assert told.figures(failed["cover_id"]) == {("CoversFailed", "playlist_not_found"): 1}
