"""The local stack's front door: an address on loopback that stands for the HTTP API's own.

The emulator's `<api>.execute-api.localhost` is known to browsers and curl, but not to Python, and no redirect URI
that Spotify would take. Whatever comes is passed on as it is, and so is the answer.
"""

import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from urllib.parse import urlsplit

from urllib3 import HTTPConnectionPool
from urllib3.exceptions import HTTPError
from werkzeug import Request, Response
from werkzeug.utils import redirect

from scripts.standins.serving import LOOPBACK, served

# What a proxy must not pass on (RFC 9110, 7.6.1), and what the connection to the emulator sets itself.
_NOT_PASSED = {"connection", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade"}
_OURS = _NOT_PASSED | {"host", "content-length"}
_TIMEOUT = 35  # seconds; longer than API Gateway waits


@dataclass
class FrontDoor:
    """`leads_to` is (emulator's address, id of the HTTP API), None until there is one."""

    url: str = ""
    leads_to: tuple[str, str] | None = None

    def answer(self, request: Request) -> Response:
        if request.host != urlsplit(self.url).netloc:
            # Cookies and Spotify's redirect belong to the one address: `localhost` would lose the login.
            return redirect(self.url + request.environ["REQUEST_URI"], 307)
        if self.leads_to is None:
            return Response("The stack is starting.\n", 503)
        emulator, api = self.leads_to
        host, port = urlsplit(emulator).hostname, urlsplit(emulator).port
        headers = {name: value for name, value in request.headers if name.lower() not in _OURS}
        # A connection for each request: the emulator closes idle ones, perhaps while the next request is on its way.
        with HTTPConnectionPool(host, port, timeout=_TIMEOUT) as pool:
            try:
                said = pool.request(
                    request.method,
                    request.environ["REQUEST_URI"],
                    body=request.get_data(),
                    headers={**headers, "Host": f"{api}.execute-api.localhost:{port}"},
                    redirect=False,
                    retries=False,
                    decode_content=False,
                )
            except HTTPError:
                return Response("The emulator does not answer.\n", 502)
            passed = [(name, value) for name, value in said.headers.iteritems() if name.lower() not in _NOT_PASSED]
            return Response(said.data, said.status, passed)


@contextmanager
def opened(port: int = 0) -> Iterator[FrontDoor]:
    """Port 0 is a free one. Raises OSError where the port is taken."""
    door = FrontDoor()
    with served(Request.application(door.answer), port) as door.url:
        yield door


def is_free(port: int) -> bool:
    with socket.socket() as probe, suppress(OSError):
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind((LOOPBACK, port))
        return True
    return False
