"""Reverse proxies on loopback between the functions and their dependencies, each of which can fail."""

import re
import socket
import struct
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any, Literal

import urllib3

ALWAYS = 1_000_000
# The longest time for which a request hangs or drips, if its fault is not removed before.
_MAX_FAULT_SECONDS = 90
_DRIP_INTERVAL_SECONDS = 0.2
# Sent where a fault cuts a body that is empty.
_FILLER = b"x" * 64
_HOP_BY_HOP_HEADERS = {"connection", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade"}
# Every step begins with an update of the cover's item that names the step.
_STEP = re.compile(rb'":step": ?\{"S": ?"(\w+)"\}')

FaultKind = Literal["refuse", "reset", "drip", "hang", "respond"]


@dataclass
class HttpResponse:
    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass
class Fault:
    """A failure of the next `times` matching requests to a dependency.

    `kind`: refuse (nothing listens on the proxy's port), reset (the connection breaks in the middle of the body), drip
    (one byte at a time), hang (no response), respond (what `change_response` makes of the dependency's name and its
    response). `late`: the dependency gets the request, and only its response is lost, slow or changed. `step`: only
    while this step of a cover runs. `request` and `body` are patterns to find in the method and path, and in the body.
    `hits`: the number of requests so far. `reached` is set at the first of them, `removed` when the fault ends.
    """

    kind: FaultKind
    times: int = 1
    late: bool = False
    change_response: Callable[[str, HttpResponse], HttpResponse] = lambda _, response: response
    step: str | None = None
    request: str = ""
    body: bytes = b""
    hits: int = field(default=0, init=False)
    reached: threading.Event = field(default_factory=threading.Event, init=False)
    removed: threading.Event = field(default_factory=threading.Event, init=False)

    def matches(self, step: str | None, request: str, body: bytes) -> bool:
        is_due = self.hits < self.times and self.step in (None, step)
        return is_due and re.search(self.request, request) is not None and re.search(self.body, body) is not None


@dataclass
class FaultPlan:
    """The faults of all dependencies by name, and the step of a cover that began last, as requests to DynamoDB tell."""

    faults: list[tuple[str, Fault]] = field(default_factory=list)
    step: str | None = None
    proxies: dict[str, "FaultProxy"] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, dependency: str, fault: Fault) -> Fault:
        """Let a dependency fail from now on. Return the fault."""
        with self.lock:
            self.faults.append((dependency, fault))
            self._refuse_in(None)
        return fault

    def match_request(self, dependency: str, request: str, body: bytes) -> Fault | None:
        """Return the fault of this request, and count it as a hit."""
        with self.lock:
            if match := _STEP.search(body):
                self.step = match[1].decode()
                self._refuse_in(self.step)
            for name, fault in self.faults:
                if name == dependency and fault.kind != "refuse" and fault.matches(self.step, request, body):
                    fault.hits += 1
                    fault.reached.set()
                    return fault
        return None

    def _refuse_in(self, step: str | None) -> None:
        for name, fault in self.faults:
            if fault.kind == "refuse" and fault.step == step and not fault.reached.is_set():
                self.proxies[name].refuse_connections()
                fault.reached.set()

    def clear(self) -> None:
        """Remove all faults. Requests that hang end now."""
        with self.lock:
            faults, self.faults, self.step = self.faults, [], None
        for _, fault in faults:
            fault.removed.set()
        for proxy in self.proxies.values():
            proxy.listen()


class FaultProxy:
    """Forwards requests to one dependency, as long as no fault of the plan matches them.

    `target_url`: the dependency's address without a path. `host_header`: the Host that it gets, if not the proxy's.
    """

    def __init__(self, name: str, plan: FaultPlan) -> None:
        self.name, self.plan = name, plan
        self.target_url = ""
        self.host_header: str | None = None
        self.pool = urllib3.PoolManager(maxsize=16, retries=False, timeout=60)
        self._connections: set[socket.socket] = set()
        # Bound for good, and never listening: it refuses connections while the proxy does not listen.
        self._port_holder = socket.socket()
        self._port_holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._port_holder.bind(("127.0.0.1", 0))
        self.port: int = self._port_holder.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._is_listening = False
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
        dropped = {*_HOP_BY_HOP_HEADERS, "content-length", "expect", "host" if self.host_header else ""}
        headers = {name: value for name, value in headers.items() if name.lower() not in dropped}
        headers |= {"Host": self.host_header} if self.host_header else {}
        response = self.pool.request(
            method, self.target_url + path, body=body, headers=headers, redirect=False, decode_content=False
        )
        return HttpResponse(response.status, response.headers, response.data)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: FaultProxy  # type: ignore[assignment]  # which calls the handler without a server

    def log_message(self, *_: Any) -> None:
        """Log nothing."""

    def _handle_request(self) -> None:
        proxy, body = self.server, self._read_body()
        fault = proxy.plan.match_request(proxy.name, f"{self.command} {self.path}", body)
        response = HttpResponse(200, {}, b"")
        if fault is None or fault.late:
            response = proxy.forward(self.command, self.path, self.headers, body)
        if fault is None or fault.kind == "respond":
            self._send(fault.change_response(proxy.name, response) if fault else response)
            return
        body = response.body or _FILLER
        if fault.kind == "hang":
            fault.removed.wait(_MAX_FAULT_SECONDS)
        else:
            byte_count = len(body) // 2 if fault.kind == "reset" else 0
            self._send(HttpResponse(response.status, response.headers, body), byte_count)
        if fault.kind == "drip":
            for byte in body[: int(_MAX_FAULT_SECONDS / _DRIP_INTERVAL_SECONDS)]:
                if fault.removed.wait(_DRIP_INTERVAL_SECONDS):
                    break
                self.wfile.write(bytes([byte]))
        _reset(self.connection)

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = _handle_request  # noqa: N815  # the base class's names

    def _send(self, response: HttpResponse, byte_count: int | None = None) -> None:
        """Send the head of a response and the first `byte_count` bytes of its body; None sends all."""
        self.send_response_only(response.status)
        dropped = _HOP_BY_HOP_HEADERS if self.command == "HEAD" else {*_HOP_BY_HOP_HEADERS, "content-length"}
        for name, value in response.headers.items():
            if name.lower() not in dropped:
                self.send_header(name, value)
        if self.command != "HEAD" and response.status not in {204, 304}:
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
    plan.proxies = {name: FaultProxy(name, plan) for name in names}
    try:
        yield plan.proxies
    finally:
        plan.clear()
        for proxy in plan.proxies.values():
            proxy.close()
