"""Reverse proxies on loopback between the functions and their dependencies, each of which can fail.

They use the standard library only. They must fail below HTTP (refuse, reset, drip, hang), for which mitmproxy is heavy,
and Toxiproxy is a separate program that no Python package ships.
"""

import http.client
import socket
import struct
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import urlsplit

from tests.faults.fault_plan import Fault, FaultPlan, HttpResponse

# The longest time for which a request hangs or drips, if its fault is not removed before.
_MAX_FAULT_SECONDS = 90
_DRIP_INTERVAL_SECONDS = 0.2
_FORWARD_TIMEOUT_SECONDS = 60
# Sent where a fault cuts a body that is empty.
_FILLER = b"x" * 64
_HOP_BY_HOP_HEADERS = {"connection", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade"}
_HOP_BY_HOP_HEADERS |= {"content-length", "host"}


class FaultProxy:
    """Forwards requests to one dependency, as long as no fault of the plan matches them.

    `target_url`: the dependency's address without a path. `host_header`: the Host that it gets, if not the proxy's.
    """

    def __init__(self, name: str, plan: FaultPlan) -> None:
        self.name, self.plan = name, plan
        self.target_url = ""
        self.host_header: str | None = None
        self._connections: set[socket.socket] = set()
        # Bound for good, and never listening: it refuses connections while the proxy does not listen.
        self._port_holder = socket.socket()
        self._port_holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._port_holder.bind(("127.0.0.1", 0))
        self.port: int = self._port_holder.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._is_listening = False
        plan.proxies[name] = self
        self.listen()

    def listen(self) -> None:
        """Accept connections. Does nothing where it does already."""
        if not self._is_listening:
            self._is_listening = True
            self._listener = socket.create_server(("127.0.0.1", self.port), backlog=64)
            threading.Thread(target=self._accept_connections, args=(self._listener,), daemon=True).start()

    def refuse_connections(self) -> None:
        """Break all open connections and refuse new ones."""
        if self._is_listening:
            self._is_listening = False
            with suppress(OSError):
                self._listener.shutdown(socket.SHUT_RDWR)
            self._listener.close()
            for connection in list(self._connections):
                _reset(connection)

    def close(self) -> None:
        """Break all open connections and release the port."""
        self.refuse_connections()
        self._port_holder.close()

    def _accept_connections(self, listener: socket.socket) -> None:
        with suppress(OSError):  # closed
            while True:
                threading.Thread(target=self._serve, args=listener.accept(), daemon=True).start()

    def _serve(self, connection: socket.socket, address: Any) -> None:
        self._connections.add(connection)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with suppress(OSError), connection:
            _Handler(connection, address, self)  # type: ignore[arg-type]  # it uses nothing of a server
        self._connections.discard(connection)

    def forward(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> HttpResponse:
        """Send a request to the dependency, and return its response."""
        target = urlsplit(self.target_url)
        connection = http.client.HTTPConnection(target.hostname or "", target.port, timeout=_FORWARD_TIMEOUT_SECONDS)
        try:
            connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
            connection.putheader("Host", self.host_header or headers.get("Host", target.netloc))
            for name, value in headers.items():
                if name.lower() not in _HOP_BY_HOP_HEADERS and name.lower() != "expect":
                    connection.putheader(name, value)
            connection.putheader("Content-Length", str(len(body)))
            connection.endheaders(body)
            response = connection.getresponse()
            response_headers = {n: value for n, value in response.getheaders() if n.lower() not in _HOP_BY_HOP_HEADERS}
            if method == "HEAD" and (length := response.getheader("Content-Length")):
                response_headers["Content-Length"] = length
            return HttpResponse(response.status, response_headers, response.read())
        finally:
            connection.close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: FaultProxy  # type: ignore[assignment]  # which calls the handler without a server

    def log_message(self, *_: Any) -> None:
        """Log nothing."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("do_"):
            return self._handle_request
        raise AttributeError(name)

    def _handle_request(self) -> None:
        proxy, body = self.server, self._read_body()
        fault = proxy.plan.match_request(proxy.name, self.command, self.path, body)
        response = HttpResponse(200, {}, b"")
        if fault is None or fault.late:
            response = proxy.forward(self.command, self.path, dict(self.headers.items()), body)
        if fault is None or fault.kind == "respond":
            self._send(fault.change_response(response) if fault else response)
            return
        body = response.body or _FILLER
        if fault.kind == "hang":
            fault.removed.wait(_MAX_FAULT_SECONDS)
        else:
            byte_count = len(body) // 2 if fault.kind == "reset" else 0
            self._send(HttpResponse(response.status, response.headers, body), byte_count)
        if fault.kind == "drip":
            self._drip(body, fault)
        _reset(self.connection)

    def _drip(self, body: bytes, fault: Fault) -> None:
        deadline = time.monotonic() + _MAX_FAULT_SECONDS
        for byte in body:
            if fault.removed.wait(_DRIP_INTERVAL_SECONDS) or time.monotonic() > deadline:
                break
            self.wfile.write(bytes([byte]))

    def _send(self, response: HttpResponse, byte_count: int | None = None) -> None:
        """Send the head of a response and the first `byte_count` bytes of its body; None sends all."""
        self.send_response_only(response.status)
        for name, value in response.headers.items():
            self.send_header(name, value)
        if "Content-Length" not in response.headers and response.status not in {204, 304}:
            self.send_header("Content-Length", str(len(response.body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(response.body[:byte_count])

    def _read_body(self) -> bytes:
        if "chunked" not in self.headers.get("Transfer-Encoding", ""):
            return self.rfile.read(int(self.headers.get("Content-Length", 0)))
        chunks = []
        while size := int(self.rfile.readline().split(b";")[0], 16):
            chunks.append(self.rfile.read(size))
            self.rfile.readline()
        self.rfile.readline()
        return b"".join(chunks)


def _reset(connection: socket.socket) -> None:
    """Close a connection by a reset instead of an orderly end."""
    with suppress(OSError):
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.shutdown(socket.SHUT_RD)
    with suppress(OSError):
        connection.close()


@contextmanager
def start_proxies(*names: str) -> Iterator[dict[str, FaultProxy]]:
    """Start a proxy for each dependency. They share one plan, and are closed at the end."""
    plan = FaultPlan()
    proxies = {name: FaultProxy(name, plan) for name in names}
    try:
        yield proxies
    finally:
        plan.clear()
        for proxy in proxies.values():
            proxy.close()
