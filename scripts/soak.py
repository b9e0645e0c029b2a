"""`make soak`: a library of playlists covered in bulk and set on Spotify, on the local stack with the painter.

It ends when every cover has ended, or after half an hour, and says what it saw: figures into out/soak.json.
"""

import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import requests

from scripts import consistency, crowd
from scripts.local import stack

# A listener of the stand-in's who has no playlists yet.
LISTENER = "newcomer"
COVERS = 500
SECONDS = 1800
_LOOKED_EVERY = 2.0  # seconds
# What a function's process may take more in the last third of the run than in the second.
_GROWTH_MB = 64
_ASKED_AT_MOST = 200


@dataclass
class Soak:
    """`statuses` says how many ended; what time did not suffice for is neither lost nor a problem.

    Resident memory, sampled every few seconds: `functions_mb` of all functions, where pages that they share count for
    each, and `emulator_mb`, which holds every picture that was made. `growth_mb`: of the process that grew most.
    `problems`: what is lost, doubled or left over, in words.
    """

    playlists: int
    seconds: float = 0
    requests: int = 0
    statuses: dict[str, int] = field(default_factory=dict)
    functions_mb: list[int] = field(default_factory=list)
    emulator_mb: list[int] = field(default_factory=list)
    growth_mb: int = 0
    problems: list[str] = field(default_factory=list)

    def told(self) -> str:
        return (
            f"{self.playlists} playlists: {self.statuses} in {self.seconds:.0f} s "
            f"({60 * self.statuses.get('done', 0) / self.seconds:.1f} covers a minute), asked for in {self.requests} "
            f"requests; functions at most {max(self.functions_mb)} MB, {self.functions_mb[-1]} at the end, the one "
            f"that grew most by {self.growth_mb}; emulator with all pictures {self.emulator_mb[-1]} MB"
        )


def soak(local: stack.LocalStack, playlists: int, seconds: float, say: Callable[[str], None]) -> Soak:
    """Adds playlists of the listener's, asks for all in bulk until none is left, and waits until all have ended."""
    result, began = Soak(playlists), time.monotonic()
    ids = crowd.add_playlists(local, LISTENER, playlists)
    browser = local.log_in(LISTENER)
    listener_id = str(crowd.asked(browser, "GET", f"{local.url}/api/me")["listener_id"])
    deadline = began + seconds
    result.requests = _ask_for_all(browser, local.url, deadline)
    samples: list[dict[int, int]] = []
    emulator = local.emulator.process.pid
    while time.monotonic() < deadline:
        samples.append(_memory_mb(emulator))
        result.emulator_mb.append(samples[-1].pop(emulator))
        result.functions_mb.append(sum(samples[-1].values()))
        result.statuses = dict(Counter(cover["status"] for cover in crowd.covers_of(local, listener_id)))
        say(f"{time.monotonic() - began:.0f} s: {result.statuses}, functions {result.functions_mb[-1]} MB")
        if sum(result.statuses.get(status, 0) for status in stack.ENDED) >= playlists:
            break
        time.sleep(_LOOKED_EVERY)
    result.seconds = round(time.monotonic() - began, 1)
    covers = crowd.covers_of(local, listener_id)
    unended = [cover["cover_id"] for cover in covers if cover["status"] not in stack.ENDED]
    result.problems = [*crowd.without_one_cover(ids, covers), *crowd.not_done(local, covers)]
    result.problems += consistency.problems(local, under_way=unended)
    result.growth_mb = growth_mb(samples)
    if result.growth_mb > _GROWTH_MB:
        result.problems.append(f"a function's process took {result.growth_mb} MB more in the last third")
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


def growth_mb(samples: Sequence[dict[int, int]]) -> int:
    """How much more the process that grew most takes at most in the last third than in the second.

    `samples`: process -> MB. Of the processes that are there in both; 0 where there is none.
    """
    third = len(samples) // 3
    middle, late = _highest(samples[third : 2 * third]), _highest(samples[2 * third :])
    return max((late[pid] - middle[pid] for pid in middle.keys() & late.keys()), default=0)


def _highest(samples: Sequence[dict[int, int]]) -> dict[int, int]:
    return {pid: max(sample.get(pid, 0) for sample in samples) for pid in set().union(*samples)}


def _memory_mb(group: int) -> dict[int, int]:
    """Process -> its resident memory, of a group."""
    listed = subprocess.run(["ps", "-eo", "pid=,pgid=,rss="], capture_output=True, text=True, check=True, timeout=10)
    rows = (map(int, line.split()) for line in listed.stdout.splitlines())
    return {pid: rss // 1000 for pid, of, rss in rows if of == group}


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
