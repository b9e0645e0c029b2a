"""`make load`: a hundred covers at once, by the API and by events, on the local stack with the painter.

Half are asked for through the API by several listeners in parallel, half by events, some of both twice. Meanwhile the
API's reads are measured, and listeners look how far their covers are, as their pages do. It ends when every cover has
ended, or after twenty minutes, and says what it saw: figures into out/load.json.
"""

import itertools
import json
import random
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

import requests

from coverart.models import STEPS
from scripts import consistency, crowd, memory
from scripts.local import stack

COVERS = 100
SECONDS = 1200
# Of the stand-in's.
LISTENERS = ("demo", "newcomer", "somebody")
_ROUTES = ("GET /api/covers", "GET /api/covers/{id}", "GET /api/me")
# Every so many-th is asked for twice.
_REPEATED = 3
_AT_ONCE = 16
_EVENTS_AT_ONCE = 10  # as many as PutEvents takes
_MEASURED_EVERY = 0.5  # seconds
_LOOKED_EVERY = 2.0
_REFUSED = 400
_PERCENTILES = {"p50": 0.5, "p95": 0.95, "max": 1}
# A step's time limit is at least so many times its 99th percentile, on a machine that is as busy as this makes it.
_TIMES_P99 = 2
_THROTTLED = "Lambda.TooManyRequestsException"


@dataclass
class Answers:
    """To requests of one kind: how often which status came, how often the stack was too busy, how often it was so for
    too long, and the seconds that each other answer took; where it was asked for again, from the first time on.
    """

    statuses: Counter[int] = field(default_factory=Counter)
    busy: int = 0
    given_up: int = 0
    seconds: list[float] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def hear(self, answer: requests.Response) -> None:
        with self.lock:
            self.statuses[answer.status_code] += 1
            self.busy += crowd.is_busy(answer)

    def once(self, browser: requests.Session, url: str) -> None:
        began = time.perf_counter()
        answer = browser.get(url, timeout=crowd.ANSWERED_WITHIN)
        self.hear(answer)
        if not crowd.is_busy(answer):
            self._took(began)

    def patiently(self, browser: requests.Session, method: str, url: str, **more: Any) -> dict[str, Any] | None:
        """What the API says; None where the stack was too busy for too long."""
        began = time.perf_counter()
        try:
            told = crowd.asked(browser, method, url, heard=self.hear, **more)
        except crowd.TooBusyError:
            with self.lock:
                self.given_up += 1
            return None
        self._took(began)
        return told

    def _took(self, began: float) -> None:
        with self.lock:
            self.seconds.append(time.perf_counter() - began)

    def problems(self, what: str) -> Iterator[str]:
        if self.given_up:
            yield f"{what}: given up {self.given_up} times"
        if (refused := sum(count for status, count in self.statuses.items() if status >= _REFUSED) - self.busy) > 0:
            yield f"{what}: {refused} answers are refusals: {dict(self.statuses)}"

    def figures(self) -> dict[str, Any]:
        return {
            "requests": self.statuses.total(),
            "busy": self.busy,
            "given_up": self.given_up,
            "statuses": dict(self.statuses),
            "seconds": spread(self.seconds),
        }


