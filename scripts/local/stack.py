"""The running local stack: its AWS clients and tables, its listeners, and covers requested from it."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import requests

from coverart.aws.s3 import Bucket
from coverart.store.covers import Covers
from coverart.store.listeners import Listeners
from coverart.store.publish_history import PublishHistory
from scripts.fakes.musicbrainz import FakeMusicBrainz
from scripts.fakes.spotify import FakeSpotify, save_login
from scripts.local.deployment import STACK
from scripts.local.emulator import Emulator

FINAL_STATUSES = {"done", "failed"}
_POLL_SECONDS = 0.25
_REQUEST_TIMEOUT_SECONDS = 35


@dataclass(frozen=True)
class LocalStack:
    """`url` is the address of its page and API, without a slash at the end.

    `outputs` are CloudFormation's. `spotify` and `musicbrainz` are None if the stack uses the real services.
    """

    url: str
    emulator: Emulator
    outputs: dict[str, str]
    spotify: FakeSpotify | None
    musicbrainz: FakeMusicBrainz | None

    @property
    def fake_spotify(self) -> FakeSpotify:
        """The fake Spotify. Raise RuntimeError if the stack uses the real one."""
        if self.spotify is None:
            raise RuntimeError("This needs the fake Spotify.")
        return self.spotify

    def client(self, service: str) -> Any:
        return self.emulator.client(service)

    def table(self, name: str) -> Any:
        """Return the table Listeners, Covers or Keys."""
        return self.emulator.table(self.outputs[f"{name}TableName"])

    @property
    def bucket(self) -> Bucket:
        return Bucket(self.client("s3"), self.outputs["BucketName"])

    @property
    def covers(self) -> Covers:
        return Covers(self.table("Covers"))

    @property
    def history(self) -> PublishHistory:
        return PublishHistory(self.table("Listeners"))

    def describe_function(self, name: str) -> dict[str, Any]:
        """Return the deployed configuration of the function with this logical id: environment, role, name, ..."""
        resource = self.client("cloudformation").describe_stack_resource(StackName=STACK, LogicalResourceId=name)
        physical_id = resource["StackResourceDetail"]["PhysicalResourceId"]
        configuration: dict[str, Any] = self.client("lambda").get_function_configuration(FunctionName=physical_id)
        return configuration

    def list_keys(self, prefix: str) -> list[str]:
        """Return the keys in the bucket that begin with `prefix`."""
        pages = (
            self.client("s3")
            .get_paginator("list_objects_v2")
            .paginate(Bucket=self.outputs["BucketName"], Prefix=prefix)
        )
        return list(pages.search("Contents[].Key || `[]`"))

    def configure_emulator(self, settings: dict[str, Any]) -> None:
        """Change settings of the emulator itself."""
        requests.post(f"{self.emulator.url}/_ministack/config", json=settings, timeout=5).raise_for_status()

    @contextmanager
    def override_environment(self, function: str, **variables: str) -> Iterator[None]:
        """Set environment variables of a function for a time; its processes restart before and after.

        `function` is the logical id in the template.
        """
        client, configuration = self.client("lambda"), self.describe_function(function)
        name, before = configuration["FunctionName"], configuration["Environment"]["Variables"]
        client.update_function_configuration(FunctionName=name, Environment={"Variables": {**before, **variables}})
        try:
            yield
        finally:
            client.update_function_configuration(FunctionName=name, Environment={"Variables": before})

    def read_logs(self) -> str:
        """Return the logs of the emulator and of all functions."""
        client = self.client("logs")
        events = client.get_paginator("filter_log_events")
        messages = [self.emulator.read_log()]
        for name in client.get_paginator("describe_log_groups").paginate().search("logGroups[].logGroupName"):
            messages += events.paginate(logGroupName=name).search("events[].message")
        return "\n".join(messages)

    def log_in(self, listener: str = "demo") -> requests.Session:
        """Log a listener in through the fake consent page, as a browser does. Raise RuntimeError if it fails."""
        browser = requests.Session()
        consent = browser.get(f"{self.url}/login", timeout=_REQUEST_TIMEOUT_SECONDS)
        granted = browser.get(
            consent.url, params={"fake_listener": listener}, allow_redirects=False, timeout=_REQUEST_TIMEOUT_SECONDS
        )
        callback = browser.get(granted.headers["Location"], allow_redirects=False, timeout=_REQUEST_TIMEOUT_SECONDS)
        if (page := callback.headers["Location"]) != f"{self.url}/":
            raise RuntimeError(f"The login failed: {page}")
        browser.headers["Origin"] = self.url
        return browser

    def connect(self, listener: str = "demo") -> str:
        """Log a listener of the fake Spotify in without a browser; return the listener_id."""
        return save_login(Listeners(self.table("Listeners")), self.fake_spotify, listener)

    def store_secret(self, name: str, value: str) -> None:
        self.client("ssm").put_parameter(Name=f"/{STACK}/{name}", Value=value, Type="SecureString", Overwrite=True)

    def restart(self, function: str) -> None:
        """Restart a function, which caches secrets while it is warm."""
        with self.override_environment(function):
            pass

    def request_cover(
        self, listener_id: str, source: dict[str, Any], key: str, options: dict[str, Any] | None = None, **fields: Any
    ) -> str:
        """Request a cover by invoking the accept function directly; return its id.

        `key` is the idempotency key, and `fields` are other fields of the request. Raise RuntimeError after a refusal.
        """
        request = {"listener_id": listener_id, "source": source, "options": options or {}, "idempotency_key": key}
        response = self.client("lambda").invoke(
            FunctionName=self.outputs["AcceptFunctionName"], Payload=json.dumps(request | fields)
        )
        result = json.loads(response["Payload"].read())
        if "FunctionError" in response:
            raise RuntimeError(f"{result['errorType']}: {result['errorMessage']}")
        return str(result["cover_id"])

    def wait_for_cover(self, listener_id: str, cover_id: str, seconds: float = 240) -> dict[str, Any]:
        """Return the cover's item once it is done or failed. Raise TimeoutError."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            item = self.covers.get(listener_id, cover_id)
            if item is not None and item["status"] in FINAL_STATUSES:
                return item
            time.sleep(_POLL_SECONDS)
        raise TimeoutError(f"The cover is not done after {seconds:.0f} seconds; see {self.emulator.folder}.")
