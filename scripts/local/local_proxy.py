"""A proxy on loopback that stands in for the address of the HTTP API.

The emulator serves the API at `<api>.execute-api.localhost`. Browsers and curl resolve that name, but Python does not,
and Spotify does not accept it as a redirect URI. The proxy passes requests and responses on unchanged.
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

from scripts.fakes.server import LOOPBACK, serve_app

# Headers that a proxy must not pass on (RFC 9110, 7.6.1), and those that the connection to the emulator sets itself.
_HOP_BY_HOP = {"connection", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade"}
_SET_BY_CLIENT = _HOP_BY_HOP | {"host", "content-length"}
_TIMEOUT_SECONDS = 35  # longer than API Gateway's own timeout


@dataclass
class LocalProxy:
    """`target` is (the emulator's address, the id of the HTTP API), or None while the stack is starting."""

    url: str = ""
    target: tuple[str, str] | None = None

    def handle(self, request: Request) -> Response:
        if request.host != urlsplit(self.url).netloc:
            # Cookies and Spotify's redirect belong to this one address; on `localhost` the login would be lost.
            return redirect(self.url + request.environ["REQUEST_URI"], 307)
        if self.target is None:
            return Response("The stack is starting.\n", 503)
        emulator, api_id = self.target
        address = urlsplit(emulator)
        headers = {name: value for name, value in request.headers if name.lower() not in _SET_BY_CLIENT}
        # A new connection for each request: the emulator closes idle ones, perhaps just as the next request is sent.
        with HTTPConnectionPool(address.hostname or LOOPBACK, address.port, timeout=_TIMEOUT_SECONDS) as pool:
            try:
                response = pool.request(
                    request.method,
                    request.environ["REQUEST_URI"],
                    body=request.get_data(),
                    headers={**headers, "Host": f"{api_id}.execute-api.localhost:{address.port}"},
                    redirect=False,
                    retries=False,
                    decode_content=False,
                )
            except HTTPError:
                return Response("The emulator does not respond.\n", 502)
            passed_headers = [
                (name, value) for name, value in response.headers.iteritems() if name.lower() not in _HOP_BY_HOP
            ]
            return Response(response.data, response.status, passed_headers)


@contextmanager
def run_proxy(port: int = 0) -> Iterator[LocalProxy]:
    """Serve a proxy. Port 0 is any free port. Raise OSError if the port is taken."""
    proxy = LocalProxy()
    with serve_app(Request.application(proxy.handle), port) as proxy.url:
        yield proxy


def is_port_free(port: int) -> bool:
    with socket.socket() as probe, suppress(OSError):
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind((LOOPBACK, port))
        return True
    return False
