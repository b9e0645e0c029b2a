"""A listener's browser in front of the deployed API."""

from datetime import UTC, datetime
from typing import Any

import requests

from coverart.store.sessions import Sessions
from scripts.local.stack import LocalStack
from tests.stack.stack_state import TOP_ARTISTS

# Without a style, which is the slowest part of a cover.
COVER_REQUEST: dict[str, Any] = {"source": TOP_ARTISTS, "options": {"style_albums": []}}
# An id of the right form that no cover and no entry has.
UNKNOWN_ID = "20261122T120000000-0123456789"


class ApiClient(requests.Session):
    """Sends what the page sends for a listener, who is logged in. `session_value`: the session cookie's value."""

    def __init__(self, local: LocalStack, listener_id: str) -> None:
        super().__init__()
        self.base_url, self.listener_id = local.url, listener_id
        self.session_value = Sessions(local.table("Keys")).create(listener_id, datetime.now(UTC))
        self.cookies["session"] = self.session_value
        self.headers["Origin"] = local.url

    def call(self, method: str, path: str, body: Any = None, **options: Any) -> requests.Response:
        """Send `body` as JSON, and follow no redirect. `options` are those of requests."""
        return self.request(method, self.base_url + path, json=body, timeout=60, allow_redirects=False, **options)


def assert_error(response: requests.Response, status: int, code: str) -> None:
    assert (response.status_code, response.json()["error"]["code"]) == (status, code), response.text
    assert response.headers["Content-Type"] == "application/json"
    assert response.json()["error"]["message"].endswith(".")
