"""`make load` and `make soak`: many covers on the local stack with the built-in painter.

`load` requests 100 covers at once, half of them over the API and half by events, every third one twice. `soak` requests
covers for 500 playlists in bulk and publishes them. Meanwhile the API's reads are measured. A run lasts until every
cover has ended, or its time limit; then the checks of load_checks.py and consistency.py follow. Figures go to
out/load.json or out/soak.json. The exit code is 1 if there are problems.
"""

import argparse
import itertools
import json
import random
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from datetime import datetime
from functools import partial
from typing import Any, Literal

import requests
from requests.adapters import HTTPAdapter
from urllib3 import Retry

from coverart.models import STEPS
from scripts import consistency, load_checks
from scripts.fakes.catalog import Artwork
from scripts.load_checks import summarize
from scripts.local.paths import OUT
from scripts.local.stack import FINAL_STATUSES, LocalStack
from scripts.local.startup import run_stack

Profile = Literal["load", "soak"]
Report = Callable[[str], None]
COVERS: dict[Profile, int] = {"load": 100, "soak": 500}
_TIMEOUT_SECONDS = {"load": 1200, "soak": 1800}
# Listeners of the fake Spotify. The one of `soak` has no playlists of their own.
_LISTENERS = {"load": ("demo", "newcomer", "somebody"), "soak": ("newcomer",)}
CONCURRENCY = 10  # of a new AWS account
_SONGS, _THREADS = 6, 16
_MAX_EVENTS = 10  # the limit of PutEvents
_MAX_BULK_REQUESTS = 200
_REQUESTS = "requests for covers"
_READ_PATHS = ("/api/covers", "/api/covers/{id}", "/api/me")
_READ_SECONDS, _POLL_SECONDS = 0.5, 2.0
_TIMEOUT_OF_REQUEST_SECONDS = 40  # longer than the local proxy's
# API Gateway's responses if Lambda throttles, or does not respond.
_BUSY_STATUSES = {429, 500, 502, 503, 504}
# The pauses add up to minutes: a program waits longer than a person at a page.
RETRIES = Retry(
    35, status_forcelist=_BUSY_STATUSES, allowed_methods=None, raise_on_status=False, respect_retry_after_header=False,
    backoff_factor=0.25, backoff_max=8, backoff_jitter=2,
)  # fmt: skip


@dataclass
class ApiClient:
    """Requests of one kind. `responses`: status, number of retries, and seconds with all retries of each."""

    url: str
    responses: list[tuple[int, int, float]] = field(default_factory=list)

    def request(self, session: requests.Session, method: str, path: str, **options: Any) -> Any:
        """Return the JSON of a response. Raise HTTPError for an error that remains after the session's retries."""
        response = session.request(method, self.url + path, timeout=_TIMEOUT_OF_REQUEST_SECONDS, **options)
        retries = response.raw.retries.history if response.raw.retries else ()
        self.responses.append((response.status_code, len(retries), response.elapsed.total_seconds()))
        response.raise_for_status()
        return response.json()

    def find_problems(self, name: str) -> Iterator[str]:
        statuses = Counter(status for status, *_ in self.responses)
        if any(status >= 400 and status not in _BUSY_STATUSES for status in statuses):
            yield f"{name}: requests were refused: {dict(statuses)}"

    def to_json(self) -> dict[str, Any]:
        return {
            "statuses": dict(Counter(status for status, *_ in self.responses)),
            "retries": sum(retries for _, retries, _ in self.responses),
            "seconds": summarize([seconds for status, _, seconds in self.responses if status not in _BUSY_STATUSES]),
        }


@dataclass
class Result:
    """`requests` are ApiClient.to_json() by name.

    `cover_seconds`: from accepting a cover to its end. `step_seconds`: of each step's own work. `memory_mb`: the
    peak of all functions together; shared pages count for each.
    """

    covers: int
    seconds: float = 0
    statuses: dict[str, int] = field(default_factory=dict)
    cover_seconds: dict[str, float] = field(default_factory=dict)
    step_seconds: dict[str, dict[str, float]] = field(default_factory=dict)
    requests: dict[str, Any] = field(default_factory=dict)
    memory_mb: int = 0
    problems: list[str] = field(default_factory=list)


