"""A proxy that stands in for the address of the HTTP API and, if it is a public one, of the bucket.

The emulator serves the API at `<api>.execute-api.localhost`. Browsers and curl resolve that name, but Python does not,
and Spotify does not accept it as a redirect URI. The proxy passes requests and responses on unchanged.

Outside a container, or behind a TLS proxy, browsers cannot reach the emulator, at whose addresses the API says that
pictures are. The proxy then replaces them by its own, and passes on what the API has signed: requests for the bucket's
objects, and forms with pictures.
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

_LOGIN_HEADERS = {"HTTP_COOKIE", "HTTP_AUTHORIZATION"}
_TIMEOUT_SECONDS = 35  # longer than API Gateway's own timeout


@dataclass
class LocalProxy:
    """`target` is (the emulator's address, the id of the HTTP API), or None while the stack is starting.

    `url`: the page's, for browsers; `address`: where it listens. `bucket`: whose objects are served, too, if `url`
    is a public one.
    """

    url: str = ""
    address: str = ""
    target: tuple[str, str] | None = None
    bucket: str = ""

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if Request(environ).host != urlsplit(self.url).netloc:
            # Cookies and Spotify's redirect belong to this one address; on `localhost` the login would be lost.
            return redirect(self.url + environ["REQUEST_URI"], 307)(environ, start_response)
        starting = Response("The stack is starting.\n", 503)
        if self.target is None:
            return starting(environ, start_response)
        emulator, api_id = self.target
        host = f"{api_id}.execute-api.localhost:{urlsplit(emulator).port}"
        # The middleware decodes the path, but an encoded slash is part of an id.
        path = environ["REQUEST_URI"].partition("?")[0]
        if self.bucket and (self._is_signed_object(environ, path) or self._is_form(environ, path)):
            # The signature covers the emulator's host. The listener's login is for the API only.
            host = urlsplit(emulator).netloc
            environ = {name: value for name, value in environ.items() if name not in _LOGIN_HEADERS}
        options = {"target": emulator, "host": host, "headers": {}, "remove_prefix": False, "ssl_context": None}
        proxy = ProxyMiddleware(starting, {}, timeout=_TIMEOUT_SECONDS).proxy_to(options, path, "")
        app = self._replace_addresses(emulator, proxy, environ) if self.bucket else proxy
        return app(environ, start_response)

    def _is_signed_object(self, environ: dict[str, Any], path: str) -> bool:
        is_signed = "X-Amz-Signature=" in environ["QUERY_STRING"] and environ["REQUEST_METHOD"] in {"GET", "HEAD"}
        return is_signed and path.startswith(f"/{self.bucket}/") and ".." not in path

    def _is_form(self, environ: dict[str, Any], path: str) -> bool:
        """Return whether this is a form for the bucket, which refuses it without the API's signature."""
        is_form = environ.get("CONTENT_TYPE", "").startswith("multipart/form-data")
        return is_form and environ["REQUEST_METHOD"] == "POST" and path == f"/{self.bucket}"

    def _replace_addresses(self, emulator: str, app: Any, environ: dict[str, Any]) -> Response:
        """Return an app's response, with this proxy's address in place of the emulator's for what is in the bucket."""
        response = Response.from_app(app, environ)
        response.autocorrect_location_header = False
        addresses = f"{emulator}/{self.bucket}", f"{self.url}/{self.bucket}"
        if "Location" in response.headers:
            response.headers["Location"] = response.headers["Location"].replace(*addresses, 1)
        if response.is_json:
            response.set_data(response.get_data(as_text=True).replace(*addresses))
        return response


@contextmanager
def run_proxy(port: int = 0, host: str = LOOPBACK, public_url: str = "") -> Iterator[LocalProxy]:
    """Serve a proxy. Port 0 is any free port. `public_url`: how browsers reach it, if not at `host` and `port`.

    Raise OSError if the port is in use.
    """
    proxy = LocalProxy()
    with serve_app(proxy, port, host) as proxy.address:
        proxy.url = public_url or proxy.address
        yield proxy


def is_port_free(port: int, host: str = LOOPBACK) -> bool:
    with suppress(OSError), socket.create_server((host, port)):
        return True
    return False
