"""Spotify, for those who have no account there: accounts service, Web API and pictures for a demo listener.

Run it with `python -m scripts.standins.spotify --port 8001 --mode development`, or use `with serving() as standin:`.
Requests to the Web API must be what the specification says (a violation answers 400 and is recorded); answers are,
apart from what an app in development mode really gets. Routes under /_standin are the stand-in's own.
"""

import argparse
import base64
import signal
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any, get_args
from urllib.parse import urlsplit

from flask import Flask, Response, after_this_request, jsonify, request
from werkzeug.exceptions import HTTPException

from scripts.standins.answers import mosaic_url
from scripts.standins.serving import LOOPBACK, add_admin, served
from scripts.standins.spotify_accounts import add_accounts
from scripts.standins.spotify_api import SpotifyRefusalError, add_web_api, let_in
from scripts.standins.spotify_pictures import add_pictures
from scripts.standins.spotify_state import LISTENERS, Mode, State


@dataclass(frozen=True)
class Standin:
    """`url` is its address, without a slash at the end."""

    url: str
    state: State

    @property
    def api_url(self) -> str:
        return f"{self.url}/v1/"

    @property
    def picture_urls(self) -> list[str]:
        """The origins of all its pictures."""
        return [self.url, mosaic_url(self.url)]


@contextmanager
def serving(mode: Mode = "development", port: int = 0, host: str = LOOPBACK) -> Iterator[Standin]:
    """Serves it from threads of this process; port 0 is a free one."""
    state = State(mode)
    with ExitStack() as ending:
        app = create_app(state)
        url = ending.enter_context(served(app, port, host))
        if host != LOOPBACK:
            # The mosaics' address, which the page shows them from.
            ending.enter_context(served(app, urlsplit(url).port or 0))
        yield Standin(url, state)


def create_app(state: State) -> Flask:
    app = Flask(__name__)
    app.json.sort_keys = False  # type: ignore[attr-defined]  # typed as its base
    add_admin(app, state.recorder)
    _add_admin(app, state)
    add_accounts(app, state)
    add_web_api(app, state)
    add_pictures(app, state)

    @app.before_request
    def before() -> Response | None:
        if request.path.startswith("/_standin/"):
            return None
        state.recorder.record()
        fault = state.recorder.fault()
        if fault is not None and fault.late:
            after_this_request(lambda answer: fault.answer() or answer)
        elif fault is not None and (answer := fault.answer()) is not None:
            return answer
        if request.path.startswith("/v1/"):
            let_in(state)
        return None

    @app.errorhandler(SpotifyRefusalError)
    def refused(error: SpotifyRefusalError) -> tuple[Response, int]:
        return jsonify(error={"status": error.status, "message": str(error)}), error.status

    @app.errorhandler(HTTPException)
    def failed(error: HTTPException) -> tuple[Response, int]:
        return jsonify(error={"status": error.code, "message": error.name}), error.code or 500

    return app


def _add_admin(app: Flask, state: State) -> None:
    @app.post("/_standin/mode")
    def set_mode() -> dict[str, Any]:
        state.mode = request.get_json()["mode"]
        return {"mode": state.mode}

    @app.post("/_standin/reset")
    def reset() -> dict[str, Any]:
        state.reset()
        return {"mode": state.mode}

    @app.get("/_standin/listeners")
    def listeners() -> Response:
        return jsonify({listener.id: [listener.account_id, listener.name] for listener in LISTENERS.values()})

    @app.post("/_standin/tokens")
    def issue_tokens() -> dict[str, Any]:
        """{listener, scope?, age?} -> tokens as they are stored."""
        return state.tokens(**request.get_json())

    @app.post("/_standin/revoke")
    def revoke() -> dict[str, str]:
        state.revoked.add(request.get_json()["token"])
        return {"status": "ok"}

    @app.post("/_standin/playlists")
    def add_playlist() -> dict[str, str]:
        """{name, titles, owner?, image? (Base64)} -> {id}"""
        wanted = request.get_json()
        image = base64.b64decode(wanted.pop("image")) if "image" in wanted else None
        return {"id": state.add_playlist(**wanted, image=image)}


def main() -> None:
    parser = argparse.ArgumentParser(description="Spotify's stand-in, on loopback.")
    parser.add_argument("--port", type=int, default=8001)
    parser.add_argument("--mode", choices=get_args(Mode), default="development")
    arguments = parser.parse_args()
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    with serving(arguments.mode, arguments.port) as standin:
        print(f"Spotify's stand-in ({arguments.mode} mode): {standin.url}", flush=True)
        stop.wait()


if __name__ == "__main__":
    main()
