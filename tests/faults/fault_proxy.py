"""Lines: reverse proxies on loopback between the functions and what they depend on, each of which can be made bad.

Kept small and of the standard library: what a line must be able to do is below HTTP (refuse, break off, drip, hang),
where mitmproxy is heavy and Toxiproxy is a program of its own that no package registry of Python's has.
"""

import http.client
import re
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any, Literal
from urllib.parse import urlsplit

ALWAYS = 1_000_000
# Until the fault is lifted, and never longer.
_LONGEST = 90  # seconds
_DRIP_EVERY = 0.2
_FORWARDED_WITHIN = 60
_HOP_BY_HOP = {"connection", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade", "content-length", "host"}
_STEP = re.compile(rb'":step": ?\{"S": ?"(\w+)"\}')

How = Literal["refused", "reset", "drip", "hang", "answer"]


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes


@dataclass
class Fault:
    """The next `times` requests on a line that match end this way.

    `how`: refused (nobody listens on the line's port), reset (the connection breaks in the middle of the body), drip
    (a byte now and then), hang (no answer at all), answer (another one than the true one). `late`: what was asked for
    is done, and then the answer is lost, slow or another. `step`: only while this step of a cover is at work.
    `path` and `body` are patterns that the request's must hold. `reached`: it was met.
    """

    how: How
    times: int = 1
    late: bool = False
    step: str | None = None
    method: str = ""
    path: str = ""
    body: bytes = b""
    answer: Callable[[Answer], Answer] = lambda true: true
    reached: threading.Event = field(default_factory=threading.Event)
    lifted: threading.Event = field(default_factory=threading.Event)
    hits: int = 0

    def is_meant(self, step: str | None, method: str, path: str, body: bytes) -> bool:
        return (
            self.hits < self.times
            and self.step in (None, step)
            and self.method in ("", method)
            and re.search(self.path, path) is not None
            and re.search(self.body, body) is not None
        )


@dataclass
class Board:
    """What all lines share: the faults by their lines' names, and which step is at work as far as they can see."""

    faults: list[tuple[str, Fault]] = field(default_factory=list)
    step: str | None = None
    lines: dict[str, "Line"] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, line: str, fault: Fault) -> Fault:
        with self.lock:
            self.faults.append((line, fault))
        if fault.how == "refused" and fault.step is None:
            self.lines[line].refuse()
            fault.reached.set()
        return fault

    def met(self, line: str, method: str, path: str, body: bytes) -> Fault | None:
        """The fault that is meant for this request."""
        with self.lock:
            if found := _STEP.search(body):
                self._begin(found[1].decode())
            for name, fault in self.faults:
                if name == line and fault.how != "refused" and fault.is_meant(self.step, method, path, body):
                    fault.hits += 1
                    fault.reached.set()
                    return fault
        return None

    def _begin(self, step: str) -> None:
        self.step = step
        for name, fault in self.faults:
            if fault.how == "refused" and fault.step == step and not fault.reached.is_set():
                self.lines[name].refuse()
                fault.reached.set()

    def lift(self) -> None:
        """All lines are well again."""
        with self.lock:
            faults, self.faults, self.step = self.faults, [], None
        for _, fault in faults:
            fault.lifted.set()
        for line in self.lines.values():
            line.listen()


