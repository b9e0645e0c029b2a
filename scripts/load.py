"""`make load` and `make soak`: many covers on the local stack with the built-in painter.

`load` requests 100 covers of one candidate at once, half of them over the API and half by events, every third one
twice. `soak` requests covers for 500 playlists in bulk and publishes them. Meanwhile it measures the API's reads. A run
lasts until every cover has ended, or its time limit; then the checks of load_checks.py and consistency.py follow.
Figures go to out/load.json or out/soak.json. The exit code is 1 if there are problems.
"""

import argparse
import itertools
import json
import random
import sys
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any, Literal

import requests
from requests.adapters import HTTPAdapter
from urllib3 import Retry

from coverart.models import STEPS
from scripts import consistency, load_checks
from scripts.fakes.catalog import Artwork
from scripts.fakes.spotify_state import LISTENERS
from scripts.load_checks import summarize
from scripts.local.paths import OUT
from scripts.local.stack import FINAL_STATUSES, LocalStack
from scripts.local.startup import run_stack

Profile = Literal["load", "soak"]
Report = Callable[[str], None]
COVERS: dict[Profile, int] = {"load": 100, "soak": 500}
_TIMEOUT_SECONDS = {"load": 1200, "soak": 1800}
_LISTENER = "newcomer"  # of the fake Spotify, without playlists of their own
CONCURRENCY = 10  # of a new AWS account
_SONGS, _THREADS = 6, 16
_MAX_BULK_REQUESTS = 200
COVER_REQUESTS = "requests for covers"
_READ_PATHS = ("/api/covers", "/api/covers/{id}", "/api/me")
_READ_SECONDS, _POLL_SECONDS = 0.2, 2.0
_REQUEST_TIMEOUT_SECONDS = 40  # longer than the local proxy's
# API Gateway's responses if Lambda throttles, or does not respond.
_BUSY_STATUSES = {429, 500, 502, 503, 504}
# The pauses add up to minutes: a program waits longer than a person at a page.
RETRIES = Retry(
    35, status_forcelist=_BUSY_STATUSES, allowed_methods=None, raise_on_status=False, respect_retry_after_header=False,
    backoff_factor=0.25, backoff_max=8, backoff_jitter=2,
)  # fmt: skip


@dataclass
class Responses:
    """Of one kind of request: status, number of retries, and seconds with all retries of each."""

    all: list[tuple[int, int, float]] = field(default_factory=list)

    def add(self, response: requests.Response) -> Any:
        """Return the response's JSON. Raise HTTPError for an error that remains after the session's retries."""
        retries = response.raw.retries.history if response.raw.retries else ()
        self.all.append((response.status_code, len(retries), response.elapsed.total_seconds()))
        response.raise_for_status()
        return response.json()

    @property
    def statuses(self) -> dict[int, int]:
        return dict(Counter(status for status, *_ in self.all))

    def find_problems(self, name: str) -> Iterator[str]:
        if any(status >= 400 and status not in _BUSY_STATUSES for status in self.statuses):
            yield f"{name}: requests were refused: {self.statuses}"

    def to_json(self) -> dict[str, Any]:
        return {
            "statuses": self.statuses,
            "retries": sum(retries for _, retries, _ in self.all),
            "seconds": summarize([seconds for status, _, seconds in self.all if status not in _BUSY_STATUSES]),
        }


@dataclass
class Listener:
    """A listener with a login. `cover_ids`: covers requested over the API so far."""

    url: str
    browser: requests.Session
    playlists: list[str]
    cover_ids: list[str] = field(default_factory=list)
    responses: defaultdict[str, Responses] = field(default_factory=lambda: defaultdict(Responses))

    def post(self, path: str, body: Any, **headers: str) -> Any:
        """Request covers, again and again while the stack is busy. Return the JSON of the response."""
        response = self.browser.post(self.url + path, json=body, headers=headers, timeout=_REQUEST_TIMEOUT_SECONDS)
        return self.responses[COVER_REQUESTS].add(response)


