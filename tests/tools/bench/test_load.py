"""Statistics, retries and checks of `make load` and `make soak`. tests/stack/test_concurrency.py makes the covers."""

import json
from collections import Counter
from decimal import Decimal

import pytest
import requests
from flask import Flask, jsonify
from requests.adapters import HTTPAdapter

from scripts import load
from scripts.fakes.server import serve_app
from scripts.load import Client


@pytest.fixture
def url():
    """A server that is busy the first three times."""
    app, calls = Flask(__name__), Counter()

    @app.post("/busy")
    def busy():
        calls["busy"] += 1
        return jsonify(calls=calls["busy"]), 429 if calls["busy"] < 4 else 202

    with serve_app(app) as url:
        yield url


def test_busy_stack_is_tried_again_and_a_refusal_is_an_error(url):
    client = Client(url, requests.Session())
    with pytest.raises(requests.HTTPError, match="429"):
        client.post("/busy", {})
    client.session.mount(url, HTTPAdapter(max_retries=load.RETRIES.new(backoff_factor=0, backoff_jitter=0)))
    assert client.post("/busy", {}) == {"calls": 4}
    with pytest.raises(requests.HTTPError, match="404"):
        client.post("/nothing", {})
    assert (client.statuses, client.retries) == ({429: 1, 202: 1, 404: 1}, 2)


def test_pauses_between_retries_grow_differ_and_add_up_to_minutes():
    retries, pauses = load.RETRIES, []
    while not retries.is_exhausted() and retries.total > 0:
        retries = retries.increment("POST", "/busy")
        pauses.append({retries.get_backoff_time() for _ in range(50)})
    assert all(len(values) == 50 and max(values) <= 8 for values in pauses[1:5])
    assert max(pauses[1]) < min(pauses[-1])
    assert 180 < sum(map(min, pauses)) < 300


def test_result_is_written_and_reported(tmp_path, monkeypatch):
    monkeypatch.setattr(load, "OUT", tmp_path)
    for problems in ([], ["c-a failed: e"]):
        lines = []
        result = {"statuses": {"done": 6}, "cover_seconds": load.summarize([4.0]), "problems": problems}
        assert load.report_result("load", result, lines.append) == len(problems)
        assert 'cover seconds: {"p50": 4.0, "p95": 4.0, "p99": 4.0, "max": 4.0}' in lines
        assert lines[-1] == f"problems: {json.dumps(problems)}"
    assert json.loads((tmp_path / "load.json").read_text(encoding="utf-8"))["statuses"] == {"done": 6}


def test_percentiles_are_values_by_nearest_rank():
    assert load.summarize([]) == {}
    assert load.summarize([0.2, 0.1, 0.4]) == {"p50": 0.2, "p95": 0.4, "p99": 0.4, "max": 0.4}
    assert load.summarize(range(100, 0, -1)) == {"p50": 50, "p95": 95, "p99": 99, "max": 100}


def test_step_close_to_its_time_limit_is_a_problem():
    covers = [{"timings": {"detect": {"seconds": Decimal(seconds)}}} for seconds in range(1, 101)]
    limits = {"detect": 60, "publish": 60}
    assert list(load.check_step_times(limits, [*covers, {"timings": {}}])) == [
        "detect takes up to 99.0 s (p99), which is too close to its limit of 60 s"
    ]
    assert list(load.check_step_times(limits, covers[:29])) == []


def cover(playlist, status="done", publish=False, **fields):
    request = {"source": {"playlist_id": playlist}, "options": {"publish": publish}}
    return {"cover_id": f"c-{playlist}", "request": request, "status": status, **fields}


def test_lost_duplicate_wrong_failed_and_unset_covers_are_problems():
    covers = [cover("a"), cover("b"), cover("b"), cover("d")]
    assert list(load.check_one_cover_each(["a", "b", "c"], covers)) == ["b has 2 covers", "c has 0 covers"]
    assert list(load.check_one_cover_each(["a", "d"], covers)) == []
    assert list(load.check_responses({"c-a": "a", "c-b": "a", "c-x": "a"}, covers)) == [
        "the request for a returned c-b, which is of b",
        "the request for a returned c-x, which is of nothing",
    ]
    covers = [cover("a", "failed", error="e"), cover("b")]
    covers += [cover(playlist, publish=True, published={"playlist_image": "set"}) for playlist in "cd"]
    problems = list(load.check_results({"c": [b""], "d": [b"", b""]}, covers))
    assert problems == ["c-a failed: e", "d got 2 uploads"]


def test_every_third_value_is_repeated_at_once():
    assert load.repeat_some("01234") == ["0", "0", "1", "2", "3", "3", "4"]
