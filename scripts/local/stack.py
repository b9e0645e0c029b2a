"""The local stack as a whole: built, deployed, with stand-ins for Spotify (and in tests for OpenAI), and a listener."""

import fcntl
import json
import secrets as randomness
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import requests
from botocore.config import Config

from coverart.aws.s3 import Bucket
from coverart.errors import NotFoundError
from coverart.store.covers import Covers
from coverart.store.listeners import Listeners
from coverart.store.publish_history import PublishHistory
from scripts.local import deployment, front_door
from scripts.local.emulator import CONCURRENCY, Emulator
from scripts.local.routes import add_routes
from scripts.standins import demo, musicbrainz, spotify
from scripts.standins.serving import LOOPBACK

ENDED = {"done", "failed"}
_POLLED_EVERY = 0.25  # seconds
_ANSWERED_WITHIN = 35
_SETTLED_WITHIN = 20
_HEAVY = {"detect", "prompt", "generate", "stylize"}
_HEAVY_AT_ONCE = 2


@dataclass(frozen=True)
class LocalStack:
    """`url` is where its page and API are, without a slash at the end. `spotify` and `musicbrainz` are None where they
    are the real ones.
    """

    url: str
    emulator: Emulator
    outputs: dict[str, str]
    spotify: spotify.Standin | None
    musicbrainz: musicbrainz.Standin | None

    def client(self, service: str) -> Any:
        return _client(self.emulator, service)

    def table(self, name: str) -> Any:
        return _table(self.emulator, self.outputs[f"{name}TableName"])

    @property
    def bucket(self) -> Bucket:
        return Bucket(self.client("s3"), self.outputs["BucketName"])

    @property
    def covers(self) -> Covers:
        return Covers(self.table("Covers"))

    @property
    def history(self) -> PublishHistory:
        return PublishHistory(self.table("Listeners"))

    def function(self, name: str) -> dict[str, Any]:
        """What is deployed of the function of this name in the template: its environment, role, own name and so on."""
        resource = self.client("cloudformation").describe_stack_resource(
            StackName=deployment.STACK, LogicalResourceId=name
        )
        deployed = resource["StackResourceDetail"]["PhysicalResourceId"]
        found: dict[str, Any] = self.client("lambda").get_function_configuration(FunctionName=deployed)
        return found

    def keys(self, prefix: str) -> list[str]:
        """The keys in the bucket that begin so."""
        listed = self.client("s3").list_objects_v2(Bucket=self.outputs["BucketName"], Prefix=prefix)
        return [entry["Key"] for entry in listed.get("Contents", [])]

    def configure(self, settings: dict[str, Any]) -> None:
        """Changes settings of the emulator itself."""
        requests.post(f"{self.emulator.url}/_ministack/config", json=settings, timeout=5).raise_for_status()

    @contextmanager
    def changed(self, function: str, **variables: str) -> Iterator[None]:
        """Change a function's environment for a time, as `OPENAI_TIMEOUT_SECONDS="2"`; it restarts before and after.

        `function` is its name in the template.
        """
        functions, deployed = self.client("lambda"), self.function(function)
        name, before = deployed["FunctionName"], deployed["Environment"]["Variables"]
        functions.update_function_configuration(FunctionName=name, Environment={"Variables": {**before, **variables}})
        try:
            yield
        finally:
            functions.update_function_configuration(FunctionName=name, Environment={"Variables": before})

    def logs(self) -> str:
        """What the emulator said, and what the functions did."""
        client = self.client("logs")
        groups = [group["logGroupName"] for page in client.get_paginator("describe_log_groups").paginate()
                  for group in page["logGroups"]]  # fmt: skip
        pages = (
            page for name in groups for page in client.get_paginator("filter_log_events").paginate(logGroupName=name)
        )
        return "\n".join([self.emulator.log(), *(event["message"] for page in pages for event in page["events"])])

    def log_in(self, listener: str = "demo") -> requests.Session:
        """A browser, logged in through the stand-in's consent page. Raises RuntimeError with the refusal's code."""
        browser = requests.Session()
        consent = browser.get(f"{self.url}/login", timeout=_ANSWERED_WITHIN)
        back = browser.get(
            consent.url, params={"standin_listener": listener}, allow_redirects=False, timeout=_ANSWERED_WITHIN
        )
        page = browser.get(back.headers["Location"], allow_redirects=False, timeout=_ANSWERED_WITHIN).headers[
            "Location"
        ]
        if page != f"{self.url}/":
            raise RuntimeError(f"Nobody is logged in: {page}")
        browser.headers["Origin"] = self.url
        return browser

    def connect(self, listener: str = "demo") -> str:
        """Logs a listener of the stand-in in without a browser; gives the listener's id."""
        return demo.connect(Listeners(self.table("Listeners")), self.spotify.url, listener)

    def store_secret(self, name: str, value: str) -> None:
        self.client("ssm").put_parameter(
            Name=f"/{deployment.STACK}/{name}", Value=value, Type="SecureString", Overwrite=True
        )

    def restart(self, function: str) -> None:
        """A warm function remembers secrets; after a change of its configuration it starts anew."""
        functions = self.client("lambda")
        pages = functions.get_paginator("list_functions").paginate()
        [found] = [entry for page in pages for entry in page["Functions"] if f"-{function}-" in entry["FunctionName"]]
        functions.update_function_configuration(FunctionName=found["FunctionName"], Timeout=found["Timeout"])

    def ask(
        self, listener_id: str, source: dict[str, Any], key: str, options: dict[str, Any] | None = None, **more: Any
    ) -> str:
        """Asks for a cover as the stack's owner does; gives its id. `more` are other fields of the request.

        Raises RuntimeError with the reason.
        """
        request = {"listener_id": listener_id, "source": source, "options": options or {}, "idempotency_key": key}
        request |= more
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