@dataclass
class Load:
    """`asked`, `looks` and, by route, `reads` are `Answers.figures()`; whoever measures reads asks once, whoever looks
    asks again where the stack is busy. `repeated`: requests and events that asked for a cover once more.
    `covers_seconds`: from a cover's being accepted to its end. `held_back`: how often Lambda had no room for a step, in
    all and for the steps of one cover at most. `steps`: by step, the seconds of its own work, and `limit`, its Timeout.
    """

    covers: int
    seconds: float = 0
    statuses: dict[str, int] = field(default_factory=dict)
    covers_seconds: dict[str, float] = field(default_factory=dict)
    repeated: dict[str, int] = field(default_factory=dict)
    asked: dict[str, Any] = field(default_factory=dict)
    reads: dict[str, dict[str, Any]] = field(default_factory=dict)
    looks: dict[str, Any] = field(default_factory=dict)
    held_back: dict[str, int] = field(default_factory=dict)
    steps: dict[str, dict[str, float]] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)

    def told(self) -> str:
        steps = "; ".join(f"{step} {_in_words(figures)}" for step, figures in self.steps.items())
        reads = "; ".join(f"{route} {_told(figures)}" for route, figures in self.reads.items())
        return (
            f"{self.covers} covers at once, {self.repeated['requests']} of them by two requests and "
            f"{self.repeated['events']} by two events: {self.statuses} in {self.seconds:.0f} s, a cover in "
            f"{_in_words(self.covers_seconds)}. Steps were held back {self.held_back['all']} times, those of one cover "
            f"{self.held_back['most']} times at most. Asking for covers took {_told(self.asked)}; looking how far they "
            f"are {_told(self.looks)}. Reads that were asked for once: {reads}. The steps' own work, and their time "
            f"limits: {steps}."
        )


def _told(figures: dict[str, Any]) -> str:
    return f"{_in_words(figures['seconds'])} ({figures['busy']} of {figures['requests']} answers: busy)"


def _in_words(seconds: dict[str, float]) -> str:
    return ", ".join(f"{name} {value:.2f} s" for name, value in seconds.items()) or "(never)"


def spread(seconds: Sequence[float], percentiles: Mapping[str, float] = _PERCENTILES) -> dict[str, float]:
    """Those percentiles, by their names; empty where there is nothing."""
    if not seconds:
        return {}
    return {name: round(crowd.percentile(seconds, at), 3) for name, at in percentiles.items()}


def of_steps(covers: Sequence[Mapping[str, Any]]) -> dict[str, dict[str, float]]:
    """Of each step that was made: percentiles of the seconds of its own work, and its time limit."""
    limits = {step: float(function["Timeout"]) for step, function in memory.functions().items()}
    found = {}
    for step in STEPS:
        if seconds := [float(cover["timings"][step]["seconds"]) for cover in covers if step in cover["timings"]]:
            found[step] = {**spread(seconds, {"p50": 0.5, "p99": 0.99, "max": 1}), "limit": limits[step]}
    return found


def too_slow(steps: Mapping[str, Mapping[str, float]]) -> Iterator[str]:
    """In words."""
    for step, figures in steps.items():
        if figures["p99"] * _TIMES_P99 > figures["limit"]:
            yield f"{step} takes up to {figures['p99']:.1f} s (p99), too near to its limit of {figures['limit']:.0f} s"


@dataclass
class Visitor:
    """A listener who is logged in. `made`: covers asked for through the API so far."""

    listener_id: str
    browser: requests.Session
    by_request: list[str]
    by_event: list[str]
    made: list[str] = field(default_factory=list)

    def another_window(self) -> requests.Session:
        """Sessions of requests are not for several threads."""
        window = requests.Session()
        window.cookies.update(self.browser.cookies)
        window.headers.update(self.browser.headers)
        return window


class Wish(NamedTuple):
    visitor: Visitor
    playlist: str


