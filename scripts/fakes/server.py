"""What the fakes share: an HTTP server in this process, recorded requests, and faults."""

import json
import re
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from flask import Response, request
from waitress import create_server, wasyncore

from scripts.fakes.tokens import read_token

LOOPBACK = "127.0.0.1"
# A client may request fifty pictures at once, and a slow response occupies its thread.
_THREADS = 64


@dataclass
class Fault:
    """Makes the next `times` requests with a matching path (and `method` and `listener`, if set) fail or wait.

    `path` is a regular expression. `listener`: whose access token of Spotify the request has. `delay` is in seconds;
    setting `released` ends it early. Without a `status`, the request is only delayed. It sends `body` as it is if it is
    a string, and as JSON otherwise. `late`: it processes the request before it delays or replaces the response.
    """

    path: str
    status: int | None = None
    times: int = 1
    headers: dict[str, str] = field(default_factory=dict)
    body: Any = None
    method: str | None = None
    listener: str | None = None
    delay: float = 0
    late: bool = False
    released: threading.Event = field(default_factory=threading.Event)

    def matches_request(self) -> bool:
        return (
            self.times > 0
            and re.search(self.path, request.path) is not None
            and self.method in (None, request.method)
            and self.listener in (None, _get_listener())
        )

    def respond(self) -> Response | None:
        """Wait, then return the response, or None if the request is only delayed."""
        self.released.wait(self.delay)
        if self.status is None:
            return None
        body = self.body if isinstance(self.body, str) else json.dumps(self.body)
        response = Response(body, self.status, mimetype="application/json")
        response.headers.update(self.headers)
        return response


def _get_listener() -> str | None:
    """Return the listener whose access token of the fake Spotify the current request has."""
    token = read_token("access", request.headers.get("Authorization", "").removeprefix("Bearer "))
    return token["listener"] if token else None


@dataclass
class Recorder:
    """`requests`: {method, path, query, fields (names in a JSON body)} of each.

    `violations`: how requests broke the specification.
    """

    requests: list[dict[str, Any]] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def record(self) -> None:
        """Record the current request."""
        with self.lock:
            self.requests.append(
                {
                    "method": request.method,
                    "path": request.path,
                    "query": request.args.to_dict(),
                    "fields": list(request.get_json(silent=True) or ()),
                }
            )

    def take_fault(self) -> Fault | None:
        """Return the first fault that matches the current request, and count it as used."""
        with self.lock:
            fault = next((fault for fault in self.faults if fault.matches_request()), None)
            if fault is not None:
                fault.times -= 1
        return fault

    def take_response(self) -> Response | None:
        """Wait as the first matching fault says, and return its response, if there is one."""
        fault = self.take_fault()
        return fault.respond() if fault is not None else None

    def clear(self) -> None:
        with self.lock:
            for fault in self.faults:
                fault.released.set()
            self.requests.clear()
            self.violations.clear()
            self.faults.clear()


@contextmanager
def reserve_port(host: str = LOOPBACK) -> Iterator[int]:
    """Yield a port that only a program that is told to listen on it can use meanwhile.

    The socket that holds it is bound but does not listen, so connections are refused until then.
    """
    with socket.socket() as holder:
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        holder.bind((host, 0))
        yield holder.getsockname()[1]


@contextmanager
def serve_app(app: Callable[..., Any], port: int = 0, host: str = LOOPBACK) -> Iterator[str]:
    """Serve a WSGI application from a thread and yield its address, `http://HOST:PORT`.

    Port 0 is any free port. Raise OSError if the port is in use.
    """
    # The socket is created here because waitress does not close its sockets if the port is in use.
    server = create_server(app, sockets=[socket.create_server((host, port))], threads=_THREADS)
    thread = threading.Thread(target=server.run, name="fake", daemon=True)
    thread.start()
    try:
        yield f"http://{host}:{server.effective_port}"
    finally:
        server.task_dispatcher.shutdown()
        # The loop's own thread closes the sockets, and ends when there are none left.
        server.trigger.pull_trigger(lambda: wasyncore.close_all(server._map, ignore_all=True))
        thread.join(timeout=10)