# Kept, as a function keeps them: to make one takes a tenth of a second.
@cache
def _client(emulator: Emulator, service: str) -> Any:
    config = Config(retries={"max_attempts": 1}, read_timeout=300)
    return emulator.session().client(service, endpoint_url=emulator.url, config=config)


@cache
def _table(emulator: Emulator, name: str) -> Any:
    return emulator.session().resource("dynamodb", endpoint_url=emulator.url).Table(name)


@contextmanager
def running(
    port: int = 0,
    mode: spotify.Mode | None = "development",
    secrets: dict[str, str] | None = None,
    state: Path | None = None,
    concurrency: int = CONCURRENCY,
    host: str = LOOPBACK,
    bytecode: bool = True,
    detours: Mapping[str, str] | None = None,
    say: Callable[[str], None] = lambda _: None,
    **parameters: str,
) -> Iterator[LocalStack]:
    """Brings the stack up and takes it down, leaving no process and no port.

    `port` is the page's, 0 a free one (OSError where it is taken). `mode` is that of Spotify's stand-in, None is the
    real Spotify. `secrets` go to the parameter store, `parameters` to the template. `state` is the folder of a stack
    that survives (RuntimeError where it is in use); else all is forgotten. `concurrency`: functions that run at once.
    `host`: what the emulator and the stand-ins listen on; the page is on loopback all the same. `bytecode` is kept for
    the next start of a function, as Lambda does not. `detours` are the emulator's.
    """
    with ExitStack() as ending:
        if state is not None:
            ending.enter_context(_alone(state))
        say("Building")
        deployment.build()
        say("Starting the emulator" + (" and Spotify's stand-in" if mode else ""))
        standin = ending.enter_context(spotify.serving(mode, host=host)) if mode else None
        tagged = ending.enter_context(musicbrainz.serving(host=host)) if mode else None
        door = ending.enter_context(front_door.opened(port))
        emulator = Emulator.start(state, concurrency, host, bytecode, detours)
        ending.callback(emulator.stop)
        say("Deploying")
        secrets = {**(demo.SECRETS if standin else {}), **(secrets or {})}
        stand_ins = standing_in(standin, tagged) if standin and tagged else {}
        parameters = {**stand_ins, "PublicUrl": door.url, **parameters}
        stack = LocalStack(door.url, emulator, deployment.deploy(emulator, parameters), standin, tagged)
        bridge(stack)
        _store(stack, secrets)
        if state is not None:
            ending.callback(_settle, stack)
            ending.callback(_forget, stack, secrets)
        door.leads_to = (emulator.url, stack.outputs["ApiId"])
        ending.callback(say, "Stopping")
        yield stack


