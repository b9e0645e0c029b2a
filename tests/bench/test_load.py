"""What `make load` and `make soak` count with; the covers themselves are tests/stack/test_library.py's."""

from decimal import Decimal

import pytest
import requests

from scripts import crowd, load, soak
from scripts.load import Answers, Load
from scripts.local import deployment


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
def test_of_a_hundred_values_ninety_five_are_within_the_95th_percentile(values, median, p95):
    assert (crowd.percentile(values, 0.5), crowd.percentile(values, 0.95)) == (median, p95)
    assert crowd.percentile(values, 1) == max(values)
    assert sum(value <= p95 for value in values) >= 0.95 * len(values)


def test_of_no_values_there_is_no_spread():
    assert load.spread([]) == {}
    assert load.spread([0.2, 0.1, 0.4]) == {"p50": 0.2, "p95": 0.4, "max": 0.4}


def answer(status, body="{}"):
    told = requests.Response()
    told.status_code, told._content = status, body.encode()
    return told


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
def test_a_stack_without_room_is_told_from_a_refusal(status, body, is_busy):
    assert crowd.is_busy(answer(status, body)) == is_busy


def test_those_who_ask_again_wait_longer_each_time_and_not_for_ever():
    waits = [list(crowd.pauses()) for _ in range(200)]
    assert {len(wait) for wait in waits} == {59}
    for number in range(59):
        longest = max(wait[number] for wait in waits)
        assert min(8, 2**number) / 2 < longest <= min(8, 2**number)
        assert min(wait[number] for wait in waits) < longest / 2, "not all at once"


def test_refusals_are_problems_and_a_busy_stack_is_none():
    answers = Answers()
    for told in (answer(200), answer(503), answer(503), answer(404)):
        answers.hear(told)
    answers.seconds.append(0.25)
    assert list(answers.problems("reading")) == ["reading: 1 answers are refusals: {200: 1, 503: 2, 404: 1}"]
    assert answers.figures() == {
        "requests": 4,
        "busy": 2,
        "given_up": 0,
        "statuses": {200: 1, 503: 2, 404: 1},
        "seconds": {"p50": 0.25, "p95": 0.25, "max": 0.25},
    }
    answers.given_up = 1
    assert "reading: given up 1 times" in answers.problems("reading")


def test_the_figures_are_told_in_one_paragraph():
    figures = {"requests": 9, "busy": 2, "given_up": 0, "statuses": {200: 7, 503: 2}, "seconds": load.spread([0.1])}
    told = Load(
        6, 12.3, {"done": 6}, load.spread([4.0]), {"requests": 1, "events": 1}, figures,
        {"GET /api/me": figures, "GET /api/covers": {**figures, "seconds": {}}}, figures, {"all": 40, "most": 9},
        {"fetch": {"p50": 0.5, "p99": 2.0, "max": 2.5, "limit": 60.0}},
    ).told()  # fmt: skip
    assert "{'done': 6} in 12 s, a cover in p50 4.00 s, p95 4.00 s, max 4.00 s." in told
    assert "GET /api/me p50 0.10 s, p95 0.10 s, max 0.10 s (2 of 9 answers: busy)" in told
    assert "GET /api/covers (never) (2 of 9 answers: busy)" in told
    assert "time limits: fetch p50 0.50 s, p99 2.00 s, max 2.50 s, limit 60.00 s." in told
    assert "\n" not in told


def test_a_step_that_comes_near_its_time_limit_is_a_problem():
    deployment.build()  # the limits are the built template's
    timed = [{"timings": {"detect": {"seconds": Decimal(seconds)}}} for seconds in range(1, 101)]
    steps = load.of_steps([*timed, {"timings": {}}])
    assert steps == {"detect": {"p50": 50, "p99": 99, "max": 100, "limit": 60}}
    assert list(load.too_slow(steps)) == ["detect takes up to 99.0 s (p99), too near to its limit of 60 s"]
    assert list(load.too_slow(load.of_steps(timed[:29]))) == []


def cover(playlist, **more):
    return {"cover_id": f"c-{playlist}", "request": {"source": {"playlist_id": playlist}}, **more}


def test_what_is_lost_doubled_or_told_wrong_is_said():
    wishes = [load.Wish(None, playlist) for playlist in ("a", "a", "b", "c")]
    events = [load.Wish(None, "d"), load.Wish(None, "d")]
    found = [cover("a"), cover("b"), cover("b"), cover("d")]
    assert sorted(load._lost_or_doubled(wishes, ["c-a", "c-b", "c-b", None], events, found)) == [
        "a was told of c-b, which is of b",
        "b has 2 covers",
        "c has 0 covers",
    ]
    assert list(load._lost_or_doubled(wishes[:3], ["c-a", "c-a", "c-b"], events, [cover("a"), *found[2:]])) == []


def test_every_third_is_asked_for_twice_at_the_same_time():
    wishes = [load.Wish(None, str(number)) for number in range(5)]
    assert [wish.playlist for wish in load._twice_some(iter(wishes))] == ["0", "0", "1", "2", "3", "3", "4"]


def test_growth_is_that_of_the_process_that_grew_most_between_the_last_two_thirds():
    steady, growing = [90, 80, 90, 70, 90, 80], [10, 20, 30, 40, 50, 70]
    samples = [{1: one, 2: other} for one, other in zip(steady, growing, strict=True)]
    assert soak.growth_mb(samples) == 70 - 40
    assert soak.growth_mb([{1: mb} for mb in steady]) == 90 - 90
    assert soak.growth_mb([{1: 5}, {2: 5}, {3: 500}]) == 0
    assert soak.growth_mb([]) == 0
