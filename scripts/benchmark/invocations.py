"""What each function takes on the local stack, new and warm: of the clock, of the processor, of memory."""

import json
import uuid
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from statistics import fmean
from typing import Any

import requests

from coverart.models import STEPS
from scripts import memory
from scripts.benchmark import fetching, throughput
from scripts.benchmark.pipeline import cool, done, forget_artwork
from scripts.benchmark.report import Row
from scripts.local import stack
from scripts.memory import Function
from scripts.metering import Meter, Taken
from scripts.standins import distance
from scripts.standins.catalogue import spotify_id

GROUP = "Invocations"
_API_CALLS = 10
_WITHIN = 35  # seconds
ABOUT = (
    "One call of each function on the local stack, Spotify as far away as in *Fetching*: the steps of a cover of a "
    "playlist's 20 albums at most, which is set as its image; a login; the list of covers; a tick of watch and one of "
    "settle, with nothing to do; a cover set by hand. *Cold*: its process's start, imports, models and clients are in "
    "it. *Processor*: of all its threads; *two threads*: while two of them worked at once. *Waiting*: for Spotify, "
    "tables and bucket. *Peak memory*: its process's."
)


@dataclass
class Seen:
    """Of one function."""

    cold: list[Taken] = field(default_factory=list)
    warm: list[Taken] = field(default_factory=list)

    def function(self, reads_pictures: bool, peak_mb: float = 0) -> Function:
        """By the calls that took the least of the clock: what else the machine did is not the function's.

        `peak_mb`: what it took elsewhere.
        """
        warm = min(self.warm, key=lambda taken: fmean(taken.seconds)).call()
        cold = warm.started_anew(min(taken.processor for taken in self.cold))
        return Function(warm, cold, max([peak_mb, *(taken.peak_mb for taken in self.warm)]), reads_pictures)


def measure(local: stack.LocalStack, say: Callable[[str], None], warm: int = 2) -> dict[str, Seen]:
    """By room. Each is called once with a new process, then so many times more. Raises RuntimeError where one fails."""
    seen: dict[str, Seen] = defaultdict(Seen)
    doing = _Doing(local)
    if local.spotify is None:
        raise RuntimeError("Never with the real Spotify.")
    distance.move_away(local.spotify)
    try:
        for state in ["cold", *["warm"] * warm]:
            say(f"Calling every function, {state}")
            if state == "cold":
                cool(local)
            for act in (doing.log_in, doing.make_cover, doing.read, doing.set_by_hand, doing.look, doing.sweep):
                forget_artwork(local)
                meter = Meter(local)
                for room, taken in meter.read(**act(state == "cold")).items():
                    (seen[room].cold if state == "cold" else seen[room].warm).append(taken)
    finally:
        distance.come_back(local.spotify)
    return dict(seen)


def rows(seen: dict[str, Seen]) -> Iterator[Row]:
    for room, its in seen.items():
        for state, taken in (("cold", its.cold), ("warm", its.warm)):
            yield Row(GROUP, room, state, "s", [fmean(one.seconds) for one in taken])
            yield Row(GROUP, room, f"{state}, processor", "s", [one.processor / len(one.seconds) for one in taken])
        call = its.function(False).warm
        yield Row(GROUP, room, "warm, two threads", "s", [call.paired])
        yield Row(GROUP, room, "warm, waiting", "s", [call.waiting])
        yield Row(GROUP, room, "peak memory", "MB", [one.peak_mb for one in its.warm])


# What else shows how much memory a function may need: (group, subject) of the most artworks that a cover has.
_WITH_MOST = {"fetch": (fetching.GROUP, "artworks"), "detect": (throughput.GROUP, "2 threads")}


def functions(seen: Mapping[str, Seen], rows: Iterable[Row]) -> dict[str, Function]:
    peaks = {(row.group, row.subject): max(row.values) for row in rows if row.measure == "peak memory"}
    return {
        room: its.function(_reads_pictures(room), peaks.get(_WITH_MOST.get(room, ("", "")), 0))
        for room, its in seen.items()
    }


def _reads_pictures(room: str) -> bool:
    return {"Ref": "PillowLayer"} in memory.functions()[room]["Layers"]


class _Doing:
    """Each gives how many invocations of which rooms come of it; `new`: their processes are new."""

    def __init__(self, local: stack.LocalStack) -> None:
        self._local = local
        self._browser = local.log_in()
        self._listener_id = str(self._answer("GET", "/api/me")["listener_id"])
        self._playlist_id = spotify_id("playlist", "everything-at-once")
        self._cover_id = ""

    def log_in(self, new: bool) -> dict[str, int]:
        if new:
            requests.get(f"{self._local.url}/login", allow_redirects=False, timeout=_WITHIN).raise_for_status()
            return {"auth": 1}
        self._local.log_in()
        return {"auth": 2}

    def make_cover(self, new: bool) -> dict[str, int]:  # noqa: ARG002  # it is the same
        source = {"kind": "playlist", "playlist_id": self._playlist_id, "count": 20}
        options = {"publish": True}
        self._cover_id = self._local.ask(self._listener_id, source, str(uuid.uuid4()), options, replace_own=True)
        item = done(self._local, self._listener_id, self._cover_id)
        if item["published"]["playlist_image"] != "set":
            raise RuntimeError(f"The cover was not set: {item['published']}")
        return dict.fromkeys(("accept", *STEPS), 1)

    def read(self, new: bool) -> dict[str, int]:
        for _ in range(1 if new else _API_CALLS):
            self._answer("GET", "/api/covers")
        return {"api": 1 if new else _API_CALLS}

    def set_by_hand(self, new: bool) -> dict[str, int]:  # noqa: ARG002  # it is the same
        self._answer("POST", f"/api/covers/{self._cover_id}/apply", {})
        return {"apply": 1}

    def look(self, new: bool) -> dict[str, int]:  # noqa: ARG002  # it is the same
        self._invoke(self._local.outputs["WatchFunctionName"], {})
        return {"watch": 1}

    def sweep(self, new: bool) -> dict[str, int]:  # noqa: ARG002  # it is the same
        self._invoke(self._local.function("SettleFunction")["FunctionName"], {"sweep": "unended"})
        return {"settle": 1}

    def _invoke(self, function: str, event: dict[str, Any]) -> None:
        answer = self._local.client("lambda").invoke(FunctionName=function, Payload=json.dumps(event))
        if "FunctionError" in answer:
            raise RuntimeError(f"{function}: {answer['Payload'].read()!r}")

    def _answer(self, method: str, path: str, body: Any = None) -> Any:
        answer = self._browser.request(method, self._local.url + path, json=body, timeout=_WITHIN)
        answer.raise_for_status()
        return answer.json()
