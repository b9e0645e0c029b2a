"""`sam local invoke` of the stack's functions: in Docker, with the layers for Lambda and the local stack as AWS.

A function gets what it has when it is deployed: its environment, the permissions of its role, its memory and timeout.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from scripts import sam
from scripts.fakes import openai
from scripts.local import deployment, docker
from scripts.local.stack import LocalStack
from scripts.local.startup import run_stack

# SAM may pull the image first. The function itself has the timeout of the template.
_TIMEOUT_SECONDS = 900


@dataclass(frozen=True)
class SamLocal:
    """`template` is the one built for Lambda, with the environment that each function has on the local stack."""

    local: LocalStack
    template: Path

    @property
    def arguments(self) -> list[str]:
        """The options that every `sam local` command needs. Only an image that is missing is pulled."""
        return ["--template", str(self.template), "--skip-pull-image"]

    def invoke(self, function: str, event: Path) -> tuple[Any, str | None]:
        """Invoke a function with the event in a file.

        Return its result, and the class of the error that it raised. Raise RuntimeError if there is no result.
        """
        command: tuple[str | Path, ...] = ("local", "invoke", function, "--event", event.absolute(), *self.arguments)
        output = sam.read_output(*command, timeout=_TIMEOUT_SECONDS, **_assume_role(self.local, function))
        if not output.strip():
            raise RuntimeError(f"{function} returned nothing.")
        result = json.loads(output)
        return result, result.get("errorType") if isinstance(result, dict) else None


def write_template(local: LocalStack, build_dir: Path) -> Path:
    """Write the template that was built into `build_dir`, with the functions' environments on the local stack."""
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
    host = docker.find_bridge_address()
    build_dir = deployment.build("lambda")
    with (
        openai.serve(host=host) as fake_openai,
        run_stack(
            host=host, secrets={"openai_api_key": openai.API_KEY}, OpenAiBaseUrl=fake_openai.base_url, **options
        ) as local,
    ):
        yield SamLocal(local, write_template(local, build_dir))


def _assume_role(local: LocalStack, function: str) -> dict[str, str]:
    """Return the environment with the credentials of a function's role, whose policies the emulator enforces."""
    role = local.describe_function(function)["Role"]
    credentials = local.client("sts").assume_role(RoleArn=role, RoleSessionName=function)["Credentials"]
    return local.emulator.environment() | {
        "AWS_ACCESS_KEY_ID": credentials["AccessKeyId"],
        "AWS_SECRET_ACCESS_KEY": credentials["SecretAccessKey"],
        "AWS_SESSION_TOKEN": credentials["SessionToken"],
    }
