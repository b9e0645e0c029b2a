"""Starts the local stack: builds and deploys it with fakes of Spotify and MusicBrainz, and takes it down again."""

import fcntl
import json
import re
import secrets as random_secrets
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from coverart.errors import NotFoundError
from scripts.fakes import musicbrainz, spotify
from scripts.fakes.server import LOOPBACK
from scripts.fakes.spotify_state import Mode
from scripts.local import deployment
from scripts.local.emulator import CONCURRENCY, Emulator
from scripts.local.local_proxy import run_proxy
from scripts.local.stack import FINAL_STATUSES, LocalStack

_STOP_TIMEOUT_SECONDS, _POLL_SECONDS = 20, 0.25
_HEAVY_FUNCTIONS, _MAX_HEAVY_PROCESSES = {"detect", "prompt", "generate", "stylize"}, 2


@contextmanager
def run_stack(
    port: int = 0,
    mode: Mode | None = "development",
    secrets: dict[str, str] | None = None,
    state: Path | None = None,
    concurrency: int = CONCURRENCY,
    host: str = LOOPBACK,
    service_urls: Mapping[str, str] | None = None,
    page_host: str = LOOPBACK,
    public_url: str = "",
    report: Callable[[str], None] = lambda _: None,
    **parameters: str,
) -> Iterator[LocalStack]:
    """Start the stack, and stop it so that no process and no open port remains.

    `port` is the page's; 0 is any free port. `mode` is the mode of the fake Spotify; None uses the real one. `secrets`
    are stored as the stack's, and `parameters` are the template's. `state` is a folder to restore the stack from and
    save it in; without one, the stack forgets everything. `host`: where the emulator and the fakes listen; `page_host`:
    where the page does. `public_url`: how browsers reach the page, if not there; it then serves the pictures, too.
    `report` gets progress messages. Emulator.start explains the others.

    Raise OSError if the port is in use, and RuntimeError if the state is in use or a build or deployment fails.
    """
    with ExitStack() as exit_stack:
        if state is not None:
            exit_stack.enter_context(_lock_state(state))
        report("Building")
        deployment.build()
        report("Starting the emulator" + (" and the fake Spotify" if mode else ""))
        fake = exit_stack.enter_context(spotify.serve(mode, host=host)) if mode else None
        tags = exit_stack.enter_context(musicbrainz.serve(host=host)) if mode else None
        proxy = exit_stack.enter_context(run_proxy(port, page_host, public_url))
        emulator = Emulator.start(state, concurrency, host, service_urls)
        exit_stack.callback(emulator.stop)
        report("Deploying")
        addresses = fake_parameters(fake, tags) if fake and tags else {}
        # More candidates at once would wait for each other.
        own = {"PublicUrl": proxy.url, "CandidatesAtOnce": str(_MAX_HEAVY_PROCESSES)}
        outputs = deployment.deploy(emulator, {**addresses, **own, **parameters})
        stack = LocalStack(proxy.url, emulator, outputs, fake, tags)
        prepare_deployment(stack)
        _store_secrets(stack, {**(spotify.SECRETS if fake else {}), **(secrets or {})})
        if state is not None:
            exit_stack.callback(_stop_executions, stack)
        proxy.bucket = outputs["BucketName"] if public_url else ""
        proxy.target = (emulator.url, outputs["ApiId"])
        exit_stack.callback(report, "Stopping")
        yield stack


def prepare_deployment(stack: LocalStack, name: str = deployment.STACK) -> None:
    """Set up what the emulator does not set up for a deployed stack of this name. Needed after each deployment."""
    _replace_routes(stack, name)
    # Few enough processes for a small machine; the state machines retry after throttling.
    client = stack.client("lambda")
    functions = [(item["Handler"], item["FunctionName"]) for item in client.list_functions()["Functions"]]
    for name in (name for handler, name in functions if handler.partition(".")[0] in _HEAVY_FUNCTIONS):
        client.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=_MAX_HEAVY_PROCESSES)


