"""`sam local invoke` of the stack's functions: in Docker, on the layers for Lambda, with the local stack for AWS.

A function gets what it has when it is deployed: its environment, the credentials of its role, its memory and its time.
"""

import json
import re
import tempfile
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from scripts import sam
from scripts.local import docker
from scripts.local.stack import LocalStack

_FUNCTION = "AWS::Serverless::Function"
_IMAGE = "public.ecr.aws/lambda/python:3.13-x86_64"
# SAM pulls or builds the image first; how long the function may take is the template's to say.
_ENDS_WITHIN = 900  # seconds


@dataclass(frozen=True)
class Invocation:
    """`error`: its class, where the function raised one. `seconds`: with the runtime's start. `memory_mb`: at most."""

    answer: Any
    error: str | None
    seconds: float
    memory_mb: float


@dataclass(frozen=True)
class SamLocal:
    """`template`: as built for Lambda, but with the environments that the functions have on the local stack, and its
    address.
    """

    local: LocalStack
    template: Path

    @classmethod
    def of(cls, local: LocalStack, built: Path) -> "SamLocal":
        """`built`: what deployment.build gave."""
        template = yaml.load((built / "template.yaml").read_text(encoding="utf-8"), yaml.CSafeLoader)
        for name, resource in template["Resources"].items():
            properties = resource.get("Properties", {})
            for place in {"CodeUri", "ContentUri"} & properties.keys():
                properties[place] = str((built / properties[place]).resolve())
            if resource["Type"] == _FUNCTION:
                variables = local.function(name)["Environment"]["Variables"]
                properties["Environment"] = {"Variables": {**variables, "AWS_ENDPOINT_URL": local.emulator.url}}
        target = local.emulator.folder / "template.yaml"
        target.write_text(yaml.safe_dump(template, sort_keys=False), encoding="utf-8")
        return cls(local, target)

    def arguments(self) -> list[str]:
        """What every `sam local` needs to be told. The runtime's image is left as it is where it is here already."""
        return ["--template", str(self.template), *(["--skip-pull-image"] if docker.has_image(_IMAGE) else [])]

    def invoke(self, function: str, event: Path, say: Callable[[str], None] = lambda _: None) -> Invocation:
        """Raises RuntimeError where there is no answer. `say` gets what SAM and the function's log say."""
        given = ("--event", event.absolute(), *self.arguments())
        watched: Future[float] | None = None
        seconds: float | None = None
        with ExitStack() as ending:
            watching = ending.enter_context(ThreadPoolExecutor(1))
            answer = ending.enter_context(tempfile.TemporaryFile("w+"))
            process = ending.enter_context(
                sam.begun("local", "invoke", function, *given, answer=answer, **_credentials(self.local, function))
            )
            ending.callback(process.terminate)
            patience = threading.Timer(_ENDS_WITHIN, process.kill)
            patience.start()
            ending.callback(patience.cancel)
            for line in process.stderr or ():
                say(line.rstrip("\n"))
                if (container := re.match(r"SAM_CONTAINER_ID: (\w+)", line)) is not None:
                    watched = watching.submit(docker.most_memory, container[1])
                    ending.callback(docker.remove, container[1])  # SAM leaves it behind where it is ended itself
                elif (report := re.match(r"REPORT .*\tDuration: ([\d.]+) ms", line)) is not None:
                    seconds = float(report[1]) / 1000
            process.wait()
            answer.seek(0)
            said = answer.read()
        if process.returncode or watched is None or seconds is None or not said:
            raise RuntimeError(f"{function} gave no answer.")
        told = json.loads(said)
        error = told.get("errorType") if isinstance(told, dict) else None
        return Invocation(told, error, seconds, watched.result())


def _credentials(local: LocalStack, function: str) -> dict[str, str]:
    """Of the function's role, whose policies the emulator enforces."""
    role = local.function(function)["Role"]
    given = local.client("sts").assume_role(RoleArn=role, RoleSessionName=function)["Credentials"]
    return local.emulator.environment() | {
        "AWS_ACCESS_KEY_ID": given["AccessKeyId"],
        "AWS_SECRET_ACCESS_KEY": given["SecretAccessKey"],
        "AWS_SESSION_TOKEN": given["SessionToken"],
    }
