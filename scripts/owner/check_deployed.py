"""`make check-deployed`: proves that a deployed stack works, without Spotify.

A test listener gets a cover of sample music through the real state machine; then it deletes everything of theirs. Each
check prints a line, with what to do where it failed. If an image model paints, the cover costs its usual price.
"""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import Any

from boto3.dynamodb.conditions import Key
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from coverart.store.keys import listener_prefixes, profile_key
from scripts.owner import http
from scripts.owner.deployed_stack import REQUIRED_SECRETS, DeployedStack, command
from scripts.owner.forget import ListenerSession, how_to_forget

_COVER_TIMEOUT_SECONDS = 600
_POLL_SECONDS = 2
# WatchFunction's own Timeout, and a little more.
_INVOCATION_TIMEOUT_SECONDS = 310
# Functions that neither the page nor the cover calls, with the error that the event must raise, if any.
_EVENT = {"cleanup": "stuck_covers"}
_INVOCATIONS: dict[str, str | None] = {
    "WatchFunction": None,
    "SettleFunction": None,
    "ApplyFunction": "InvalidRequestError",
    "ConvertFunction": "InvalidRequestError",
}


def check_stack(stack: DeployedStack) -> int:
    """Return 0 if all checks pass. Raise RuntimeError if there is no such stack, and BotoCoreError, ClientError."""
    trial = Trial(stack, f"check-{secrets.token_hex(8)}", ListenerSession(stack, "none"))
    steps: tuple[tuple[str, Callable[[], str], str], ...] = (
        ("secrets", trial.check_secrets, f"Run: {command('configure')}"),
        ("schedules and rules", trial.check_triggers, f"Deploy again: {command('deploy')}"),
        ("page", trial.check_page, "Read the log of ApiFunction and AuthFunction."),
        ("other functions", trial.check_functions, "Read the function's log."),
        ("cover", trial.check_cover, "Read the logs of the step that failed and the execution's history."),
        ("image", trial.check_image, "Read the log of ApiFunction, and check the bucket's policy."),
        ("removal", trial.check_removal, f"Run: {how_to_forget(trial.listener_id)}"),
    )
    print(f"Checking {stack.name}: {stack.page_url}/", flush=True)
    failures = 0
    try:
        for name, check, advice in steps:
            try:
                print(f"ok      {name}: {check()}", flush=True)
            except (RuntimeError, BotoCoreError, ClientError) as error:
                failures += 1
                print(f"FAILED  {name}: {error} {advice}", flush=True)
    except KeyboardInterrupt:
        trial.check_removal()
        raise
    print("The stack works." if not failures else f"{failures} of {len(steps)} checks failed.")
    return min(failures, 1)