@dataclass
class Listener:
    """A listener who is logged in. `cover_ids`: covers requested over the API so far."""

    id: str
    browser: requests.Session
    playlists: list[str]
    cover_ids: list[str] = field(default_factory=list)


def run(local: LocalStack, profile: Profile, covers: int, report: Report) -> Result:
    """Request covers as the profile says, wait until they have ended, and check everything."""
    result, start, accepted, memory = Result(covers), time.monotonic(), dict[str, str](), list[dict[int, int]]()
    clients = {name: ApiClient(local.url) for name in (_REQUESTS, *_READ_PATHS)}
    names = _LISTENERS[profile]
    listeners = [_log_in(local, name, len(range(place, covers, len(names)))) for place, name in enumerate(names)]
    with _read_meanwhile(listeners, clients):
        if profile == "load":
            accepted = _request_at_once(local, listeners, clients[_REQUESTS])
        else:
            _request_in_bulk(listeners[0], clients[_REQUESTS])
        report(f"{time.monotonic() - start:.0f} s: all covers are requested")
        while time.monotonic() - start < _TIMEOUT_SECONDS[profile]:
            memory.append(load_checks.sample_memory(local.emulator.process.pid))
            result.statuses = dict(Counter(cover["status"] for cover in load_checks.list_covers(local)))
            report(f"{time.monotonic() - start:.0f} s: {result.statuses}")
            if sum(result.statuses.get(status, 0) for status in FINAL_STATUSES) >= covers:
                break
            time.sleep(_POLL_SECONDS)
    result.seconds = round(time.monotonic() - start, 1)
    items = load_checks.list_covers(local)
    result.problems = [
        *load_checks.check_one_cover_each((p for listener in listeners for p in listener.playlists), items),
        *load_checks.check_results(local.fake_spotify.state.uploads, items),
        *load_checks.check_responses(accepted, items),
        *load_checks.check_dead_letters(local),
        *load_checks.check_step_times(load_checks.read_step_limits(local), items),
        *consistency.find_problems(local),
    ]
    if profile == "soak":
        result.problems += load_checks.check_memory(memory)
        again = clients[_REQUESTS].request(listeners[0].browser, "POST", "/api/covers/bulk", json={"dry_run": False})
        if again["accepted"] or again["skipped"] < result.statuses.get("done", 0):
            result.problems.append(f"a repeated bulk request accepted {len(again['accepted'])} more covers")
    result.problems += [problem for name, client in clients.items() for problem in client.find_problems(name)]
    result.requests = {name: client.to_json() for name, client in clients.items()}
    result.cover_seconds = summarize([_duration(cover) for cover in items if "ended_at" in cover])
    result.step_seconds = {step: summarize(load_checks.step_seconds(step, items)) for step in STEPS}
    result.memory_mb = max(sum(sample.values()) for sample in memory)
    return result


def _log_in(local: LocalStack, name: str, playlists: int) -> Listener:
    """Log a listener in and give them this many playlists."""
    state, browser = local.fake_spotify.state, local.log_in(name)
    songs = [song for song in state.music.songs.values() if isinstance(song.album.artwork, Artwork)]
    titles = sorted({song.name for song in songs})
    ids = [
        state.add_playlist(f"Shelf {n}", [titles[(n * _SONGS + song) % len(titles)] for song in range(_SONGS)], name)
        for n in range(playlists)
    ]
    browser.mount(local.url, HTTPAdapter(max_retries=RETRIES))
    return Listener(str(ApiClient(local.url).request(browser, "GET", "/api/me")["listener_id"]), browser, ids)


