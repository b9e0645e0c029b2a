"""`make load` and `make soak`: many covers on the local stack with the built-in painter.

`load` requests 100 covers of one candidate at once, half of them over the API and half by events, every third one
twice. `soak` requests covers for 500 playlists in bulk and publishes them. A run lasts until every cover has ended, or
its time limit; then the checks below and those of consistency.py follow. Figures go to out/load.json or out/soak.json.
The exit code is 1 if there are problems.
"""

import argparse
import itertools
import json
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any, Literal

import numpy as np
import requests
from requests.adapters import HTTPAdapter
from urllib3 import Retry

from coverart.aws.dynamodb import from_dynamodb
from coverart.models import STEPS
from coverart.store.candidates import add_chosen_results
from scripts import consistency
from scripts.fakes.catalog import Artwork
from scripts.fakes.spotify_state import LISTENERS
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
# A step's time limit must be at least this many times its 99th percentile on a busy machine.
_MIN_LIMIT_RATIO = 2
# API Gateway's responses if Lambda throttles, or does not respond. The pauses add up to minutes: a program waits longer
# than a person at a page.
RETRIES = Retry(
    35, status_forcelist={429, 500, 502, 503, 504}, allowed_methods=None, raise_on_status=False,
    respect_retry_after_header=False, backoff_factor=0.25, backoff_max=8, backoff_jitter=2,
)  # fmt: skip


@dataclass
class Client:
    """A listener's program that requests covers. `playlists`: their ids."""

    url: str
    session: requests.Session
    playlists: list[str] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    retries: int = 0

    def post(self, path: str, body: Any, **headers: str) -> Any:
        """Return the JSON of the response. Raise HTTPError for a refusal, or if the stack stays busy."""
        # The time limit is longer than the local proxy's.
        response = self.session.post(self.url + path, json=body, headers=headers, timeout=40)
        self.statuses[response.status_code] += 1
        self.retries += len(response.raw.retries.history) if response.raw.retries else 0
        response.raise_for_status()
        return response.json()


def run(local: LocalStack, profile: Profile, covers: int, report: Report) -> dict[str, Any]:
    """Request covers as the profile says, wait until they have ended, and check everything.

    Of the result, `cover_seconds` are from accepting a cover to its end, `step_seconds` of each step's own work.
    """
    start, client = time.monotonic(), _log_in(local, covers)
    accepted = _request_at_once(local, client) if profile == "load" else _request_in_bulk(client)
    report(f"{time.monotonic() - start:.0f} s: all covers are requested")
    while (seconds := time.monotonic() - start) < _TIMEOUT_SECONDS[profile]:
        statuses = Counter(cover["status"] for cover in _list_covers(local))
        report(f"{seconds:.0f} s: {dict(statuses)}")
        if sum(statuses[status] for status in FINAL_STATUSES) >= covers:
            break
        time.sleep(2)
    items = _list_covers(local)
    problems = [
        *check_one_cover_each(client.playlists, items),
        *check_results(local.fake_spotify.state.uploads, items),
        *check_responses(accepted, items),
        *_check_dead_letters(local),
        *check_step_times(_read_step_limits(local), items),
        *consistency.find_problems(local),
    ]
    if profile == "soak":
        again = client.post("/api/covers/bulk", {"dry_run": False})
        if again["accepted"] or again["skipped"] < statuses["done"]:
            problems.append(f"a repeated bulk request accepted {len(again['accepted'])} more covers")
    ends = [
        [datetime.fromisoformat(cover[end]) for end in ("created_at", "ended_at")]
        for cover in items
        if "ended_at" in cover
    ]
    return {
        "covers": covers,
        "seconds": round(seconds, 1),
        "statuses": dict(statuses),
        "cover_seconds": summarize([(end - begin).total_seconds() for begin, end in ends]),
        "step_seconds": {step: summarize(_step_seconds(step, items)) for step in STEPS},
        "requests": dict(client.statuses),
        "retries": client.retries,
        "problems": problems,
    }


def _log_in(local: LocalStack, playlists: int) -> Client:
    """Log the listener in and give them this many playlists."""
    state, client = local.fake_spotify.state, Client(local.url, local.log_in(_LISTENER))
    songs = [song for song in state.music.songs.values() if isinstance(song.album.artwork, Artwork)]
    titles = itertools.cycle(sorted({song.name for song in songs}))
    for number in range(playlists):
        shelf = list(itertools.islice(titles, _SONGS))
        client.playlists.append(state.add_playlist(f"Shelf {number}", shelf, _LISTENER))
    client.session.mount(local.url, HTTPAdapter(max_retries=RETRIES))
    return client


def _request_at_once(local: LocalStack, client: Client) -> dict[str, str]:
    """Request every second cover over the API and the others by events. Return cover id -> playlist of the former."""
    by_request, by_event = repeat_some(client.playlists[::2]), repeat_some(client.playlists[1::2])

    def request(playlist: str) -> str:
        source = {"kind": "playlist", "playlist_id": playlist, "count": _SONGS}
        # Without the option, a request to the API makes four where the painter paints, and an event one.
        body = {"source": source, "options": {"candidates": 1}}
        return str(client.post("/api/covers", body, **{"Idempotency-Key": f"load-{playlist}"})["cover_id"])

    def put_events() -> None:
        """Raise RuntimeError if the event bus rejects an event."""
        bus = {"EventBusName": local.outputs["BusName"], "Source": "coverart", "DetailType": "PlaylistCoverRequested"}
        listener_id, events = LISTENERS[_LISTENER].account_id, local.client("events")
        for playlist in by_event:
            detail = {"listener_id": listener_id, "playlist_id": playlist, "name": "", "snapshot_id": ""}
            if events.put_events(Entries=[{**bus, "Detail": json.dumps(detail)}])["FailedEntryCount"]:
                raise RuntimeError(f"The event bus rejected {detail}.")

    with ThreadPoolExecutor(_THREADS) as pool:
        event_result = pool.submit(put_events)
        cover_ids = list(pool.map(request, by_request))
        event_result.result()
    return dict(zip(cover_ids, by_request, strict=True))


