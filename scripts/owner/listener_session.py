"""A session of a listener that the owner creates, to call the stack's API as the listener's browser does."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

from coverart.store.sessions import Sessions
from scripts.owner import http
from scripts.owner.deployed_stack import DeployedStack

_TIMEOUT_SECONDS = 35  # longer than API Gateway's own
_MAX_ATTEMPTS, _PAUSE_SECONDS = 5, 2


@dataclass(frozen=True)
class ListenerSession:
    """`cookie`: the session's value. Over plain HTTP, the cookie has another name than over HTTPS."""

    stack: DeployedStack
    cookie: str

    @classmethod
    def create(cls, stack: DeployedStack, listener_id: str) -> ListenerSession:
        now = datetime.now(timezone.utc)
        return cls(stack, Sessions(stack.table("Keys")).create(listener_id, now))

    def send(self, method: str, path: str) -> http.Response:
        """Raise RuntimeError if there is no response."""
        cookies = f"__Host-session={self.cookie}; session={self.cookie}"
        headers = {"Cookie": cookies, "Origin": self.stack.page_url}
        try:
            return http.send(method, self.stack.page_url + path, headers, timeout=_TIMEOUT_SECONDS)
        except (*http.UNREACHABLE_ERRORS, ValueError) as error:
            raise RuntimeError(f"{self.stack.page_url} could not be reached: {error}.") from None

    def get(self, path: str) -> http.Response:
        """Raise RuntimeError for an error status."""
        response = self.send("GET", path)
        if response.status >= 400:
            raise RuntimeError(f"{path} answers {response.status}.")
        return response

    def delete_listener(self) -> None:
        """Delete everything about the listener. A repetition is harmless, and the session goes last.

        Raise RuntimeError if it fails.
        """
        response: Any = None
        for _ in range(_MAX_ATTEMPTS):
            response = self.send("DELETE", "/api/me")
            if response.status == 204:
                return
            time.sleep(_PAUSE_SECONDS)
        raise RuntimeError(f"The deletion answers {response.status}.")