def _request_at_once(local: LocalStack, listeners: Sequence[Listener], client: ApiClient) -> dict[str, str]:
    """Request every second cover over the API and the others by events. Return cover id -> playlist of the former."""
    pairs = [(listener, playlist) for listener in listeners for playlist in listener.playlists]
    by_request, by_event = repeat_some(pairs[::2]), repeat_some(pairs[1::2])

    def request(listener: Listener, playlist: str) -> str:
        body = {"source": {"kind": "playlist", "playlist_id": playlist, "count": _SONGS}}
        headers = {"Idempotency-Key": f"load-{playlist}"}
        cover = client.request(listener.browser, "POST", "/api/covers", json=body, headers=headers)
        listener.cover_ids.append(str(cover["cover_id"]))
        return listener.cover_ids[-1]

    with ThreadPoolExecutor(_THREADS) as pool:
        events = pool.submit(_put_events, local, by_event)
        cover_ids = list(pool.map(request, *zip(*by_request, strict=True)))
        events.result()
    return dict(zip(cover_ids, (playlist for _, playlist in by_request), strict=True))


def repeat_some[T](values: Sequence[T]) -> list[T]:
    """Repeat every third value right after itself, so that both requests are being handled at the same time."""
    return [value for place, value in enumerate(values) for _ in range(1 if place % 3 else 2)]


def _put_events(local: LocalStack, pairs: Sequence[tuple[Listener, str]]) -> None:
    """Raise RuntimeError if the event bus rejects an event."""
    bus = {"EventBusName": local.outputs["BusName"], "Source": "coverart", "DetailType": "PlaylistCreated"}
    for batch in itertools.batched(pairs, _MAX_EVENTS, strict=False):
        details = [
            {"listener_id": listener.id, "playlist_id": playlist, "name": "", "snapshot_id": ""}
            for listener, playlist in batch
        ]
        response = local.client("events").put_events(Entries=[{**bus, "Detail": json.dumps(d)} for d in details])
        if response["FailedEntryCount"]:
            raise RuntimeError(f"The event bus rejected {response['FailedEntryCount']} events.")


def _request_in_bulk(listener: Listener, client: ApiClient) -> None:
    """Request covers until every playlist has one. Raise RuntimeError if that takes too many requests."""
    body = {"dry_run": False, "options": {"publish": True}}
    for _ in range(_MAX_BULK_REQUESTS):
        response = client.request(listener.browser, "POST", "/api/covers/bulk", json=body)
        listener.cover_ids += [str(entry["cover_id"]) for entry in response["accepted"]]
        if not response["left"]:
            return
    raise RuntimeError(f"{response['left']} playlists are left: {response['stopped_by']}.")


@contextmanager
def _read_meanwhile(listeners: Sequence[Listener], clients: dict[str, ApiClient]) -> Iterator[None]:
    """Read the API for each listener, at a bounded rate, without retries."""
    stop = threading.Event()

    def read(listener: Listener) -> None:
        session, paths = requests.Session(), itertools.cycle(_READ_PATHS)
        session.cookies.update(listener.browser.cookies)
        while not stop.wait(_READ_SECONDS):
            path = next(paths)
            if "{id}" not in path or listener.cover_ids:
                cover_id = random.choice(listener.cover_ids or [""])  # noqa: S311  # not a secret
                with suppress(requests.HTTPError):  # is among the client's responses
                    clients[path].request(session, "GET", path.format(id=cover_id))

    with ThreadPoolExecutor(len(listeners)) as pool:
        readers = [pool.submit(read, listener) for listener in listeners]
        try:
            yield
        finally:
            stop.set()
    for reader in readers:
        reader.result()


def _duration(cover: dict[str, Any]) -> float:
    return (datetime.fromisoformat(cover["ended_at"]) - datetime.fromisoformat(cover["created_at"])).total_seconds()


def report_result(name: str, result: Result, report: Report) -> int:
    """Write the figures to out/ and report them. Return 1 if there are problems."""
    OUT.mkdir(exist_ok=True)
    (OUT / f"{name}.json").write_text(json.dumps(asdict(result), indent=1) + "\n", encoding="utf-8")
    for field_name, value in asdict(result).items():
        report(f"{field_name.replace('_', ' ')}: {json.dumps(value)}")
    return 1 if result.problems else 0


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
