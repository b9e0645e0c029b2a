"""A fake Spotify for use without an account: accounts service, Web API and pictures, with a demo listener.

It records a request to the Web API that breaks the specification and responds with 400. Responses follow the
specification, except where an app in development mode really gets something else.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import cast

from flask import Flask, Response, after_this_request, jsonify, request
from flask.json.provider import DefaultJSONProvider
from werkzeug.exceptions import HTTPException

from coverart.store.listeners import Listeners, OAuthTokens
from scripts.fakes import spotify_accounts, spotify_api, spotify_pictures
from scripts.fakes.server import LOOPBACK, reserve_port, serve_app
from scripts.fakes.spotify_responses import mosaic_url
from scripts.fakes.spotify_state import LISTENERS, Mode, State
from scripts.fakes.tokens import CLIENT_ID, CLIENT_SECRET

# The stack's secrets for the fake.
SECRETS = {"spotify_client_id": CLIENT_ID, "spotify_client_secret": CLIENT_SECRET}


@dataclass(frozen=True)
class FakeSpotify:
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


def save_login(listeners: Listeners, fake: FakeSpotify, listener: str) -> str:
    """Log `listener` (a key of LISTENERS) in without a browser: save the profile and return the listener_id."""
    account, tokens = LISTENERS[listener], OAuthTokens.model_validate(fake.state.tokens(listener))
    listeners.save_login(account.account_id, listener, account.name, tokens, datetime.now(UTC))
    return account.account_id


@contextmanager
def serve(mode: Mode = "development", host: str = LOOPBACK) -> Iterator[FakeSpotify]:
    """Serve it from threads of this process, on any free port."""
    state, port = State(mode), 0
    with ExitStack() as stack:
        app = create_app(state)
        if host != LOOPBACK:
            # The page loads mosaics from their own host name, which resolves to loopback, at the same port.
            port = stack.enter_context(reserve_port("0.0.0.0"))  # noqa: S104  # it does not listen
            stack.enter_context(serve_app(app, port))
        yield FakeSpotify(stack.enter_context(serve_app(app, port, host)), state)


def create_app(state: State) -> Flask:
    app = Flask(__name__)
    cast("DefaultJSONProvider", app.json).sort_keys = False
    spotify_accounts.add_accounts_routes(app, state)
    spotify_api.add_listener_routes(app, state)
    spotify_api.add_playlist_routes(app, state)
    spotify_api.add_catalog_routes(app, state)
    spotify_pictures.add_picture_routes(app, state)

    @app.before_request
    def handle_faults() -> Response | None:
        state.recorder.record()
        fault = state.recorder.take_fault()
        if fault is not None and fault.late:
            after_this_request(lambda response: fault.respond() or response)
        elif fault is not None and (response := fault.respond()) is not None:
            return response
        if request.path.startswith("/v1/"):
            spotify_api.check_request(state)
        return None

    @app.errorhandler(HTTPException)
    def handle_http_error(error: HTTPException) -> tuple[Response, int]:
        return jsonify(error={"status": error.code, "message": error.description}), error.code or 500

    return app
