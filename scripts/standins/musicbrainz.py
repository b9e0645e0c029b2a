"""MusicBrainz's artist search, as far as it is used: tags of the demo's artists, and its rules.

Run it with `python -m scripts.standins.musicbrainz --port 8003`, or use `with serving() as standin:`. Who does not say
who asks gets 403, who asks more than once a second 503. What is not a search for artists is a violation.
"""

import argparse
import re
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from flask import Flask, Response, jsonify, request

from scripts.standins.catalogue import Artist, catalogue
from scripts.standins.serving import LOOPBACK, Recorder, add_admin, served

_PAUSE = 0.95  # seconds; a client's clock is not ours
_QUERY = re.compile(r'artist:"((?:[^"\\]|\\.)*)"')


@dataclass
class State:
    """`agents`: the User-Agents of the requests. `asked_at`: when the last one came, of time.monotonic()."""

    recorder: Recorder = field(default_factory=Recorder)
    agents: list[str] = field(default_factory=list)
    asked_at: float = 0

    def reset(self) -> None:
        self.recorder.clear()
        self.agents.clear()
        self.asked_at = 0


@dataclass(frozen=True)
class Standin:
    """`url` is its address, without a slash at the end."""

    url: str
    state: State

    @property
    def api_url(self) -> str:
        return f"{self.url}/ws/2/"

    def asked(self) -> list[str]:
        """The artists' names that were searched for, in order."""
        queries = [r["query"].get("query", "") for r in self.state.recorder.requests]
        return [found[1] for query in queries if (found := _QUERY.fullmatch(query))]


@contextmanager
def serving(port: int = 0, host: str = LOOPBACK) -> Iterator[Standin]:
    """Serves it from threads of this process; port 0 is a free one."""
    state = State()
    with served(create_app(state), port, host) as url:
        yield Standin(url, state)


def create_app(state: State) -> Flask:
    app = Flask(__name__)
    add_admin(app, state.recorder)

    @app.before_request
    def before() -> tuple[Response, int] | Response | None:
        if request.path.startswith("/_standin/"):
            return None
        state.recorder.record()
        state.agents.append(request.headers.get("User-Agent", ""))
        with state.recorder.lock:
            too_soon = time.monotonic() - state.asked_at < _PAUSE
            state.asked_at = time.monotonic()
        if (fault := state.recorder.fault()) is not None and (answer := fault.answer()) is not None:
            return answer
        if "(" not in state.agents[-1]:
            return jsonify(error="Please tell who you are in the User-Agent."), 403
        if too_soon:
            return jsonify(error="Your requests are exceeding the allowable rate limit."), 503
        return None

    @app.get("/ws/2/artist")
    def artist() -> tuple[Response, int] | Response:
        found = _QUERY.fullmatch(request.args.get("query", ""))
        if found is None or request.args.get("fmt") != "json":
            state.recorder.violations.append(f"not a search for an artist as JSON: {request.full_path}")
            return jsonify(error="Bad request"), 400
        wanted = set(re.findall(r"\w+", found[1].casefold()))
        hits = [one for one in catalogue().artists.values() if wanted & set(re.findall(r"\w+", one.name.casefold()))]
        ranked = sorted(hits, key=lambda one: -_score(one, wanted))[: int(request.args.get("limit", "25"))]
        told = [_told(one, _score(one, wanted)) for one in ranked]
        return jsonify(created="2026-11-22T00:00:00.000Z", count=len(hits), offset=0, artists=told)

    return app


def _score(artist: Artist, wanted: set[str]) -> int:
    words = set(re.findall(r"\w+", artist.name.casefold()))
    return round(100 * len(words & wanted) / len(words | wanted))


def _told(artist: Artist, score: int) -> dict[str, Any]:
    told: dict[str, Any] = {"id": artist.id, "type": "Group", "score": score, "name": artist.name}
    told |= {"sort-name": artist.name, "disambiguation": ""}
    if artist.genres:  # who has no tags has no list of them either
        tags = [{"count": 9 - place, "name": genre} for place, genre in enumerate(artist.genres)]
        told["tags"] = [{"count": 1, "name": "seen live"}, *tags, {"count": -1, "name": "polka"}]
    return told


def main() -> None:
    parser = argparse.ArgumentParser(description="MusicBrainz's stand-in, on loopback.")
    parser.add_argument("--port", type=int, default=8003)
    arguments = parser.parse_args()
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    with serving(arguments.port) as standin:
        print(f"MusicBrainz's stand-in: {standin.url}", flush=True)
        stop.wait()


if __name__ == "__main__":
    main()