class Line:
    """`leads_to` is the service's address without a path, `told` the Host that it is told, where not the line's."""

    def __init__(self, name: str, board: Board) -> None:
        self.name, self.board = name, board
        self.leads_to = ""
        self.told: str | None = None
        self._open: set[socket.socket] = set()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._listening = False
        board.lines[name] = self
        self.listen()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def listen(self) -> None:
        if not self._listening:
            self._listening = True
            self._listener.listen(64)
            threading.Thread(target=self._take, args=(self._listener,), daemon=True).start()

    def refuse(self) -> None:
        """Whoever connects from now on is refused, and connections that are open break."""
        if not self._listening:
            return
        self._hang_up()
        # Bound and not listening: the port stays ours, and whoever connects is refused.
        self._listener = socket.socket()
        self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._listener.bind(("127.0.0.1", self.port))

    def close(self) -> None:
        if self._listening:
            self._hang_up()
        else:
            self._listener.close()

    def _hang_up(self) -> None:
        self._listening = False
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for connection in list(self._open):
            _break(connection)

    def _take(self, listener: socket.socket) -> None:
        while True:
            try:
                connection, address = listener.accept()
            except OSError:  # closed
                return
            threading.Thread(target=self._serve, args=(connection, address), daemon=True).start()

    def _serve(self, connection: socket.socket, address: Any) -> None:
        self._open.add(connection)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with suppress(OSError), connection:
            _Handler(connection, address, self)  # type: ignore[arg-type]  # it asks nothing of a server
        self._open.discard(connection)

    def passed_on(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Answer:
        there = urlsplit(self.leads_to)
        service = http.client.HTTPConnection(there.hostname or "", there.port, timeout=_FORWARDED_WITHIN)
        try:
            service.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
            service.putheader("Host", self.told or headers.get("Host", there.netloc))
            for name, value in headers.items():
                if name.lower() not in _HOP_BY_HOP and name.lower() != "expect":
                    service.putheader(name, value)
            service.putheader("Content-Length", str(len(body)))
            service.endheaders(body)
            answer = service.getresponse()
            said = {name: value for name, value in answer.getheaders() if name.lower() not in _HOP_BY_HOP}
            if method == "HEAD" and (length := answer.getheader("Content-Length")):
                said["Content-Length"] = length
            return Answer(answer.status, said, answer.read())
        finally:
            service.close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Line  # type: ignore[assignment]

    def log_message(self, *_: Any) -> None:
        """Says nothing."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("do_"):
            return self._answer
        raise AttributeError(name)

    def _answer(self) -> None:
        line, body = self.server, self._body()
        fault = line.board.met(line.name, self.command, self.path, body)
        true = Answer(200, {}, b"")
        if fault is None or fault.late:
            true = line.passed_on(self.command, self.path, dict(self.headers.items()), body)
        if fault is None:
            self._send(true)
            return
        match fault.how:
            case "answer":
                self._send(fault.answer(true))
            case "reset":
                body = true.body or b"x" * 64
                self._send(Answer(true.status, true.headers, body), len(body) // 2)
                _break(self.connection)
            case "drip":
                self._drip(true, fault)
            case _:
                fault.lifted.wait(_LONGEST)
                _break(self.connection)

    def _drip(self, true: Answer, fault: Fault) -> None:
        body = true.body or b"x" * 64
        self._send(Answer(true.status, true.headers, body), 0)
        deadline = time.monotonic() + _LONGEST
        for byte in body:
            if fault.lifted.wait(_DRIP_EVERY) or time.monotonic() > deadline:
                break
            self.wfile.write(bytes([byte]))
        _break(self.connection)

    def _send(self, answer: Answer, count: int | None = None) -> None:
        """Its first `count` bytes."""
        self.send_response_only(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        if "Content-Length" not in answer.headers and answer.status not in {204, 304}:
            self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.body[:count])

    def _body(self) -> bytes:
        if "chunked" not in self.headers.get("Transfer-Encoding", ""):
            return self.rfile.read(int(self.headers.get("Content-Length", 0)))
        parts = []
        while size := int(self.rfile.readline().split(b";")[0], 16):
            parts.append(self.rfile.read(size))
            self.rfile.readline()
        self.rfile.readline()
        return b"".join(parts)


def _break(connection: socket.socket) -> None:
    """Closes it with a reset, not with an end."""
    with suppress(OSError):
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.shutdown(socket.SHUT_RD)
    with suppress(OSError):
        connection.close()


@contextmanager
def opened(*names: str) -> Iterator[Board]:
    board = Board()
    lines = [Line(name, board) for name in names]
    try:
        yield board
    finally:
        board.lift()
        for line in lines:
            line.close()
