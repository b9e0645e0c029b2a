"""`make forget`: deletes a listener and all their data, as *Delete my data* on the page does.

Without LISTENER it lists who has logged in.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timezone

from coverart.store.keys import PROFILE, profile_key
from coverart.store.sessions import Sessions
from scripts.owner import http
from scripts.owner.deployed_stack import IS_BUNDLE, DeployedStack, command

_TIMEOUT_SECONDS = 35  # longer than API Gateway's own
_MAX_ATTEMPTS, _PAUSE_SECONDS = 5, 2


def list_listeners(stack: DeployedStack) -> int:
    """Print each listener's id, name and date of the last login. Raise RuntimeError, BotoCoreError, ClientError."""
    table = stack.table("Listeners")
    pages = table.meta.client.get_paginator("scan").paginate(TableName=table.name)
    profiles = [item for page in pages for item in page["Items"] if item["item"] == PROFILE]
    for profile in sorted(profiles, key=lambda item: item.get("consent_at", "")):
        print(f"{profile['listener_id']}  {profile.get('display_name', '')}  {profile.get('consent_at', '')[:10]}")
    print(f"{len(profiles)} listeners. To delete one: {how_to_forget('<id>')}")
    return 0


def forget(stack: DeployedStack, listener_id: str, ask: Callable[[str], str]) -> int:
    """Return 1 if it was not confirmed. Raise RuntimeError, BotoCoreError, ClientError."""
    profile = stack.table("Listeners").get_item(Key=profile_key(listener_id), ConsistentRead=True)
    if "consent_at" not in profile.get("Item", {}):
        raise RuntimeError(f"{stack.name} has no listener {listener_id}. To list them: {command('forget')}")
    if (confirmation := os.environ.get("CONFIRM")) is None:
        print("This deletes the listener's covers, stored images, settings and login. It cannot be undone.")
        confirmation = ask(f"Type the listener's id to delete it ({listener_id}): ").strip()
    if confirmation != listener_id:
        print("Nothing was deleted: the id does not match.", file=sys.stderr)
        return 1
    ListenerSession.create(stack, listener_id).delete_listener()
    print(f"Deleted {listener_id}.")
    return 0


def how_to_forget(listener_id: str) -> str:
    return f"{command('forget')} {'--listener ' if IS_BUNDLE else 'LISTENER='}{listener_id}"


@dataclass(frozen=True)
class ListenerSession:
    """A session of a listener that the owner creates, to call the stack's API as the listener's browser does.

    `cookie`: the session's value. Over plain HTTP, the cookie has another name than over HTTPS.
    """

    stack: DeployedStack
    cookie: str

    @classmethod
    def create(cls, stack: DeployedStack, listener_id: str) -> ListenerSession:
        return cls(stack, Sessions(stack.table("Keys")).create(listener_id, datetime.now(timezone.utc)))

    def send(self, method: str, path: str) -> http.Response:
        """Raise RuntimeError if there is no response."""
        cookies = f"__Host-session={self.cookie}; session={self.cookie}"
        headers = {"Cookie": cookies, "Origin": self.stack.page_url}
        try:
            return http.send(method, self.stack.page_url + path, headers, timeout=_TIMEOUT_SECONDS)
        except (*http.UNREACHABLE_ERRORS, ValueError) as error:
            raise RuntimeError(f"{self.stack.page_url} could not be reached: {error}.") from None

    def get(self, path: str) -> http.Response:
        """Raise RuntimeError for an error status."""
        response = self.send("GET", path)
        if response.status >= 400:
            raise RuntimeError(f"{path} answers {response.status}.")
        return response

    def delete_listener(self) -> None:
        """Delete everything about the listener. A repetition is harmless, and the session goes last.

        Raise RuntimeError if it fails.
        """
        for _ in range(_MAX_ATTEMPTS):
            status = self.send("DELETE", "/api/me").status
            if status == 204:
                return
            time.sleep(_PAUSE_SECONDS)
        raise RuntimeError(f"The deletion answers {status}.")
