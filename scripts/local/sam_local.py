"""What `sam local` needs to run the stack's functions in Docker with the local stack as AWS.

A function gets what it has on AWS: its layers, its environment, the permissions of its role, its memory and timeout.
"""

import json
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import yaml

from scripts.fakes import openai
from scripts.local import deployment
from scripts.local.stack import LocalStack
from scripts.local.startup import run_stack

_DOCKER_TIMEOUT_SECONDS = 30


@dataclass(frozen=True)
class SamLocal:
    """`template` is the one built for Lambda, with the environment that each function has on the local stack."""

    local: LocalStack
    template: Path

    def command(self, name: str, *arguments: str) -> list[str]:
        """Return the arguments of SAM's command line. It pulls only a missing image."""
        return ["local", name, *arguments, "--template", str(self.template), "--skip-pull-image"]

    def assume_role(self, function: str) -> dict[str, str]:
        """Return the environment with the credentials of a function's role, whose policies the emulator enforces."""
        role = self.local.describe_function(function)["Role"]
        credentials = self.local.client("sts").assume_role(RoleArn=role, RoleSessionName=function)["Credentials"]
        return self.local.emulator.environment() | {
            "AWS_ACCESS_KEY_ID": credentials["AccessKeyId"],
            "AWS_SECRET_ACCESS_KEY": credentials["SecretAccessKey"],
            "AWS_SESSION_TOKEN": credentials["SessionToken"],
        }


def find_bridge_address() -> str:
    """Return this machine's address on Docker's bridge, where containers reach it. Raise RuntimeError."""
    command = ["docker", "network", "inspect", "bridge", "--format", "{{json .IPAM.Config}}"]
    try:
        networks = subprocess.run(
            command, capture_output=True, text=True, timeout=_DOCKER_TIMEOUT_SECONDS, check=True
        ).stdout
    except FileNotFoundError:
        raise RuntimeError("Docker is missing: install Docker Engine, so that 'docker' runs.") from None
    except subprocess.CalledProcessError as error:
        raise RuntimeError(f"Docker does not respond: {error.stderr.strip()}") from None
    for network in json.loads(networks):
        # Without a configured gateway, Docker uses the first address of the subnet, and some versions do not report it.
        address: str = network.get("Gateway") or str(next(ip_network(network["Subnet"]).hosts()))
        with suppress(OSError), socket.socket() as probe:
            probe.bind((address, 0))
            return address
    raise RuntimeError("Docker's containers cannot reach this machine. Use Docker Engine on Linux.")


def write_template(local: LocalStack, build_dir: Path) -> Path:
    """Write the built template of `build_dir`, with the functions' environments on the local stack."""
    template = yaml.load((build_dir / "template.yaml").read_text(encoding="utf-8"), yaml.CSafeLoader)
    for name, resource in template["Resources"].items():
        properties = resource.get("Properties", {})
        for key in {"CodeUri", "ContentUri"} & properties.keys():
            properties[key] = str((build_dir / properties[key]).resolve())
        if resource["Type"] == "AWS::Serverless::Function":
            variables = local.describe_function(name)["Environment"]["Variables"]
            properties["Environment"] = {"Variables": {**variables, "AWS_ENDPOINT_URL": local.emulator.url}}
    target = local.emulator.folder / "template.yaml"
    target.write_text(yaml.safe_dump(template, sort_keys=False), encoding="utf-8")
    return target


@contextmanager
def run_reachable_stack(**options: Any) -> Iterator[SamLocal]:
    """Run the local stack on Docker's bridge, where containers reach it, with a fake OpenAI. Raise RuntimeError."""
    host = find_bridge_address()
    build_dir = deployment.build("lambda")
    with (
        openai.serve(host=host) as fake_openai,
        run_stack(
            host=host, secrets={"openai_api_key": openai.API_KEY}, OpenAiBaseUrl=fake_openai.base_url, **options
        ) as local,
    ):
        yield SamLocal(local, write_template(local, build_dir))
