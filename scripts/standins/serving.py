"""A WSGI app served for as long as it is wanted, on loopback unless said otherwise; what it records, how it fails."""

import json
import re
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from flask import Flask, Response, jsonify, request
from waitress import create_server, wasyncore

LOOPBACK = "127.0.0.1"
# Fifty pictures may be asked for at once, and a slow answer keeps its thread.
THREADS = 64


@dataclass
class Fault:
    """The next `times` requests whose path matches (and whose method is `method`, where it is set) end this way.

    `delay` is in seconds; with no `status` the request is only slower. `body` is sent as it is, or as JSON.
    `late`: what was asked for is done, and then the answer is lost or slow.
    """

    path: str
    status: int | None = None
    times: int = 1
    headers: dict[str, str] = field(default_factory=dict)
    body: Any = None
    method: str | None = None
    delay: float = 0
    late: bool = False

    def is_meant(self) -> bool:
        return (
            self.times > 0 and re.search(self.path, request.path) is not None and self.method in (None, request.method)
        )

    def answer(self) -> Response | None:
        """None where the request is only slower."""
        time.sleep(self.delay)
        if self.status is None:
            return None
        body = self.body if isinstance(self.body, str) else json.dumps(self.body)
        answer = Response(body, self.status, mimetype="application/json")
        answer.headers.update(self.headers)
        return answer


@dataclass
class Recorder:
    """`requests`: {method, path, query} of each, without headers. `violations`: requests against the contract."""

    requests: list[dict[str, Any]] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def record(self) -> None:
        with self.lock:
            self.requests.append({"method": request.method, "path": request.path, "query": request.args.to_dict()})

    def fault(self) -> Fault | None:
        """The one that was wished for this request."""
        with self.lock:
            found = next((fault for fault in self.faults if fault.is_meant()), None)
            if found is not None:
                found.times -= 1
        return found

    def clear(self) -> None:
        with self.lock:
            self.requests.clear()
            self.violations.clear()
            self.faults.clear()


def add_admin(app: Flask, recorder: Recorder) -> None:
    """The routes under /_standin that every stand-in has."""

    @app.get("/_standin/health")
    def health() -> dict[str, str]:
        return {"status": "ok"}

    @app.get("/_standin/requests")
    def requests() -> Response:
        return jsonify(recorder.requests)

    @app.get("/_standin/violations")
    def violations() -> Response:
        return jsonify(recorder.violations)

    @app.post("/_standin/faults")
    def add_fault() -> dict[str, str]:
        recorder.faults.append(Fault(**request.get_json()))
        return {"status": "ok"}


@contextmanager
def served(app: Callable[..., Any], port: int = 0, host: str = LOOPBACK) -> Iterator[str]:
    """Gives the address, `http://HOST:PORT`; port 0 is a free one. Raises OSError where the port is taken."""
    # Bound here: waitress leaves its sockets open where a port is taken.
    server = create_server(app, sockets=[socket.create_server((host, port))], threads=THREADS)
    thread = threading.Thread(target=server.run, name="standin", daemon=True)
    thread.start()
    try:
        yield f"http://{host}:{server.effective_port}"
    finally:
        server.task_dispatcher.shutdown()
        # Closed by the loop's own thread, which ends when nothing is left to wait for.
        server.trigger.pull_trigger(lambda: wasyncore.close_all(server._map, ignore_all=True))
        thread.join(timeout=10)
