"""The statistics, retries and checks of `make load` and `make soak`. tests/stack/test_library.py makes the covers."""

import json
from decimal import Decimal
from unittest.mock import Mock

import pytest
import requests

from scripts import load, load_checks, load_client
from scripts.load_client import ApiClient, StackBusyError


@pytest.mark.parametrize(
    ("values", "median", "p95"),
    [
        ([7.0], 7.0, 7.0),
        ([2.0, 1.0], 1.0, 2.0),
        (list(range(1, 101)), 50, 95),
        (list(range(100, 0, -1)), 50, 95),
        (list(range(1, 21)), 10, 19),
        (list(range(1, 22)), 11, 20),
    ],
)
def test_percentile_is_the_nearest_rank(values, median, p95):
    assert (load_client.percentile(values, 0.5), load_client.percentile(values, 0.95)) == (median, p95)
    assert load_client.percentile(values, 1) == max(values)
    assert sum(value <= p95 for value in values) >= 0.95 * len(values)
    assert load_client.summarize([]) == {}
    assert load_client.summarize([0.2, 0.1, 0.4]) == {"p50": 0.2, "p95": 0.4, "p99": 0.4, "max": 0.4}


def create_response(status, body="{}"):
    response = requests.Response()
    response.status_code, response._content = status, body.encode()
    return response


@pytest.mark.parametrize(
    ("status", "body", "is_busy"),
    [
        (503, '{"message": "Service Unavailable"}', True),
        (429, '{"message": "Too Many Requests"}', True),
        (503, '{"error": {"code": "storage_unavailable", "message": "In a minute."}}', True),
        (429, '{"error": {"code": "daily_limit_reached", "message": "Tomorrow."}}', False),
        (404, '{"error": {"code": "not_found", "message": "No."}}', False),
        (202, "{}", False),
    ],
)
def test_busy_stack_is_distinguished_from_a_refusal(status, body, is_busy):
    assert load_client.is_busy(create_response(status, body)) == is_busy


def test_pauses_grow_are_random_and_end():
    runs = [list(load_client.retry_pauses()) for _ in range(200)]
    assert {len(pauses) for pauses in runs} == {59}
    for attempt in range(59):
        longest = max(pauses[attempt] for pauses in runs)
        assert min(8, 2**attempt) / 2 < longest <= min(8, 2**attempt)
        assert min(pauses[attempt] for pauses in runs) < longest / 2, "not all at once"


def create_session(*responses):
    """Return a session that returns these responses in turn."""
    return Mock(**{"request.side_effect": responses})


def test_client_retries_a_busy_stack_and_counts_refusals():
    client = ApiClient("http://127.0.0.1:1")
    session = create_session(create_response(503), create_response(200, '{"a": 1}'), create_response(404))
    assert client.request(session, "GET", "/api/me", iter([0])) == {"a": 1}
    assert list(client.find_problems("reading")) == []
    with pytest.raises(requests.HTTPError):
        client.request(session, "GET", "/api/me")
    assert list(client.find_problems("reading")) == ["reading: 1 requests were refused: {503: 1, 200: 1, 404: 1}"]
    assert client.to_json()["busy"] == 1
    assert len(client.seconds) == 2


def test_client_gives_up_on_a_stack_that_stays_busy():
    client = ApiClient("http://127.0.0.1:1")
    with pytest.raises(StackBusyError, match="GET /api/me: 503"):
        client.request(create_session(*[create_response(503)] * 2), "GET", "/api/me", iter([0]))
    assert list(client.find_problems("reading")) == []


@pytest.mark.parametrize(("problems", "code"), [([], 0), (["c-a failed: e"], 1)])
def test_result_is_written_and_reported(tmp_path, monkeypatch, problems, code):
    monkeypatch.setattr(load, "OUT", tmp_path)
    lines = []
    result = load.Result(6, 12.3, {"done": 6}, load_client.summarize([4.0]), problems=problems)
    assert load.report_result("load", result, lines.append) == code
    assert 'cover seconds: {"p50": 4.0, "p95": 4.0, "p99": 4.0, "max": 4.0}' in lines
    assert lines[-1] == f"problems: {json.dumps(problems)}"
    assert json.loads((tmp_path / "load.json").read_text(encoding="utf-8"))["statuses"] == {"done": 6}


def test_step_close_to_its_time_limit_is_a_problem():
    covers = [{"timings": {"detect": {"seconds": Decimal(seconds)}}} for seconds in range(1, 101)]
    limits = {"detect": 60, "publish": 60}
    assert list(load_checks.check_step_times(limits, [*covers, {"timings": {}}])) == [
        "detect takes up to 99.0 s (p99), which is too close to its limit of 60 s"
    ]
    assert list(load_checks.check_step_times(limits, covers[:29])) == []


def cover(playlist, status="done", **fields):
    request = {"source": {"playlist_id": playlist}, "options": {"publish": False}}
    return {"cover_id": f"c-{playlist}", "request": request, "status": status, **fields}


def test_lost_duplicate_and_wrong_covers_are_problems():
    covers = [cover("a"), cover("b"), cover("b"), cover("d")]
    assert list(load_checks.check_one_cover_each(["a", "b", "c"], covers)) == ["b has 2 covers", "c has 0 covers"]
    assert list(load_checks.check_one_cover_each(["a", "d"], covers)) == []
    assert list(load_checks.check_responses({"c-a": "a", "c-b": "a", "c-x": "a"}, covers)) == [
        "the request for a returned c-b, which is of b",
        "the request for a returned c-x, which is of nothing",
    ]


def test_failed_and_unpublished_covers_are_problems():
    published = {"playlist_image": "set"}
    covers = [cover("a", "failed", error="e"), cover("b"), *(cover(p, published=published) for p in "cd")]
    for item in covers[2:]:
        item["request"]["options"]["publish"] = True
    assert list(load_checks.check_results({"c": [b""], "d": [b"", b""]}, covers)) == [
        "c-a failed: e",
        "d got 2 uploads",
    ]


def test_every_third_value_is_repeated_at_once():
    assert load.repeat_some("01234") == ["0", "0", "1", "2", "3", "3", "4"]


def test_growth_is_that_of_the_process_that_grew_most():
    steady, growing = [90, 80, 90, 70, 90, 80], [10, 20, 30, 40, 50, 70]
    samples = [{1: one, 2: other} for one, other in zip(steady, growing, strict=True)]
    assert load_checks.find_growth(samples) == 70 - 40
    assert load_checks.find_growth([{1: mb} for mb in steady]) == 0
    assert load_checks.find_growth([{1: 5}, {2: 5}, {3: 500}]) == 0
    assert load_checks.find_growth([]) == 0
    assert list(load_checks.check_memory([{1: 10}, {1: 10}, {1: 100}])) == [
        "a function's process grew by 90 MB in the last third"
    ]
