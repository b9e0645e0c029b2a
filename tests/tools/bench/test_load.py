"""Statistics, retries and checks of `make load` and `make soak`. tests/stack/test_concurrency.py makes the covers."""

import json
import sys
from collections import Counter
from contextlib import nullcontext
from decimal import Decimal

import pytest
import requests
from flask import Flask, jsonify

from scripts import load
from scripts.fakes.server import serve_app


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
    post = load.create_client(url, requests.Session(), load.RETRIES.new(backoff_factor=0, backoff_jitter=0))
    assert post("/busy", {}) == {"calls": 4}
    with pytest.raises(requests.HTTPError, match="404"):
        post("/nothing", {})


def test_pauses_between_retries_grow_differ_and_add_up_to_minutes():
    retries, pauses = load.RETRIES, []
    while not retries.is_exhausted() and retries.total > 0:
        retries = retries.increment("POST", "/busy")
        pauses.append({retries.get_backoff_time() for _ in range(50)})
    assert all(len(values) == 50 and max(values) <= 8 for values in pauses[1:5])
    assert max(pauses[1]) < min(pauses[-1])
    assert 180 < sum(map(min, pauses)) < 300


@pytest.mark.parametrize("problems", [[], ["c-a failed: e"]])
def test_result_is_written_and_printed(tmp_path, monkeypatch, capsys, problems):
    monkeypatch.setattr(load, "OUT", tmp_path)
    monkeypatch.setattr(load, "run_stack", lambda **_: nullcontext())
    monkeypatch.setattr(load, "run", lambda _, __, covers, ___: {"covers": covers, "problems": problems})
    monkeypatch.setattr(sys, "argv", ["load", "soak", "--covers", "6"])
    assert load.main() == len(problems)
    assert json.loads((tmp_path / "soak.json").read_text("utf-8")) == {"covers": 6, "problems": problems}
    assert capsys.readouterr().out == f"covers: 6\nproblems: {json.dumps(problems)}\n"


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
    covers = [cover("a", "failed", error="e"), cover("b"), cover("b") | {"cover_id": "c-2"}]
    covers += [cover(playlist, publish=True, published={"playlist_image": "set"}) for playlist in "cd"]
    covers += [cover("f", publish=True, published={"playlist_image": "lost", "message": "m"})]
    accepted = {"c-a": "a", "c-b": "a", "c-x": "a"}
    uploads = {"c": [b""], "d": [b"", b""], "f": [b""]}
    assert list(load.check_covers("abcdef", accepted, uploads, covers)) == [
        "b has 2 covers",
        "e has 0 covers",
        "the request for a returned c-b, which is of b",
        "the request for a returned c-x, which is of nothing",
        "c-a failed: e",
        "d got 2 uploads",
        "c-f is lost: m",
    ]
    assert list(load.check_covers("c", {"c-c": "c"}, uploads, covers[3:4])) == []


def test_every_third_value_is_repeated_at_once():
    assert load.repeat_some("01234") == ["0", "0", "1", "2", "3", "3", "4"]
