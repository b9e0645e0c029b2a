"""A proxy on loopback that stands in for the address of the HTTP API.

The emulator serves the API at `<api>.execute-api.localhost`. Browsers and curl resolve that name, but Python does not,
and Spotify does not accept it as a redirect URI. The proxy passes requests and responses on unchanged.
"""

import socket
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from werkzeug import Request, Response
from werkzeug.middleware.http_proxy import ProxyMiddleware
from werkzeug.utils import redirect

from scripts.fakes.server import LOOPBACK, serve_app

_TIMEOUT_SECONDS = 35  # longer than API Gateway's own timeout


@dataclass
class LocalProxy:
    """`target` is (the emulator's address, the id of the HTTP API), or None while the stack is starting."""

    url: str = ""
    target: tuple[str, str] | None = None

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if Request(environ).host != urlsplit(self.url).netloc:
            # Cookies and Spotify's redirect belong to this one address; on `localhost` the login would be lost.
            return redirect(self.url + environ["REQUEST_URI"], 307)(environ, start_response)
        starting = Response("The stack is starting.\n", 503)
        if self.target is None:
            return starting(environ, start_response)
        emulator, api_id = self.target
        host = f"{api_id}.execute-api.localhost:{urlsplit(emulator).port}"
        options = {"target": emulator, "host": host, "headers": {}, "remove_prefix": False, "ssl_context": None}
        # The middleware decodes the path, but an encoded slash is part of an id.
        path = environ["REQUEST_URI"].partition("?")[0]
        proxy = ProxyMiddleware(starting, {}, timeout=_TIMEOUT_SECONDS).proxy_to(options, path, "")
        return proxy(environ, start_response)


@contextmanager
def run_proxy(port: int = 0) -> Iterator[LocalProxy]:
    """Serve a proxy. Port 0 is any free port. Raise OSError if the port is in use."""
    proxy = LocalProxy()
    with serve_app(proxy, port) as proxy.url:
        yield proxy


def is_port_free(port: int) -> bool:
    with suppress(OSError), socket.create_server((LOOPBACK, port)):
        return True
    return False