def _replace_routes(stack: LocalStack, name: str) -> None:
    """Give the deployed API the routes of its OpenAPI document, which the emulator ignores, instead of all others."""
    formation, functions, gateway = map(stack.client, ("cloudformation", "lambda", "apigatewayv2"))
    body = formation.get_template(StackName=name, TemplateStage="Processed")["TemplateBody"]
    template = json.loads(body) if isinstance(body, str) else body
    resources = formation.describe_stack_resources(StackName=name)["StackResources"]
    physical_ids = {resource["LogicalResourceId"]: resource["PhysicalResourceId"] for resource in resources}
    apis = {key: value for key, value in template["Resources"].items() if value["Type"] == "AWS::ApiGatewayV2::Api"}
    [(logical_id, api)] = apis.items()
    api_id = physical_ids[logical_id]
    for route in gateway.get_routes(ApiId=api_id)["Items"]:
        gateway.delete_route(ApiId=api_id, RouteId=route["RouteId"])
    for integration in gateway.get_integrations(ApiId=api_id)["Items"]:
        gateway.delete_integration(ApiId=api_id, IntegrationId=integration["IntegrationId"])
    targets: dict[str, str] = {}
    paths = api["Properties"]["Body"]["paths"]
    for path, method in ((path, method) for path, operations in paths.items() for method in operations):
        uri = paths[path][method]["x-amazon-apigateway-integration"]["uri"]["Fn::Sub"]
        [function] = re.findall(r"/functions/\$\{(\w+)\.Arn\}/invocations$", uri)
        if function not in targets:
            arn = functions.get_function(FunctionName=physical_ids[function])["Configuration"]["FunctionArn"]
            integration = gateway.create_integration(
                ApiId=api_id, IntegrationType="AWS_PROXY", IntegrationUri=arn, PayloadFormatVersion="2.0"
            )
            targets[function] = f"integrations/{integration['IntegrationId']}"
        key = path if path == "$default" else f"{method.upper()} {path}"
        gateway.create_route(ApiId=api_id, RouteKey=key, Target=targets[function])


def fake_parameters(fake: spotify.FakeSpotify, tags: musicbrainz.FakeMusicBrainz) -> dict[str, str]:
    """Return the template's parameters with the addresses of the fakes."""
    return {
        "SpotifyApiUrl": fake.api_url,
        "SpotifyAccountsUrl": fake.url,
        "ArtworkOrigins": ",".join(fake.picture_urls),
        "MusicBrainzUrl": tags.api_url,
    }


@contextmanager
def _lock_state(state: Path) -> Iterator[None]:
    """Create the folder for its owner alone, and lock it. Raise RuntimeError if another process has the lock."""
    state.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (state / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise RuntimeError("The local stack is already running.") from None
        yield


def _store_secrets(stack: LocalStack, secrets: dict[str, str]) -> None:
    for name, value in secrets.items():
        stack.store_secret(name, value)
    client = stack.client("ssm")
    try:
        client.get_parameter(Name=f"/{deployment.STACK}/session_key")
    except client.exceptions.ParameterNotFound:
        # A restored key is not replaced, because that would log everyone out.
        stack.store_secret("session_key", random_secrets.token_urlsafe(32))


def _stop_executions(stack: LocalStack) -> None:
    """Stop running executions, whose end would be lost in a restart, and wait until it is on record."""
    if stack.emulator.process.poll() is not None:
        return  # it died, and its state is that of some seconds before
    machine = stack.client("stepfunctions")
    inputs = []
    for arn in (stack.outputs["StateMachineArn"], stack.outputs["ApplyStateMachineArn"]):
        for execution in machine.list_executions(stateMachineArn=arn, statusFilter="RUNNING")["executions"]:
            inputs.append(json.loads(machine.describe_execution(executionArn=execution["executionArn"])["input"]))
            with suppress(machine.exceptions.ValidationException):  # it has ended in the meantime
                machine.stop_execution(executionArn=execution["executionArn"])
    deadline = time.monotonic() + _STOP_TIMEOUT_SECONDS
    while time.monotonic() < deadline and any(_is_pending(stack, execution_input) for execution_input in inputs):
        time.sleep(_POLL_SECONDS)


def _is_pending(stack: LocalStack, execution_input: dict[str, str]) -> bool:
    """Return whether the cover or history entry of an execution does not have its final status yet."""
    listener_id = execution_input["listener_id"]
    if "cover_id" in execution_input:
        item = stack.covers.get(listener_id, execution_input["cover_id"])
        return item is not None and item["status"] not in FINAL_STATUSES
    with suppress(NotFoundError):
        entry = stack.history.get(listener_id, execution_input["playlist_id"], execution_input["entry_id"])
        return entry.status == "asked"
    return False
