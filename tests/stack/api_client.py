"""What the tests of the deployed API share: a listener's browser, refusals, waiting, and what is left of a listener."""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import requests

from coverart.store.sessions import Sessions
from scripts.consistency import scanned
from scripts.local.stack import LocalStack

TABLES = ("Listeners", "Covers", "Keys")


class Browser(requests.Session):
    """A listener's, on the page."""

    def __init__(self, local: LocalStack, listener_id: str) -> None:
        super().__init__()
        self.address, self.listener_id = local.url, listener_id
        self.value = Sessions(local.table("Keys")).create(listener_id, datetime.now(UTC))
        self.cookies["session"] = self.value
        self.headers["Origin"] = local.url

    def ask(self, method: str, path: str, body: Any = None, **more: Any) -> requests.Response:
        return self.request(method, self.address + path, json=body, timeout=60, allow_redirects=False, **more)


def refused(answer: requests.Response, status: int, code: str) -> None:
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code), answer.text
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.json()["error"]["message"].endswith(".")


def until(found: Callable[[], Any], seconds: float = 60, every: float = 0.1) -> Any:
    """What `found` gives once it is not empty."""
    deadline = time.monotonic() + seconds
    while not (result := found()):
        assert time.monotonic() < deadline, "it did not come"
        time.sleep(every)
    return result


def left_of(local: LocalStack, listener_id: str) -> list[Any]:
    """All that the tables and the bucket hold of a listener."""
    rows = [item for name in TABLES for item in scanned(local.table(name)) if item.get("listener_id") == listener_id]
    return rows + [key for key in local.keys("") if f"/{listener_id}/" in key]
