"""HTTP responses with a deadline for the whole body.

The timeouts of requests reset on every byte, so a slow response could block a function until Lambda ends it.
"""

import io
import time
from collections.abc import Iterator, Mapping

import requests
import urllib3
from requests.adapters import HTTPAdapter

_CHUNK_BYTES = 65_536


def read_chunks(response: requests.Response, deadline: float) -> Iterator[bytes]:
    """Yield the decoded body of a streamed response as it arrives. `deadline` is a time of time.monotonic().

    Raises requests.ReadTimeout after the deadline, and requests.ConnectionError where the body is incomplete.
    """
    try:
        while chunk := response.raw.read1(_CHUNK_BYTES, decode_content=True):
            yield chunk
            if time.monotonic() > deadline:
                raise requests.ReadTimeout("The response took too long.")
    except urllib3.exceptions.HTTPError as error:
        raise requests.ConnectionError("The response is incomplete.") from error


class _DeadlineAdapter(HTTPAdapter):
    def __init__(self, timeout_seconds: float) -> None:
        super().__init__()
        self._timeout_seconds = timeout_seconds

    def send(
        self,
        request: requests.PreparedRequest,
        stream: bool = False,  # noqa: ARG002  # the body is read here, whatever the caller requests
        timeout: float | tuple[float, float] | tuple[float, None] | None = None,
        verify: bool | str = True,
        cert: bytes | str | tuple[bytes | str, bytes | str] | None = None,
        proxies: Mapping[str, str] | None = None,
    ) -> requests.Response:
        deadline = time.monotonic() + self._timeout_seconds
        response = super().send(request, True, timeout, verify, cert, proxies)
        try:
            response.raw = io.BytesIO(b"".join(read_chunks(response, deadline)))
        except requests.RequestException:
            response.close()
            raise
        return response


def create_session(timeout_seconds: float) -> requests.Session:
    """Return a session whose responses are complete within the timeout, or raise requests.RequestException."""
    session = requests.Session()
    for scheme in ("https://", "http://"):
        session.mount(scheme, _DeadlineAdapter(timeout_seconds))
    return session