def bridge(stack: LocalStack, name: str = deployment.STACK) -> None:
    """What a deployed stack of this name needs on the emulator, after each deployment."""
    add_routes(stack.emulator.session(), stack.emulator.url, name)
    _bound_the_heavy(stack)


def _bound_the_heavy(stack: LocalStack) -> None:
    """As many processes at once as a small machine has memory and cores for; the state machines wait for room."""
    functions = stack.client("lambda")
    for function in functions.list_functions()["Functions"]:
        if function["Handler"].partition(".")[0] in _HEAVY:
            functions.put_function_concurrency(
                FunctionName=function["FunctionName"], ReservedConcurrentExecutions=_HEAVY_AT_ONCE
            )


def standing_in(standin: spotify.Standin, tagged: musicbrainz.Standin) -> dict[str, str]:
    """The template's parameters for the stand-ins."""
    return {
        "SpotifyApiUrl": standin.api_url,
        "SpotifyAccountsUrl": standin.url,
        "ArtworkOrigins": ",".join(standin.picture_urls),
        "MusicBrainzUrl": tagged.api_url,
    }


@contextmanager
def _alone(state: Path) -> Iterator[None]:
    """Raises RuntimeError where another process has the folder."""
    state.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (state / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise RuntimeError("The local stack is already running.") from None
        yield


def _store(stack: LocalStack, secrets: dict[str, str]) -> None:
    """The session key stays what it was, or nobody would be logged in after a restart."""
    for name, value in secrets.items():
        stack.store_secret(name, value)
    client = stack.client("ssm")
    try:
        client.get_parameter(Name=f"/{deployment.STACK}/session_key")
    except client.exceptions.ParameterNotFound:
        stack.store_secret("session_key", randomness.token_urlsafe(32))


def _forget(stack: LocalStack, secrets: dict[str, str]) -> None:
    """The owner's keys are given anew at each start, and kept nowhere."""
    for name in secrets:
        stack.client("ssm").delete_parameter(Name=f"/{deployment.STACK}/{name}")


def _settle(stack: LocalStack) -> None:
    """Stops the executions that are running: after a restart nobody would tell how they ended."""
    machine = stack.client("stepfunctions")
    stopped = []
    for arn in (stack.outputs["StateMachineArn"], stack.outputs["ApplyStateMachineArn"]):
        for execution in machine.list_executions(stateMachineArn=arn, statusFilter="RUNNING")["executions"]:
            stopped.append(json.loads(machine.describe_execution(executionArn=execution["executionArn"])["input"]))
            with suppress(machine.exceptions.ValidationException):  # it has ended by itself meanwhile
                machine.stop_execution(executionArn=execution["executionArn"])
    deadline = time.monotonic() + _SETTLED_WITHIN
    while time.monotonic() < deadline and any(_is_open(stack, told) for told in stopped):
        time.sleep(_POLLED_EVERY)


def _is_open(stack: LocalStack, told: dict[str, str]) -> bool:
    """Whether the cover or the history's entry, named by its execution's input, does not yet say how it ended."""
    if "cover_id" in told:
        item = stack.covers.get(told["listener_id"], told["cover_id"])
        return item is not None and item["status"] not in ENDED
    with suppress(NotFoundError):
        return stack.history.get(told["listener_id"], told["playlist_id"], told["entry_id"]).status == "asked"
    return False