def run(local: LocalStack, profile: Profile, covers: int, report: Report) -> dict[str, Any]:
    """Request covers as the profile says, wait until they have ended, and check everything.

    Of the result, `cover_seconds` are from accepting a cover to its end, `step_seconds` of each step's own work, and
    `memory_mb` the peak of all functions together, in which shared pages count for each.
    """
    start, listener, memory = time.monotonic(), _log_in(local, covers), list[int]()
    with _read_meanwhile(listener):
        playlists = _request_at_once(local, listener) if profile == "load" else _request_in_bulk(listener)
        report(f"{time.monotonic() - start:.0f} s: all covers are requested")
        while (seconds := time.monotonic() - start) < _TIMEOUT_SECONDS[profile]:
            memory.append(load_checks.sample_memory(local.emulator.process.pid))
            statuses = Counter(cover["status"] for cover in load_checks.list_covers(local))
            report(f"{seconds:.0f} s: {dict(statuses)}")
            if sum(statuses[status] for status in FINAL_STATUSES) >= covers:
                break
            time.sleep(_POLL_SECONDS)
    items = load_checks.list_covers(local)
    problems = [
        *load_checks.check_one_cover_each(listener.playlists, items),
        *load_checks.check_results(local.fake_spotify.state.uploads, items),
        *load_checks.check_responses(playlists, items),
        *load_checks.check_dead_letters(local),
        *load_checks.check_step_times(load_checks.read_step_limits(local), items),
        *consistency.find_problems(local),
    ]
    if profile == "soak":
        again = listener.post("/api/covers/bulk", {"dry_run": False})
        if again["accepted"] or again["skipped"] < statuses["done"]:
            problems.append(f"a repeated bulk request accepted {len(again['accepted'])} more covers")
    problems += [problem for name, each in listener.responses.items() for problem in each.find_problems(name)]
    durations = [_duration(cover) for cover in items if "ended_at" in cover]
    return {
        "covers": covers,
        "seconds": round(seconds, 1),
        "statuses": dict(statuses),
        "cover_seconds": summarize(durations),
        "step_seconds": {step: summarize(load_checks.step_seconds(step, items)) for step in STEPS},
        "requests": {name: responses.to_json() for name, responses in listener.responses.items()},
        "memory_mb": max(memory),
        "problems": problems,
    }


def _log_in(local: LocalStack, playlists: int) -> Listener:
    """Log the listener in and give them this many playlists."""
    state, browser = local.fake_spotify.state, local.log_in(_LISTENER)
    songs = [song for song in state.music.songs.values() if isinstance(song.album.artwork, Artwork)]
    titles = itertools.cycle(sorted({song.name for song in songs}))
    ids = [
        state.add_playlist(f"Shelf {number}", list(itertools.islice(titles, _SONGS)), _LISTENER)
        for number in range(playlists)
    ]
    browser.mount(local.url, HTTPAdapter(max_retries=RETRIES))
    return Listener(local.url, browser, ids)


def _request_at_once(local: LocalStack, listener: Listener) -> dict[str, str]:
    """Request every second cover over the API and the others by events. Return cover id -> playlist of the former."""
    by_request, by_event = repeat_some(listener.playlists[::2]), repeat_some(listener.playlists[1::2])

    def request(playlist: str) -> str:
        source = {"kind": "playlist", "playlist_id": playlist, "count": _SONGS}
        # Without the option, a request to the API makes four where the painter paints, and an event one.
        body = {"source": source, "options": {"candidates": 1}}
        cover = listener.post("/api/covers", body, **{"Idempotency-Key": f"load-{playlist}"})
        listener.cover_ids.append(str(cover["cover_id"]))
        return listener.cover_ids[-1]

    def put_events() -> None:
        """Raise RuntimeError if the event bus rejects an event."""
        bus = {"EventBusName": local.outputs["BusName"], "Source": "coverart", "DetailType": "PlaylistCoverRequested"}
        listener_id, client = LISTENERS[_LISTENER].account_id, local.client("events")
        for playlist in by_event:
            detail = {"listener_id": listener_id, "playlist_id": playlist, "name": "", "snapshot_id": ""}
            if client.put_events(Entries=[{**bus, "Detail": json.dumps(detail)}])["FailedEntryCount"]:
                raise RuntimeError(f"The event bus rejected {detail}.")

    with ThreadPoolExecutor(_THREADS) as pool:
        events = pool.submit(put_events)
        cover_ids = list(pool.map(request, by_request))
        events.result()
    return dict(zip(cover_ids, by_request, strict=True))


