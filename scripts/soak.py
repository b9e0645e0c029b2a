"""`make soak`: a library of playlists covered in bulk and set on Spotify, on the local stack with the painter.

It ends when every cover has ended, or after half an hour, and says what it saw: figures into out/soak.json.
"""

import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

import requests

from scripts import consistency, crowd
from scripts.local import stack

# A listener of the stand-in's who has no playlists yet.
LISTENER = "newcomer"
COVERS = 500
SECONDS = 1800
_LOOKED_EVERY = 2.0  # seconds
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
    ids = crowd.add_playlists(local, LISTENER, playlists)
    browser = local.log_in(LISTENER)
    listener_id = str(crowd.asked(browser, "GET", f"{local.url}/api/me")["listener_id"])
    deadline = began + seconds
    result.requests = _ask_for_all(browser, local.url, deadline)
    while time.monotonic() < deadline:
        result.memory_mb.append(_memory_mb(local.emulator.process.pid))
        result.statuses = dict(Counter(cover["status"] for cover in crowd.covers_of(local, listener_id)))
        say(f"{time.monotonic() - began:.0f} s: {result.statuses}, {result.memory_mb[-1]} MB")
        if sum(result.statuses.get(status, 0) for status in stack.ENDED) >= playlists:
            break
        time.sleep(_LOOKED_EVERY)
    result.seconds = round(time.monotonic() - began, 1)
    covers = crowd.covers_of(local, listener_id)
    unended = [cover["cover_id"] for cover in covers if cover["status"] not in stack.ENDED]
    result.problems = [*crowd.without_one_cover(ids, covers), *crowd.not_done(local, covers)]
    result.problems += consistency.problems(local, under_way=unended)
    again = crowd.asked(browser, "POST", f"{local.url}/api/covers/bulk", {"dry_run": False})
    if again["accepted"] or again["skipped"] < result.statuses.get("done", 0):
        result.problems.append(f"asked again, {len(again['accepted'])} more were accepted")
    return result


def _ask_for_all(browser: requests.Session, url: str, deadline: float) -> int:
    """Gives the number of requests that it took."""
    for number in range(1, _ASKED_AT_MOST):
        body = {"dry_run": False, "options": {"publish": True}}
        answer = crowd.asked(browser, "POST", f"{url}/api/covers/bulk", body)
        if not answer["left"] or time.monotonic() > deadline:
            return number
    raise RuntimeError(f"There is no end to it: {answer['left']} are left, {answer['stopped_by']}.")


def _memory_mb(group: int) -> int:
    """Of all processes of a group."""
    listed = subprocess.run(["ps", "-eo", "pgid=,rss="], capture_output=True, text=True, check=True, timeout=10)
    rows = (line.split() for line in listed.stdout.splitlines())
    return sum(int(rss) for pgid, rss in rows if int(pgid) == group) // 1000


def main() -> int:
    def say(what: str) -> None:
        print(what, flush=True)

    with stack.running(
        say=say, concurrency=crowd.CONCURRENCY, ImageBackend="painter", DailyCoverLimit=str(2 * COVERS)
    ) as local:
        result = soak(local, COVERS, SECONDS, say)
    return crowd.reported("soak", result, say)


if __name__ == "__main__":
    sys.exit(main())
