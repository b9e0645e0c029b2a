"""`make soak`: a library of playlists covered in bulk and set on Spotify, on the local stack with the painter.

It ends when every cover has ended, or after half an hour, and says what it saw: figures into out/soak.json.
"""

import json
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any

import requests

from scripts import consistency
from scripts.local import stack
from scripts.local.paths import ROOT
from scripts.standins.catalogue import Artwork

OUT = ROOT / "out"
# A listener of the stand-in's who has no playlists yet.
LISTENER = "newcomer"
COVERS = 500
SECONDS = 1800
# A young account's.
CONCURRENCY = 10
_SONGS = 6
_LOOKED_EVERY = 2.0  # seconds
_ANSWERED_WITHIN = 35
_ASKED_AT_MOST = 200


@dataclass
class Soak:
    """`statuses` says how many ended; what time did not suffice for is neither lost nor a problem.

    `memory_mb`: of the emulator and all functions, sampled every few seconds (resident, shared pages counted by
    each process that has them). `problems`: what is lost, doubled or left over, in words.
    """

    playlists: int
    seconds: float = 0
    requests: int = 0
    statuses: dict[str, int] = field(default_factory=dict)
    memory_mb: list[int] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def told(self) -> str:
        third = max(len(self.memory_mb) // 3, 1)
        early, late = self.memory_mb[third : 2 * third] or self.memory_mb, self.memory_mb[-third:]
        return (
            f"{self.playlists} playlists: {self.statuses} in {self.seconds:.0f} s "
            f"({60 * self.statuses.get('done', 0) / self.seconds:.1f} covers a minute), asked for in {self.requests} "
            f"requests; memory at most {max(early)} MB in the second third, {max(late)} MB in the last, "
            f"{self.memory_mb[-1]} MB at the end"
        )


def soak(local: stack.LocalStack, playlists: int, seconds: float, say: Callable[[str], None]) -> Soak:
    """Adds playlists of the listener's, asks for all in bulk until none is left, and waits until all have ended."""
    result, began = Soak(playlists), time.monotonic()
    ids = _add_playlists(local, playlists)
    browser = local.log_in(LISTENER)
    listener_id = str(_asked(browser, "GET", f"{local.url}/api/me")["listener_id"])
    deadline = began + seconds
    result.requests = _ask_for_all(browser, local.url, deadline)
    while time.monotonic() < deadline:
        result.memory_mb.append(_memory_mb(local.emulator.process.pid))
        result.statuses = dict(Counter(cover["status"] for cover in _covers(local, listener_id)))
        say(f"{time.monotonic() - began:.0f} s: {result.statuses}, {result.memory_mb[-1]} MB")
        if sum(result.statuses.get(status, 0) for status in stack.ENDED) >= playlists:
            break
        time.sleep(_LOOKED_EVERY)
    result.seconds = round(time.monotonic() - began, 1)
    unended = [cover["cover_id"] for cover in _covers(local, listener_id) if cover["status"] not in stack.ENDED]
    result.problems = [*_lost_or_doubled(local, listener_id, ids), *consistency.problems(local, under_way=unended)]
    again = _asked(browser, "POST", f"{local.url}/api/covers/bulk", {"dry_run": False})
    if again["accepted"] or again["skipped"] < result.statuses.get("done", 0):
        result.problems.append(f"asked again, {len(again['accepted'])} more were accepted")
    return result


def _add_playlists(local: stack.LocalStack, count: int) -> list[str]:
    if local.spotify is None:
        raise RuntimeError("Never with the real Spotify.")
    state = local.spotify.state
    songs = [song for song in state.music.songs.values() if isinstance(song.album.artwork, Artwork)]
    titles = sorted({song.name for song in songs})
    return [
        state.add_playlist(
            f"Shelf {n}", [titles[(n * _SONGS + song) % len(titles)] for song in range(_SONGS)], LISTENER
        )
        for n in range(count)
    ]


def _ask_for_all(browser: requests.Session, url: str, deadline: float) -> int:
    """Gives the number of requests that it took."""
    for number in range(1, _ASKED_AT_MOST):
        body = {"dry_run": False, "options": {"publish": True}}
        answer = _asked(browser, "POST", f"{url}/api/covers/bulk", body)
        if not answer["left"] or time.monotonic() > deadline:
            return number
    raise RuntimeError(f"There is no end to it: {answer['left']} are left, {answer['stopped_by']}.")


def _asked(browser: requests.Session, method: str, url: str, body: Any = None) -> dict[str, Any]:
    """Asks again where the stack is too busy, as a browser's page does."""
    for pause in (1, 2, 4, 8, 8, 8, 8, 8):
        answer = browser.request(method, url, json=body, timeout=_ANSWERED_WITHIN)
        if answer.status_code not in {429, 500, 502, 503}:
            answer.raise_for_status()
            told: dict[str, Any] = answer.json()
            return told
        time.sleep(pause)
    raise RuntimeError(f"The stack is too busy for {method} {url}: {answer.status_code} {answer.text[:200]}")


def _covers(local: stack.LocalStack, listener_id: str) -> list[dict[str, Any]]:
    query: dict[str, Any] = {
        "KeyConditionExpression": "listener_id = :listener",
        "ExpressionAttributeValues": {":listener": listener_id},
    }
    table = local.table("Covers")
    items = []
    while True:
        page = table.query(**query)
        items += page["Items"]
        if "LastEvaluatedKey" not in page:
            return items
        query["ExclusiveStartKey"] = page["LastEvaluatedKey"]


def _lost_or_doubled(local: stack.LocalStack, listener_id: str, playlists: list[str]) -> list[str]:
    covers = _covers(local, listener_id)
    made = Counter(str(cover["request"]["source"]["playlist_id"]) for cover in covers)
    problems = [f"{playlist} has {made[playlist]} covers" for playlist in playlists if made[playlist] != 1]
    ended = [cover for cover in covers if cover["status"] in stack.ENDED]
    for cover in ended:
        if cover["status"] != "done":
            problems.append(f"{cover['cover_id']} is {cover['status']}: {cover.get('error')}")
        elif (image := cover["published"]["playlist_image"]) != "set":
            problems.append(f"{cover['cover_id']} is {image}: {cover['published'].get('message')}")
    uploads = local.spotify.state.uploads if local.spotify else {}
    for cover in ended:
        playlist = str(cover["request"]["source"]["playlist_id"])
        if (sent := len(uploads.get(playlist, []))) != 1:
            problems.append(f"{playlist} was sent {sent} images")
    return problems


def _memory_mb(group: int) -> int:
    """Of all processes of a group."""
    listed = subprocess.run(["ps", "-eo", "pgid=,rss="], capture_output=True, text=True, check=True, timeout=10)
    rows = (line.split() for line in listed.stdout.splitlines())
    return sum(int(rss) for pgid, rss in rows if int(pgid) == group) // 1000


def main() -> int:
    def say(what: str) -> None:
        print(what, flush=True)

    with stack.running(
        say=say, concurrency=CONCURRENCY, ImageBackend="painter", DailyCoverLimit=str(2 * COVERS)
    ) as local:
        result = soak(local, COVERS, SECONDS, say)
    OUT.mkdir(exist_ok=True)
    (OUT / "soak.json").write_text(json.dumps(asdict(result), indent=1) + "\n", encoding="utf-8")
    say(result.told())
    for problem in result.problems[:20]:
        say(f"Problem: {problem}")
    return 1 if result.problems else 0


if __name__ == "__main__":
    sys.exit(main())