@dataclass
class Trial:
    """The checks, for a test listener. Each returns what it saw and raises RuntimeError or the error of a call."""

    stack: DeployedStack
    listener_id: str
    browser: ListenerSession
    cover: dict[str, Any] = field(default_factory=dict)

    def check_secrets(self) -> str:
        if missing := set(REQUIRED_SECRETS) - self.stack.list_secrets():
            raise RuntimeError(f"Missing: {', '.join(sorted(missing))}.")
        return "stored"

    def check_triggers(self) -> str:
        """Every schedule and rule of the stack is on."""
        names = [*self.stack.list_resources("AWS::Scheduler::Schedule").values()]
        schedules = [self.stack.client("scheduler").get_schedule(Name=name)["State"] for name in names]
        # The physical id of a rule on a bus of one's own may begin with the bus's name.
        names = [name.rpartition("|")[2] for name in self.stack.list_resources("AWS::Events::Rule").values()]
        list_rules = self.stack.client("events").get_paginator("list_rules").paginate
        pages = [page for bus in ("default", self.stack.outputs["BusName"]) for page in list_rules(EventBusName=bus)]
        rules = [rule["State"] for page in pages for rule in page["Rules"] if rule["Name"] in names]
        states = [*schedules, *rules]
        if len(schedules) < 3 or len(rules) < 2 or set(states) != {"ENABLED"}:
            raise RuntimeError(f"{len(schedules)} schedules and {len(rules)} rules are {sorted(set(states))}.")
        return f"{len(states)} enabled"

    def check_page(self) -> str:
        page = self.browser.get("/")
        if "text/html" not in str(page.headers["Content-Type"]):
            raise RuntimeError(f"The page is {page.headers['Content-Type']}.")
        login = self.browser.get("/login")
        if login.status != 302 or "/authorize?" not in str(login.headers["Location"]):
            raise RuntimeError(f"The login answers {login.status} and does not lead to Spotify.")
        return "the page and the login answer"

    def check_functions(self) -> str:
        for name, error in _INVOCATIONS.items():
            self._invoke(name, _EVENT, error)
        return ", ".join(_INVOCATIONS)

    def check_cover(self) -> str:
        """Log the test listener in, without Spotify, and request a cover as an event does."""
        now = datetime.now(timezone.utc)
        profile = {
            "tokens": {"access_token": "none", "refresh_token": "none", "expires_at": 0, "scope": ""},  # no token
            "state": "connected",
            "consent_at": now.isoformat(),
            "reconnect_by": (now + timedelta(days=1)).isoformat(),
            "display_name": "Check",
        }
        self.stack.table("Listeners").put_item(Item={**profile_key(self.listener_id), **profile})
        self.browser = ListenerSession.create(self.stack, self.listener_id)
        event = {"listener_id": self.listener_id, "source": {"kind": "sample"}, "idempotency_key": self.listener_id}
        cover_id = self._invoke("AcceptFunction", event)["cover_id"]
        deadline = time.monotonic() + _COVER_TIMEOUT_SECONDS
        while time.monotonic() < deadline:
            self.cover = self.browser.get(f"/api/covers/{cover_id}").json()
            if self.cover["status"] == "failed":
                raise RuntimeError(f"The cover failed at {self.cover['step']}: {self.cover['error']['message']}")
            if self.cover["status"] == "done":
                painting = self.cover["painting"]
                seconds = sum(step["seconds"] for step in self.cover["timings"].values())
                return f"done, {seconds:.1f} s of work, by {painting['backend']} for ${painting['cost_usd']:.4f}"
            time.sleep(_POLL_SECONDS)
        raise RuntimeError(f"The cover was not done in {_COVER_TIMEOUT_SECONDS} seconds.")

    def check_image(self) -> str:
        if not self.cover.get("images"):
            raise RuntimeError("There is no cover.")
        redirect = self.browser.get(self.cover["images"]["cover"])
        # The bucket's address has its own signature and gets neither cookie nor origin.
        try:
            image = http.send("GET", str(redirect.headers["Location"]))
        except (*http.UNREACHABLE_ERRORS, ValueError) as error:
            raise RuntimeError(f"The bucket could not be reached: {error}.") from None
        if image.status != 200 or not image.body.startswith(b"\xff\xd8"):
            raise RuntimeError(f"The bucket answers {image.status} and no JPEG.")
        return f"{len(image.body)} bytes through its presigned address"

    def check_removal(self) -> str:
        """Forget me leaves nothing."""
        if self.browser.cookie == "none":
            return "there was no test listener"
        self.browser.delete_listener()
        bucket = self.stack.outputs["BucketName"]
        for prefix in listener_prefixes(self.listener_id):
            if self.stack.client("s3").list_objects_v2(Bucket=bucket, Prefix=prefix)["KeyCount"]:
                raise RuntimeError(f"The bucket still has {prefix}.")
        for name in ("Listeners", "Covers"):
            if self.stack.table(name).query(KeyConditionExpression=Key("listener_id").eq(self.listener_id))["Count"]:
                raise RuntimeError(f"{name}Table still has items of the listener.")
        return "nothing is left of the test listener"

    def _invoke(self, name: str, event: dict[str, Any], expected_error: str | None = None) -> Any:
        """Return the function's result. Raise RuntimeError if it raises another error than the expected one."""
        config = Config(read_timeout=_INVOCATION_TIMEOUT_SECONDS, retries={"total_max_attempts": 1})
        client: Any = self.stack.session.client("lambda", config=config)
        functions = self.stack.list_resources("AWS::Lambda::Function")
        response = client.invoke(FunctionName=functions[name], Payload=json.dumps(event))
        result = json.loads(response["Payload"].read())
        error = result["errorType"] if "FunctionError" in response else None
        if error != expected_error:
            raise RuntimeError(f"{name} ended with {error}: {result}")
        return result
