"""Which requests to a dependency fail, and how."""

import re
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal, Protocol

ALWAYS = 1_000_000
# Every step begins with an update of the cover's item that names the step.
_STEP = re.compile(rb'":step": ?\{"S": ?"(\w+)"\}')

FaultKind = Literal["refuse", "reset", "drip", "hang", "respond"]


@dataclass
class HttpResponse:
    status: int
    headers: dict[str, str]
    body: bytes


@dataclass
class Fault:
    """A failure of the next `times` matching requests to a dependency.

    `kind`: refuse (nothing listens on the proxy's port), reset (the connection breaks in the middle of the body), drip
    (one byte at a time), hang (no response), respond (a response that `change_response` makes of the real one).
    `late`: the dependency gets the request, and only its response is lost, slow or changed. `step`: only while this
    step of a cover runs. `path` and `body` are patterns to find in the request. `hits`: the number of requests so far.
    `reached` is set at the first of them, `removed` when the fault ends.
    """

    kind: FaultKind
    times: int = 1
    late: bool = False
    step: str | None = None
    method: str = ""
    path: str = ""
    body: bytes = b""
    change_response: Callable[[HttpResponse], HttpResponse] = lambda response: response
    reached: threading.Event = field(default_factory=threading.Event)
    removed: threading.Event = field(default_factory=threading.Event)
    hits: int = 0

    def matches(self, step: str | None, method: str, path: str, body: bytes) -> bool:
        is_due = self.hits < self.times and self.step in (None, step) and self.method in ("", method)
        return is_due and re.search(self.path, path) is not None and re.search(self.body, body) is not None


class Proxy(Protocol):
    """What a plan needs of a FaultProxy."""

    def listen(self) -> None: ...

    def refuse_connections(self) -> None: ...


@dataclass
class FaultPlan:
    """The faults of all dependencies by name, and the step of a cover that began last, as requests to DynamoDB tell."""

    faults: list[tuple[str, Fault]] = field(default_factory=list)
    step: str | None = None
    proxies: dict[str, Proxy] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, dependency: str, fault: Fault) -> Fault:
        """Let a dependency fail from now on. Return the fault."""
        with self.lock:
            self.faults.append((dependency, fault))
            self._refuse_in(None)
        return fault

    def match_request(self, dependency: str, method: str, path: str, body: bytes) -> Fault | None:
        """Return the fault of this request, and count it as a hit."""
        with self.lock:
            if match := _STEP.search(body):
                self.step = match[1].decode()
                self._refuse_in(self.step)
            for name, fault in self.faults:
                if name == dependency and fault.kind != "refuse" and fault.matches(self.step, method, path, body):
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
