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
Post = Callable[..., Any]
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


def create_client(url: str, session: requests.Session, retries: Retry = RETRIES) -> Post:
    """Return a function that posts JSON and returns the response's. It raises HTTPError for a refusal."""
    session.mount(url, HTTPAdapter(max_retries=retries))

    def post(path: str, body: Any, **headers: str) -> Any:
        # The time limit is longer than the local proxy's.
        response = session.post(url + path, json=body, headers=headers, timeout=40)
        response.raise_for_status()
        return response.json()

    return post


def run(local: LocalStack, profile: Profile, covers: int, report: Report) -> dict[str, Any]:
    """Request covers as the profile says, wait until they have ended, and check everything.

    Of the result, `cover_seconds` are from accepting a cover to its end, `step_seconds` of each step's own work.
    """
    start, post = time.monotonic(), create_client(local.url, local.log_in(_LISTENER))
    playlists = _add_playlists(local, covers)
    accepted = _request_at_once(local, post, playlists) if profile == "load" else _request_in_bulk(post)
    report(f"{time.monotonic() - start:.0f} s: all covers are requested")
    while (seconds := time.monotonic() - start) < _TIMEOUT_SECONDS[profile]:
        items = [add_chosen_results(from_dynamodb(item)) for item in consistency.scan_items(local.table("Covers"))]
        statuses = Counter(cover["status"] for cover in items)
        report(f"{seconds:.0f} s: {dict(statuses)}")
        if sum(statuses[status] for status in FINAL_STATUSES) >= covers:
            break
        time.sleep(2)
    problems = [
        *check_covers(playlists, accepted, local.fake_spotify.state.uploads, items),
        *_check_dead_letters(local),
        *check_step_times(_read_step_limits(local), items),
        *consistency.find_problems(local),
    ]
    if profile == "soak":
        again = post("/api/covers/bulk", {"dry_run": False})
        if again["accepted"] or again["skipped"] < statuses["done"]:
            problems.append(f"a repeated bulk request accepted {len(again['accepted'])} more covers")
    ended = [cover for cover in items if "ended_at" in cover]
    spans = [datetime.fromisoformat(each["ended_at"]) - datetime.fromisoformat(each["created_at"]) for each in ended]
    return {
        "covers": covers,
        "seconds": round(seconds, 1),
        "statuses": dict(statuses),
        "cover_seconds": summarize([span.total_seconds() for span in spans]),
        "step_seconds": {step: summarize(_step_seconds(step, items)) for step in STEPS},
        "problems": problems,
    }


def _add_playlists(local: LocalStack, count: int) -> list[str]:
    """Give the listener this many playlists and return their ids."""
    state = local.fake_spotify.state
    songs = [song for song in state.music.songs.values() if isinstance(song.album.artwork, Artwork)]
    titles = itertools.cycle(sorted({song.name for song in songs}))
    shelves = [list(itertools.islice(titles, _SONGS)) for _ in range(count)]
    return [state.add_playlist(f"Shelf {number}", shelf, _LISTENER) for number, shelf in enumerate(shelves)]


def _request_at_once(local: LocalStack, post: Post, playlists: Sequence[str]) -> dict[str, str]:
    """Request every second cover over the API and the others by events. Return cover id -> playlist of the former."""
    by_request, by_event = repeat_some(playlists[::2]), repeat_some(playlists[1::2])

    def request(playlist: str) -> str:
        source = {"kind": "playlist", "playlist_id": playlist, "count": _SONGS}
        # Without the option, a request to the API makes four where the painter paints, and an event one.
        body = {"source": source, "options": {"candidates": 1}}
        return str(post("/api/covers", body, **{"Idempotency-Key": f"load-{playlist}"})["cover_id"])

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


def _request_in_bulk(post: Post) -> dict[str, str]:
    """Request covers until every playlist has one. Return cover id -> playlist.

    Raise RuntimeError if that takes too many requests.
    """
    playlists: dict[str, str] = {}
    for _ in range(_MAX_BULK_REQUESTS):
        response = post("/api/covers/bulk", {"dry_run": False, "options": {"publish": True}})
        playlists |= {entry["cover_id"]: entry["playlist_id"] for entry in response["accepted"]}
        if not response["left"]:
            return playlists
    raise RuntimeError(f"{response['left']} playlists are left: {response['stopped_by']}.")


def check_covers(
    playlists: Iterable[str],
    accepted: Mapping[str, str],
    uploads: Mapping[str, Sequence[bytes]],
    covers: Sequence[Mapping[str, Any]],
) -> Iterator[str]:
    """Yield a sentence for each lost, duplicate, wrong, failed or unset cover.

    `accepted`: cover id -> the playlist of the request that got it. `uploads` are by playlist.
    """
    owners = {cover["cover_id"]: cover["request"]["source"]["playlist_id"] for cover in covers}
    counts = Counter(owners.values())
    yield from (f"{playlist} has {counts[playlist]} covers" for playlist in playlists if counts[playlist] != 1)
    for cover_id, playlist in accepted.items():
        if (actual := owners.get(cover_id, "nothing")) != playlist:
            yield f"the request for {playlist} returned {cover_id}, which is of {actual}"
    for cover in covers:
        playlist = owners[cover["cover_id"]]
        if cover["status"] == "failed":
            yield f"{cover['cover_id']} failed: {cover.get('error')}"
        elif cover["status"] == "done" and cover["request"]["options"]["publish"]:
            published = cover["published"]
            if published["playlist_image"] != "set":
                yield f"{cover['cover_id']} is {published['playlist_image']}: {published.get('message')}"
            if (count := len(uploads.get(playlist, []))) != 1:
                yield f"{playlist} got {count} uploads"


def _check_dead_letters(local: LocalStack) -> Iterator[str]:
    name = "ApproximateNumberOfMessages"
    queue = {"QueueUrl": local.outputs["DeadLetterQueueUrl"], "AttributeNames": [name]}
    if (count := int(local.client("sqs").get_queue_attributes(**queue)["Attributes"][name])) > 0:
        yield f"{count} dead letters"


def check_step_times(limits: Mapping[str, float], covers: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Yield a sentence for each step whose time limit leaves too little margin."""
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


def main() -> int:
    parser = argparse.ArgumentParser(description="Make many covers on the local stack.")
    parser.add_argument("profile", choices=list(COVERS))
    parser.add_argument("--covers", type=int, help="how many covers (default: 100 for load, 500 for soak)")
    arguments = parser.parse_args()
    covers, report = arguments.covers or COVERS[arguments.profile], partial(print, flush=True)
    limit = str(2 * covers)
    with run_stack(report=report, concurrency=CONCURRENCY, ImageBackend="painter", DailyCoverLimit=limit) as local:
        result = run(local, arguments.profile, covers, report)
    OUT.mkdir(exist_ok=True)
    (OUT / f"{arguments.profile}.json").write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    for figure, value in result.items():
        report(f"{figure.replace('_', ' ')}: {json.dumps(value)}")
    return 1 if result["problems"] else 0


if __name__ == "__main__":
    sys.exit(main())