def load(local: stack.LocalStack, covers: int, seconds: float, say: Callable[[str], None]) -> Load:
    """Asks for all at once, half of them in either way, and waits until all have ended."""
    result, asking, looks = Load(covers), Answers(), Answers()
    reads = {route: Answers() for route in _ROUTES}
    visitors = _visitors(local, covers)
    events = _twice_some(Wish(visitor, playlist) for visitor in visitors for playlist in visitor.by_event)
    wishes = _twice_some(Wish(visitor, playlist) for visitor in visitors for playlist in visitor.by_request)
    result.repeated = {"requests": len(wishes) - covers // 2, "events": len(events) - (covers - covers // 2)}
    began = time.monotonic()
    with ThreadPoolExecutor(_AT_ONCE) as pool, _reading(local.url, visitors, reads, looks):
        putting = pool.submit(_put, local, events)
        made = list(pool.map(lambda wish: _ask_for(local.url, wish, asking), wishes))
        putting.result()
        accepted = len({*made} - {None}) + covers - covers // 2
        say(f"{time.monotonic() - began:.0f} s: all are asked for")
        while time.monotonic() - began < seconds:
            result.statuses = dict(Counter(cover["status"] for cover in _covers(local, visitors)))
            say(f"{time.monotonic() - began:.0f} s: {result.statuses}")
            if sum(result.statuses.get(status, 0) for status in stack.ENDED) >= accepted:
                break
            time.sleep(_LOOKED_EVERY)
    result.seconds = round(time.monotonic() - began, 1)
    found = _covers(local, visitors)
    result.covers_seconds = spread([_lasted(cover) for cover in found if "ended_at" in cover])
    result.held_back = _held_back(local, found)
    result.steps = of_steps(found)
    heard = {"asking": asking, "looking": looks, **reads}
    result.asked, result.looks = asking.figures(), looks.figures()
    result.reads = {route: answers.figures() for route, answers in reads.items()}
    result.problems = [
        *(problem for what, answers in heard.items() for problem in answers.problems(what)),
        *_lost_or_doubled(wishes, made, events, found),
        *crowd.not_done(local, found),
        *_dead_letters(local),
        *too_slow(result.steps),
        *consistency.problems(local),
    ]
    return result


def _visitors(local: stack.LocalStack, covers: int) -> list[Visitor]:
    visitors = []
    for place, listener in enumerate(LISTENERS):
        browser = local.log_in(listener)
        me = crowd.asked(browser, "GET", f"{local.url}/api/me")
        # What does not divide evenly is the first ones'.
        shares = [len(range(place, half, len(LISTENERS))) for half in (covers // 2, covers - covers // 2)]
        by_request, by_event = (crowd.add_playlists(local, listener, share) for share in shares)
        visitors.append(Visitor(str(me["listener_id"]), browser, by_request, by_event))
    return visitors


def _twice_some(wishes: Iterator[Wish]) -> list[Wish]:
    """Some are there twice, one right after the other, so that both are under way at the same time."""
    return [wish for at, wish in enumerate(wishes) for _ in range(1 if at % _REPEATED else 2)]


def _ask_for(url: str, wish: Wish, asking: Answers) -> str | None:
    """Gives the cover's id; None where the stack was too busy."""
    body = {"source": {"kind": "playlist", "playlist_id": wish.playlist, "count": crowd.SONGS}}
    headers = {"Idempotency-Key": f"load-{wish.playlist}"}
    told = asking.patiently(wish.visitor.another_window(), "POST", f"{url}/api/covers", body=body, headers=headers)
    if told is None:
        return None
    wish.visitor.made.append(str(told["cover_id"]))
    return str(told["cover_id"])


def _put(local: stack.LocalStack, wishes: Sequence[Wish]) -> None:
    """Raises RuntimeError where the bus does not take one."""
    client = local.client("events")
    left = iter(wishes)
    while some := list(itertools.islice(left, _EVENTS_AT_ONCE)):
        answer = client.put_events(Entries=[_event(local, wish) for wish in some])
        if answer["FailedEntryCount"]:
            raise RuntimeError(f"The bus did not take {answer['FailedEntryCount']} events.")


def _event(local: stack.LocalStack, wish: Wish) -> dict[str, str]:
    detail = {"listener_id": wish.visitor.listener_id, "playlist_id": wish.playlist, "name": "", "snapshot_id": ""}
    named = {"EventBusName": local.outputs["BusName"], "Source": "coverart", "DetailType": "PlaylistCoverRequested"}
    return {**named, "Detail": json.dumps(detail)}


@contextmanager
def _reading(url: str, visitors: Sequence[Visitor], reads: dict[str, Answers], looks: Answers) -> Iterator[None]:
    over = threading.Event()
    with ThreadPoolExecutor(1 + len(visitors)) as pool:
        readers = [pool.submit(_measure, url, visitors[0], reads, over)]
        readers += [pool.submit(_look, url, visitor, looks, over) for visitor in visitors]
        try:
            yield
        finally:
            over.set()
    for reader in readers:
        reader.result()


def _measure(url: str, visitor: Visitor, reads: dict[str, Answers], over: threading.Event) -> None:
    """Each route in its turn, at a bounded pace."""
    browser = visitor.another_window()
    for route, answers in itertools.cycle(reads.items()):
        if over.wait(_MEASURED_EVERY):
            return
        if "{id}" in route and not visitor.made:
            continue
        answers.once(browser, url + route.removeprefix("GET ").format(id=_any(visitor.made)))


def _look(url: str, visitor: Visitor, looks: Answers, over: threading.Event) -> None:
    """A page that shows a cover: it asks again where the stack is busy."""
    browser = visitor.another_window()
    while not over.wait(_LOOKED_EVERY):
        if visitor.made:
            looks.patiently(browser, "GET", f"{url}/api/covers/{_any(visitor.made)}")


def _any(covers: Sequence[str]) -> str:
    return random.choice(covers) if covers else ""  # noqa: S311  # no secret


def _covers(local: stack.LocalStack, visitors: Sequence[Visitor]) -> list[dict[str, Any]]:
    return [cover for visitor in visitors for cover in crowd.covers_of(local, visitor.listener_id)]


def _lasted(cover: dict[str, Any]) -> float:
    return (datetime.fromisoformat(cover["ended_at"]) - datetime.fromisoformat(cover["created_at"])).total_seconds()


def _held_back(local: stack.LocalStack, covers: Sequence[dict[str, Any]]) -> dict[str, int]:
    pages = local.client("stepfunctions").get_paginator("get_execution_history")
    arn = local.outputs["StateMachineArn"].replace(":stateMachine:", ":execution:")
    counts = [
        sum(
            event.get("taskFailedEventDetails", {}).get("error") == _THROTTLED
            for page in pages.paginate(executionArn=f"{arn}:{cover['cover_id']}")
            for event in page["events"]
        )
        for cover in covers
    ]
    return {"all": sum(counts), "most": max(counts, default=0)}


def _lost_or_doubled(
    wishes: Sequence[Wish], made: Sequence[str | None], events: Sequence[Wish], found: Sequence[dict[str, Any]]
) -> Iterator[str]:
    yield from crowd.without_one_cover({wish.playlist for wish in [*wishes, *events]}, found)
    covers = {str(cover["cover_id"]): crowd.playlist_of(cover) for cover in found}
    for wish, cover in zip(wishes, made, strict=True):
        # Together with the above: the same request was told of the same cover.
        if cover is not None and covers.get(cover) != wish.playlist:
            yield f"{wish.playlist} was told of {cover}, which is of {covers.get(cover, 'nothing')}"


def _dead_letters(local: stack.LocalStack) -> Iterator[str]:
    name = "ApproximateNumberOfMessages"
    asked = {"QueueUrl": local.outputs["DeadLetterQueueUrl"], "AttributeNames": [name]}
    if (count := int(local.client("sqs").get_queue_attributes(**asked)["Attributes"][name])) > 0:
        yield f"{count} dead letters"


def main() -> int:
    def say(what: str) -> None:
        print(what, flush=True)

    with stack.running(
        say=say, concurrency=crowd.CONCURRENCY, ImageBackend="painter", DailyCoverLimit=str(COVERS)
    ) as local:
        result = load(local, COVERS, SECONDS, say)
    return crowd.reported("load", result, say)


if __name__ == "__main__":
    sys.exit(main())
