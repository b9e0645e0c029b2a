"""A fake MusicBrainz: the artist search with the tags of the demo's artists, and its rules.

A request whose User-Agent does not identify the application gets 403, and more than one request a second on average
gets 503. It records a request other than a search for artists as a violation.
"""

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from flask import Flask, Response, jsonify, request

from scripts.fakes.catalog import Artist, load_catalog
from scripts.fakes.server import LOOPBACK, Recorder, serve_app

# From the request before the last one, half of what the rule allows: requests arrive late on a busy machine.
_MIN_SECONDS_FOR_TWO = 1
_QUERY = re.compile(r'artist:"((?:[^"\\]|\\.)*)"')


@dataclass
class State:
    """`agents`: the User-Agent of each request. `last_requests`: time.monotonic() of the last two, the older first."""

    recorder: Recorder = field(default_factory=Recorder)
    agents: list[str] = field(default_factory=list)
    last_requests: tuple[float, float] = (0, 0)

    def reset(self) -> None:
        self.recorder.clear()
        self.agents.clear()
        self.last_requests = (0, 0)


@dataclass(frozen=True)
class FakeMusicBrainz:
    """`url` is its address, without a slash at the end."""

    url: str
    state: State

    @property
    def api_url(self) -> str:
        return f"{self.url}/ws/2/"

    def list_searched_artists(self) -> list[str]:
        """Return the names of the requested artists, in order."""
        queries = [recorded["query"].get("query", "") for recorded in self.state.recorder.requests]
        return [match[1] for query in queries if (match := _QUERY.fullmatch(query))]


@contextmanager
def serve(host: str = LOOPBACK) -> Iterator[FakeMusicBrainz]:
    """Serve it from threads of this process, on any free port."""
    state = State()
    with serve_app(create_app(state), host=host) as url:
        yield FakeMusicBrainz(url, state)


def create_app(state: State) -> Flask:
    app = Flask(__name__)

    @app.before_request
    def check_rules() -> tuple[Response, int] | Response | None:
        state.recorder.record()
        state.agents.append(request.headers.get("User-Agent", ""))
        with state.recorder.lock:
            now, (before_last, last) = time.monotonic(), state.last_requests
            too_soon = now - before_last < _MIN_SECONDS_FOR_TWO
            state.last_requests = (last, now)
        if (response := state.recorder.take_response()) is not None:
            return response
        if "(" not in state.agents[-1]:
            return jsonify(error="Identify your application in the User-Agent."), 403
        if too_soon:
            return jsonify(error="Your requests are exceeding the allowable rate limit."), 503
        return None

    @app.get("/ws/2/artist")
    def search_artists() -> tuple[Response, int] | Response:
        query = _QUERY.fullmatch(request.args.get("query", ""))
        if query is None or request.args.get("fmt") != "json":
            state.recorder.violations.append(f"not a search for artists as JSON: {request.full_path}")
            return jsonify(error="Bad request"), 400
        words = _split_words(query[1])
        hits = [artist for artist in load_catalog().artists.values() if words & _split_words(artist.name)]
        ranked = sorted(hits, key=lambda artist: -_score(artist, words))[: int(request.args.get("limit", "25"))]
        artists = [_artist_object(artist, _score(artist, words)) for artist in ranked]
        return jsonify(created="2026-11-22T00:00:00.000Z", count=len(hits), offset=0, artists=artists)

    return app


def _split_words(name: str) -> set[str]:
    return set(re.findall(r"\w+", name.casefold()))


def _score(artist: Artist, words: set[str]) -> int:
    name_words = _split_words(artist.name)
    return round(100 * len(name_words & words) / len(name_words | words))


def _artist_object(artist: Artist, score: int) -> dict[str, Any]:
    body: dict[str, Any] = {"id": artist.id, "type": "Group", "score": score, "name": artist.name}
    body |= {"sort-name": artist.name, "disambiguation": ""}
    if artist.genres:  # an artist without tags has no list of tags
        tags = [{"count": 9 - place, "name": genre} for place, genre in enumerate(artist.genres)]
        body["tags"] = [{"count": 1, "name": "seen live"}, *tags, {"count": -1, "name": "polka"}]
    return body