def repeat_some[T](values: Sequence[T]) -> list[T]:
    """Repeat every third value right after itself, so that both requests are being handled at the same time."""
    return [value for place, value in enumerate(values) for _ in range(1 if place % 3 else 2)]


def _request_in_bulk(client: Client) -> dict[str, str]:
    """Request covers until every playlist has one. Return cover id -> playlist.

    Raise RuntimeError if that takes too many requests.
    """
    playlists: dict[str, str] = {}
    for _ in range(_MAX_BULK_REQUESTS):
        response = client.post("/api/covers/bulk", {"dry_run": False, "options": {"publish": True}})
        playlists |= {entry["cover_id"]: entry["playlist_id"] for entry in response["accepted"]}
        if not response["left"]:
            return playlists
    raise RuntimeError(f"{response['left']} playlists are left: {response['stopped_by']}.")


def _list_covers(local: LocalStack) -> list[dict[str, Any]]:
    return [add_chosen_results(from_dynamodb(item)) for item in consistency.scan_items(local.table("Covers"))]


def _playlist_id(cover: Mapping[str, Any]) -> str:
    return str(cover["request"]["source"]["playlist_id"])


# Each check yields its problems as sentences.


def check_one_cover_each(playlists: Iterable[str], covers: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """No cover is missing, and none exists twice."""
    counts = Counter(map(_playlist_id, covers))
    yield from (f"{playlist} has {counts[playlist]} covers" for playlist in playlists if counts[playlist] != 1)


def check_results(uploads: Mapping[str, Sequence[bytes]], covers: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """No cover failed, and each that was to be published was uploaded once. `uploads` are by playlist."""
    for cover in covers:
        name, playlist = cover["cover_id"], _playlist_id(cover)
        if cover["status"] == "failed":
            yield f"{name} failed: {cover.get('error')}"
        elif cover["status"] == "done" and cover["request"]["options"]["publish"]:
            published = cover["published"]
            if published["playlist_image"] != "set":
                yield f"{name} is {published['playlist_image']}: {published.get('message')}"
            if (count := len(uploads.get(playlist, []))) != 1:
                yield f"{playlist} got {count} uploads"


def check_responses(accepted: Mapping[str, str], covers: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Each accepted request got the id of a cover of its own playlist. `accepted`: cover id -> playlist."""
    playlists = {str(cover["cover_id"]): _playlist_id(cover) for cover in covers}
    for cover_id, playlist in accepted.items():
        if (actual := playlists.get(cover_id, "nothing")) != playlist:
            yield f"the request for {playlist} returned {cover_id}, which is of {actual}"


def _check_dead_letters(local: LocalStack) -> Iterator[str]:
    name = "ApproximateNumberOfMessages"
    queue = {"QueueUrl": local.outputs["DeadLetterQueueUrl"], "AttributeNames": [name]}
    if (count := int(local.client("sqs").get_queue_attributes(**queue)["Attributes"][name])) > 0:
        yield f"{count} dead letters"


def check_step_times(limits: Mapping[str, float], covers: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Each step's time limit leaves a margin."""
    for step, limit in limits.items():
        if (p99 := summarize(_step_seconds(step, covers)).get("p99", 0)) * _MIN_LIMIT_RATIO > limit:
            yield f"{step} takes up to {p99:.1f} s (p99), which is too close to its limit of {limit:.0f} s"


def _read_step_limits(local: LocalStack) -> dict[str, float]:
    """Return the timeout of each step's function in seconds."""
    functions = local.client("lambda").list_functions()["Functions"]
    timeouts = {function["Handler"].split(".")[0]: float(function["Timeout"]) for function in functions}
    return {step: timeouts[step] for step in STEPS}


def _step_seconds(step: str, covers: Sequence[Mapping[str, Any]]) -> list[float]:
    return [float(cover["timings"][step]["seconds"]) for cover in covers if step in cover["timings"]]


def summarize(seconds: Sequence[float]) -> dict[str, float]:
    """Return percentiles by their names; nothing without values. Each percentile is one of the values."""
    if not seconds:
        return {}
    values = np.percentile(seconds, (50, 95, 99, 100), method="inverted_cdf")
    return {name: round(float(value), 3) for name, value in zip(("p50", "p95", "p99", "max"), values, strict=True)}


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
    covers, report = arguments.covers or COVERS[arguments.profile], partial(print, flush=True)
    limit = str(2 * covers)
    with run_stack(report=report, concurrency=CONCURRENCY, ImageBackend="painter", DailyCoverLimit=limit) as local:
        result = run(local, arguments.profile, covers, report)
    return report_result(arguments.profile, result, report)


if __name__ == "__main__":
    sys.exit(main())
