"""`make invoke FUNCTION=DetectFunction`: `sam local invoke` of one function in Docker, with the local stack as AWS.

The function has what it has on AWS: its layers, environment, memory, timeout, and its role's permissions. Without a
function, the stack runs until Ctrl-C, for `sam local invoke` and `sam local start-api` in another terminal.
"""

import argparse
import json
import os
import shlex
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import yaml

from scripts.fakes import openai
from scripts.local import deployment, example_events
from scripts.local.paths import TOOLS_VENV
from scripts.local.stack import LocalStack
from scripts.local.startup import run_stack
from scripts.run import StopSignalError, handle_signals, wait_for_emulator

# The address of `sam local start-api`.
_PAGE_URL = "http://127.0.0.1:3000"
_DOCKER_TIMEOUT_SECONDS = 30


def main() -> int:
    parser = argparse.ArgumentParser(description="Run one function in Docker, with the local stack as AWS.")
    functions = example_events.list_functions()
    parser.add_argument("function", nargs="?", choices=functions, help="without one, the stack runs until Ctrl-C")
    parser.add_argument("--event", type=Path, help="the file with its event (default: its own in events/)")
    arguments = parser.parse_args()
    if arguments.event and not arguments.event.is_file():
        parser.error(f"there is no event {arguments.event}")
    handle_signals()
    try:
        with run_reachable_stack(report=_report, PublicUrl=_PAGE_URL) as local:
            example_events.prepare_data(local)
            if arguments.function is None:
                _print_commands(local)
                wait_for_emulator(local)
            _report(f"Invoking {arguments.function}")
            # SAM ends on Ctrl-C, too, and removes its container. Nothing may kill it before.
            signal.signal(signal.SIGINT, lambda *_: None)
            return invoke(local, arguments.function, arguments.event or example_events.event_path(arguments.function))
    except StopSignalError:
        return 0
    except RuntimeError as error:
        print(error, file=sys.stderr)
        return 1


@contextmanager
def run_reachable_stack(**options: Any) -> Iterator[LocalStack]:
    """Run the local stack on Docker's bridge, where containers reach it, with a fake OpenAI. Raise RuntimeError."""
    host = find_bridge_address()
    build_dir = deployment.build("lambda")
    secrets = {"openai_api_key": openai.API_KEY}
    with (
        openai.serve(host=host) as fake,
        run_stack(host=host, secrets=secrets, OpenAiBaseUrl=fake.base_url, **options) as local,
    ):
        write_template(local, build_dir)
        yield local


def find_bridge_address() -> str:
    """Return this machine's address on Docker's bridge, where containers reach it. Raise RuntimeError."""
    command = ["docker", "network", "inspect", "bridge", "--format", "{{json .IPAM.Config}}"]
    try:
        result = subprocess.run(command, capture_output=True, text=True, timeout=_DOCKER_TIMEOUT_SECONDS, check=True)
    except FileNotFoundError:
        raise RuntimeError("Docker is missing: install Docker Engine, so that 'docker' runs.") from None
    except subprocess.CalledProcessError as error:
        raise RuntimeError(f"Docker does not respond: {error.stderr.strip()}") from None
    for network in json.loads(result.stdout):
        # Without a configured gateway, Docker uses the first address of the subnet, and some versions do not report it.
        address: str = network.get("Gateway") or str(next(ip_network(network["Subnet"]).hosts()))
        with suppress(OSError), socket.socket() as probe:
            probe.bind((address, 0))
            return address
    raise RuntimeError("Docker's containers cannot reach this machine. Use Docker Engine on Linux.")


def write_template(local: LocalStack, build_dir: Path) -> None:
    """Write the built template of `build_dir`, with the functions' environments on the local stack."""
    template = yaml.load((build_dir / "template.yaml").read_text(encoding="utf-8"), yaml.CSafeLoader)
    for name, resource in template["Resources"].items():
        properties = resource.get("Properties", {})
        for key in {"CodeUri", "ContentUri"} & properties.keys():
            properties[key] = str((build_dir / properties[key]).resolve())
        if resource["Type"] == "AWS::Serverless::Function":
            variables = local.describe_function(name)["Environment"]["Variables"]
            properties["Environment"] = {"Variables": {**variables, "AWS_ENDPOINT_URL": local.emulator.url}}
    template_path(local).write_text(json.dumps(template), encoding="utf-8")


def template_path(local: LocalStack) -> Path:
    return local.emulator.folder / "template.json"


def invoke(local: LocalStack, function: str, event: Path) -> int:
    """Invoke a function with its role, whose policies the emulator enforces. Return SAM's exit code."""
    role = local.describe_function(function)["Role"]
    credentials = local.client("sts").assume_role(RoleArn=role, RoleSessionName=function)["Credentials"]
    environment = {
        **os.environ,
        **local.emulator.environment(),
        "AWS_ACCESS_KEY_ID": credentials["AccessKeyId"],
        "AWS_SECRET_ACCESS_KEY": credentials["SecretAccessKey"],
        "AWS_SESSION_TOKEN": credentials["SessionToken"],
    }
    command = _sam_command(local, "invoke", function, "--event", str(event.absolute()))
    return subprocess.run(command, env=environment, check=False).returncode


def _sam_command(local: LocalStack, name: str, *arguments: str) -> list[str]:
    """Return a command of SAM, which pulls only a missing image."""
    sam = str(TOOLS_VENV / "bin" / "sam")
    return [sam, "local", name, *arguments, "--template", str(template_path(local)), "--skip-pull-image"]


def _print_commands(local: LocalStack) -> None:
    print("\nThe stack is running. Use it with SAM in another terminal:")
    for name, value in local.emulator.environment().items():
        if name != "AWS_ENDPOINT_URL":  # is in the template
            print(f"  export {name}={value}")
    print(f"  {shlex.join(_sam_command(local, 'invoke', 'DetectFunction', '--event', 'events/detect.json'))}")
    print(f"  {shlex.join(_sam_command(local, 'start-api', '--warm-containers', 'LAZY'))}")
    print(f"The page is then at {_PAGE_URL}. Press Ctrl-C to stop.", flush=True)


def _report(message: str) -> None:
    print(f"{message} …", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
