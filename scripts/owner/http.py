"""HTTP requests with the standard library. Redirects are not followed: a key must not reach another server."""

from __future__ import annotations

import http.client
import json
import urllib.error
import urllib.request
from dataclasses import dataclass
from email.message import Message
from functools import cache
from typing import Any
from urllib.parse import urlsplit

_MAX_BYTES = 20_000_000
# No response: no network, no server, a broken connection, a timeout.
UNREACHABLE_ERRORS = (OSError, http.client.HTTPException)


@dataclass(frozen=True)
class Response:
    status: int
    headers: Message
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode(errors="replace")

    def json(self) -> Any:
        """Return None for a text that is no JSON."""
        try:
            return json.loads(self.text)
        except (ValueError, RecursionError):
            return None


def send(
    method: str, url: str, headers: dict[str, str] | None = None, body: bytes | None = None, timeout: float = 15
) -> Response:
    """Return the response, whatever its status. Raise ValueError for an invalid URL, and UNREACHABLE_ERRORS."""
    if urlsplit(url).scheme not in {"http", "https"} or not urlsplit(url).hostname or urlsplit(url).port == 0:
        raise ValueError(url)
    request = urllib.request.Request(url, body, headers or {}, method=method)  # noqa: S310  # HTTP, checked above
    try:
        with _create_opener().open(request, timeout=timeout) as response:
            return Response(response.status, response.headers, response.read(_MAX_BYTES))
    except urllib.error.HTTPError as error:
        with error:
            return Response(error.code, error.headers, error.read(_MAX_BYTES))


# Cached, because it loads the certificates.
@cache
def _create_opener() -> urllib.request.OpenerDirector:
    return urllib.request.build_opener(_KeepRedirect)


class _KeepRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any, **__: Any) -> None:
        """Return none, so that the redirect itself is the response."""
