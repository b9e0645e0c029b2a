"""Answers that come whole in time, or not at all: requests' own timeout begins anew with each byte that trickles in."""

import io
import time
from collections.abc import Iterator, Mapping

import requests
import urllib3
from requests.adapters import HTTPAdapter

_PART_BYTES = 65_536


def read_chunks(answer: requests.Response, deadline: float) -> Iterator[bytes]:
    """The body of an answer that was asked for as a stream, as it comes; `deadline` is of time.monotonic().

    Raises requests.ReadTimeout, requests.ConnectionError.
    """
    try:
        while part := answer.raw.read1(_PART_BYTES, decode_content=True):
            yield part
            if time.monotonic() > deadline:
                raise requests.ReadTimeout("The answer took too long to come.")
    except urllib3.exceptions.HTTPError as error:
        raise requests.ConnectionError("The answer broke off.") from error


class _InTime(HTTPAdapter):
    def __init__(self, seconds: float) -> None:
        super().__init__()
        self._seconds = seconds

    def send(
        self,
        request: requests.PreparedRequest,
        stream: bool = False,  # noqa: ARG002  # it is read here, whatever was asked for
        timeout: float | tuple[float, float] | tuple[float, None] | None = None,
        verify: bool | str = True,
        cert: bytes | str | tuple[bytes | str, bytes | str] | None = None,
        proxies: Mapping[str, str] | None = None,
    ) -> requests.Response:
        deadline = time.monotonic() + self._seconds
        answer = super().send(request, True, timeout, verify, cert, proxies)
        try:
            answer.raw = io.BytesIO(b"".join(read_chunks(answer, deadline)))
        except requests.RequestException:
            answer.close()
            raise
        return answer


def create_session(seconds: float) -> requests.Session:
    """One whose answers come within so many seconds, or raise requests.RequestException."""
    made = requests.Session()
    for scheme in ("https://", "http://"):
        made.mount(scheme, _InTime(seconds))
    return made
