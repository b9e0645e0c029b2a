"""Faults of the Spotify fake, the requests that it recorded, and tokens that it issued."""

from datetime import UTC, datetime
from typing import Any

from coverart.store.listeners import Listeners, OAuthTokens
from scripts.fakes.server import Fault
from scripts.fakes.spotify import FakeSpotify

ERROR_BODY: dict[str, Any] = {"error": {"status": 0, "message": "Something"}}


def add_fault(fake: FakeSpotify, path: str, status: int | None, body: Any = ERROR_BODY, **fields: Any) -> None:
    """Let the next request to `path` fail, get an invalid body, or without a `status` be only delayed."""
    fake.state.recorder.faults.append(Fault(path, status, body=body, **fields))


def add_upload_fault(fake: FakeSpotify, status: int, body: Any = ERROR_BODY, **fields: Any) -> None:
    """Let the fake refuse the next upload of a playlist image."""
    add_fault(fake, "/images$", status, body, **{"method": "PUT", **fields})


def count_requests(fake: FakeSpotify, path: str) -> int:
    return sum(request["path"] == path for request in fake.state.recorder.requests)


def save_tokens(listeners: Listeners, listener_id: str, token_response: dict[str, Any]) -> OAuthTokens:
    tokens = OAuthTokens.model_validate(token_response)
    listeners.save_login(listener_id, "robin", "Robin", tokens, datetime.now(UTC))
    return tokens
