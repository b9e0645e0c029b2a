"""A client of the API that retries while the stack is busy, and keeps statistics of the responses."""

import random
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from math import ceil
from typing import Any

import requests

_TIMEOUT_SECONDS = 40  # longer than the local proxy's
# API Gateway's responses if Lambda throttles, or does not respond. The API's own errors have a body.
_BUSY_STATUSES = {429, 500, 502, 503, 504}
# The pauses add up to four minutes: a program waits longer than a person at a page.
_MAX_ATTEMPTS, _MAX_PAUSE_SECONDS = 60, 8.0


class StackBusyError(RuntimeError):
    """The stack was busy in every attempt."""


def is_busy(response: requests.Response) -> bool:
    """Return whether the stack was busy or had a transient fault. A limit of the API itself is neither."""
    return response.status_code in _BUSY_STATUSES and not (response.status_code == 429 and '"error"' in response.text)


def retry_pauses() -> Iterator[float]:
    """Yield the seconds before each retry: exponential backoff with full jitter."""
    for attempt in range(_MAX_ATTEMPTS - 1):
        yield random.uniform(0, min(_MAX_PAUSE_SECONDS, 2.0**attempt))  # noqa: S311  # jitter, not a secret


def percentile(values: Sequence[float], share: float) -> float:
    """Return the smallest value that at least this share (0 to 1) of the values does not exceed (nearest rank)."""
    return sorted(values)[max(ceil(share * len(values)), 1) - 1]


def summarize(seconds: Sequence[float]) -> dict[str, float]:
    """Return percentiles by their names; nothing without values."""
    shares = {"p50": 0.5, "p95": 0.95, "p99": 0.99, "max": 1.0}
    return {name: round(percentile(seconds, share), 3) for name, share in shares.items()} if seconds else {}


@dataclass
class ApiClient:
    """Requests of one kind. `seconds`: the durations of those that the stack was not too busy for, retries included."""

    url: str
    statuses: Counter[int] = field(default_factory=Counter)
    busy: int = 0
    seconds: list[float] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def request(
        self, session: requests.Session, method: str, path: str, pauses: Iterator[float] | None = None, **options: Any
    ) -> Any:
        """Return the JSON of a response.

        `options` are those of requests. Raise StackBusyError after the last of the `pauses`, and HTTPError if
        the API refuses the request.
        """
        pauses, start = retry_pauses() if pauses is None else pauses, time.perf_counter()
        while True:
            response = session.request(method, self.url + path, timeout=_TIMEOUT_SECONDS, **options)
            busy = is_busy(response)
            with self.lock:
                self.statuses[response.status_code] += 1
                self.busy += busy
                if not busy:
                    self.seconds.append(time.perf_counter() - start)
            if not busy:
                response.raise_for_status()
                return response.json()
            if (pause := next(pauses, None)) is None:
                raise StackBusyError(f"{method} {path}: {response.status_code} {response.text[:200]}")
            time.sleep(pause)

    def find_problems(self, name: str) -> Iterator[str]:
        if (refused := sum(count for status, count in self.statuses.items() if status >= 400) - self.busy) > 0:
            yield f"{name}: {refused} requests were refused: {dict(self.statuses)}"

    def to_json(self) -> dict[str, Any]:
        return {"statuses": dict(self.statuses), "busy": self.busy, "seconds": summarize(self.seconds)}