def repeat_some[T](values: Sequence[T]) -> list[T]:
    """Repeat every third value right after itself, so that both requests are being handled at the same time."""
    return [value for place, value in enumerate(values) for _ in range(1 if place % 3 else 2)]


def _request_in_bulk(listener: Listener) -> dict[str, str]:
    """Request covers until every playlist has one. Return cover id -> playlist.

    Raise RuntimeError if that takes too many requests.
    """
    playlists: dict[str, str] = {}
    for _ in range(_MAX_BULK_REQUESTS):
        response = listener.post("/api/covers/bulk", {"dry_run": False, "options": {"publish": True}})
        playlists |= {entry["cover_id"]: entry["playlist_id"] for entry in response["accepted"]}
        listener.cover_ids[:] = playlists
        if not response["left"]:
            return playlists
    raise RuntimeError(f"{response['left']} playlists are left: {response['stopped_by']}.")


@contextmanager
def _read_meanwhile(listener: Listener) -> Iterator[None]:
    """Read the API at a bounded rate, without retries."""
    stop, session = threading.Event(), requests.Session()
    session.cookies.update(listener.browser.cookies)

    def read() -> None:
        for path in itertools.cycle(_READ_PATHS):
            if stop.wait(_READ_SECONDS):
                return
            if "{id}" not in path or listener.cover_ids:
                cover_id = random.choice(listener.cover_ids or [""])  # noqa: S311  # not a secret
                response = session.get(listener.url + path.format(id=cover_id), timeout=_REQUEST_TIMEOUT_SECONDS)
                with suppress(requests.HTTPError):  # is among the responses
                    listener.responses[path].add(response)

    with ThreadPoolExecutor(1) as pool:
        reader = pool.submit(read)
        try:
            yield
        finally:
            stop.set()
    reader.result()


def _duration(cover: dict[str, Any]) -> float:
    return (datetime.fromisoformat(cover["ended_at"]) - datetime.fromisoformat(cover["created_at"])).total_seconds()


def report_result(name: str, result: dict[str, Any], report: Report) -> int:
    """Write the figures to out/ and report them. Return 1 if there are problems."""
    OUT.mkdir(exist_ok=True)
    (OUT / f"{name}.json").write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    for figure, value in result.items():
        report(f"{figure.replace('_', ' ')}: {json.dumps(value)}")
    return 1 if result["problems"] else 0


def main() -> int:
    parser = argparse.ArgumentParser(description="Make many covers on the local stack.")
    parser.add_argument("profile", choices=list(COVERS))
    parser.add_argument("--covers", type=int, help="how many covers (default: 100 for load, 500 for soak)")
    arguments = parser.parse_args()
    profile: Profile = arguments.profile
    covers, limit = arguments.covers or COVERS[profile], str(2 * (arguments.covers or COVERS[profile]))
    report = partial(print, flush=True)
    with run_stack(report=report, concurrency=CONCURRENCY, ImageBackend="painter", DailyCoverLimit=limit) as local:
        result = run(local, profile, covers, report)
    return report_result(profile, result, report)


if __name__ == "__main__":
    sys.exit(main())
