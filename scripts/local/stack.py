"""The local stack as a whole: built, deployed, with stand-ins for Spotify (and in tests for OpenAI), and a listener."""

import json
import secrets as randomness
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

import requests
from botocore.config import Config

from coverart.bucket import Bucket
from coverart.covers import Covers
from coverart.listeners import Listeners
from scripts.local import deployment, front_door
from scripts.local.emulator import Emulator
from scripts.local.routes import add_routes
from scripts.standins import demo, spotify

ENDED = {"done", "failed"}
_POLLED_EVERY = 0.15  # seconds


@dataclass(frozen=True)
class LocalStack:
    """`url` is where its page and its API are, without a slash at the end."""

    url: str
    emulator: Emulator
    outputs: dict[str, str]
    spotify: spotify.Standin

    def client(self, service: str) -> Any:
        config = Config(retries={"max_attempts": 1}, read_timeout=300)
        return self.emulator.session().client(service, endpoint_url=self.emulator.url, config=config)

    def table(self, name: str) -> Any:
        resource = self.emulator.session().resource("dynamodb", endpoint_url=self.emulator.url)
        return resource.Table(self.outputs[f"{name}TableName"])

    @property
    def bucket(self) -> Bucket:
        return Bucket(self.client("s3"), self.outputs["BucketName"])

    @property
    def covers(self) -> Covers:
        return Covers(self.table("Covers"))

    def keys(self, prefix: str) -> list[str]:
        """The keys in the bucket that begin so."""
        listed = self.client("s3").list_objects_v2(Bucket=self.outputs["BucketName"], Prefix=prefix)
        return [entry["Key"] for entry in listed.get("Contents", [])]

    def configure(self, settings: dict[str, Any]) -> None:
        """Changes settings of the emulator itself."""
        requests.post(f"{self.emulator.url}/_ministack/config", json=settings, timeout=5).raise_for_status()

    def connect(self, listener: str = "demo") -> str:
        """Logs a listener of the stand-in in; gives the listener's id."""
        return demo.connect(Listeners(self.table("Listeners")), self.spotify.url, listener)

    def store_secret(self, name: str, value: str) -> None:
        self.client("ssm").put_parameter(
            Name=f"/{deployment.STACK}/{name}", Value=value, Type="SecureString", Overwrite=True
        )

    def ask(self, listener_id: str, source: dict[str, Any], key: str, options: dict[str, Any] | None = None) -> str:
        """Asks for a cover as the stack's owner does; gives its id. Raises RuntimeError with the reason."""
        request = {"listener_id": listener_id, "source": source, "options": options or {}, "idempotency_key": key}
        answer = self.client("lambda").invoke(
            FunctionName=self.outputs["AcceptFunctionName"], Payload=json.dumps(request)
        )
        said = json.loads(answer["Payload"].read())
        if "FunctionError" in answer:
            raise RuntimeError(f"{said['errorType']}: {said['errorMessage']}")
        return str(said["cover_id"])

    def wait(
        self,
        listener_id: str,
        cover_id: str,
        seconds: float = 120,
        progress: Callable[[dict[str, Any]], None] = lambda _: None,
    ) -> dict[str, Any]:
        """The cover's item once it is done or failed. Raises TimeoutError."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            item = self.covers.get(listener_id, cover_id)
            if item is not None:
                progress(item)
                if item["status"] in ENDED:
                    return item
            time.sleep(_POLLED_EVERY)
        raise TimeoutError(f"The cover is not done after {seconds:.0f} seconds; see {self.emulator.folder}.")


@contextmanager
def running(
    port: int = 0,
    mode: spotify.Mode = "development",
    secrets: dict[str, str] | None = None,
    say: Callable[[str], None] = lambda _: None,
    **parameters: str,
) -> Iterator[LocalStack]:
    """Brings the stack up and takes it down, leaving no process and no port.

    `port` is the page's, 0 a free one (OSError where it is taken); `mode` is the Spotify stand-in's, `secrets` go to
    the parameter store, `parameters` to the template.
    """
    with ExitStack() as ending:
        say("Building")
        deployment.build()
        say("Starting the emulator and Spotify's stand-in")
        standin = ending.enter_context(spotify.serving(mode))
        door = ending.enter_context(front_door.opened(port))
        emulator = Emulator.start()
        ending.callback(emulator.stop)
        say("Deploying")
        ours = {
            "SpotifyApiUrl": standin.api_url,
            "SpotifyAccountsUrl": standin.url,
            "ArtworkOrigins": standin.url,
            "PublicUrl": door.url,
        }
        outputs = deployment.deploy(emulator, {**ours, **parameters})
        stack = LocalStack(door.url, emulator, outputs, standin)
        session_key = randomness.token_urlsafe(32)
        for name, value in {**demo.SECRETS, "session_key": session_key, **(secrets or {})}.items():
            stack.store_secret(name, value)
        add_routes(emulator.session(), emulator.url, deployment.STACK)
        door.leads_to = (emulator.url, outputs["ApiId"])
        yield stack
