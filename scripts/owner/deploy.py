"""Deploys a package to the owner's AWS account: uploads its archives, then creates or updates the stack.

A package is a folder with template.json, functions.zip and the layers' archives; scripts/package.py builds it.
CloudFormation itself applies SAM's transform, so this needs nothing but boto3.
"""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
from argparse import Namespace
from collections.abc import Callable
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError, WaiterError

from scripts.owner import deployed_stack
from scripts.owner.deployed_stack import DEFAULT_NAME, IS_BUNDLE, ROOT, DeployedStack
from scripts.owner.uploads import TEMPLATE, find_bucket, upload

# CloudFormation takes three to five minutes. The limit is half an hour.
_WAITER_CONFIG = {"Delay": 3, "MaxAttempts": 600}
# After a failed creation, only the name remains, which blocks the next one.
_REMAINS = {"ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "CREATE_FAILED", "REVIEW_IN_PROGRESS"}
# Parameters of earlier versions -> their present names, or None if they were removed.
_RENAMED_PARAMETERS = {
    "PythonRuntime": None,  # python3.13 is the only runtime
    "SpotifyTimeout": "SpotifyTimeoutSeconds",
    "OpenAiTimeout": "OpenAiTimeoutSeconds",
}
_CONFIG_TEXT = """\
# Settings of `make deploy`. To change one, edit this file and deploy again.
version = 0.1

[default.deploy.parameters]
stack_name = {name}
region = {region}
# The parameters that differ from their defaults (docs/configuration.md), for example "MonthlyBudgetUsd=10".
parameter_overrides = []
"""


def deploy(arguments: Namespace, ask: Callable[[str], str]) -> DeployedStack:
    """Return the deployed stack. Raise RuntimeError, BotoCoreError, ClientError."""
    config = complete_config(arguments, ask)
    stack = DeployedStack.from_config(config)
    identity = stack.client("sts").get_caller_identity()
    print(f"Deploying {stack.name} to {stack.session.region_name} as {identity['Arn']}.", flush=True)
    overrides = {**_read_overrides(config), **parse_parameters(arguments.set)}
    _delete_remains(stack)
    bucket = find_bucket(stack, arguments.bucket or config.get("s3_bucket"), identity["Account"])
    package = arguments.package or _build()
    declared = json.loads((package / TEMPLATE).read_text(encoding="utf-8"))["Parameters"]
    parameters = _choose_parameters(stack, declared, overrides)
    print(f"Uploading to the bucket {bucket} …", flush=True)
    url = upload(stack.client("s3"), package, bucket, f"{stack.name}/", identity["Account"])
    print("CloudFormation is working, which takes a few minutes …", flush=True)
    apply_template(stack.client("cloudformation"), stack.name, url, parameters)
    return DeployedStack.from_config(config)  # with its new description


def _build() -> Path:
    """Return the package of this checkout. Raise RuntimeError if the build fails."""
    print("Building for Lambda …", flush=True)
    if subprocess.call(["make", "--no-print-directory", "package"], cwd=ROOT):
        raise RuntimeError("The build failed, so nothing was deployed.")
    return ROOT / "build" / "package"


def complete_config(arguments: Namespace, ask: Callable[[str], str]) -> dict[str, Any]:
    """Return the configuration with name and region. Ask for them the first time, and save them in a checkout."""
    config = deployed_stack.load_config(arguments)
    is_asked = not arguments.stack_name and (sys.stdin is not None and sys.stdin.isatty() if IS_BUNDLE else not config)
    if is_asked:
        default = config.get("stack_name", DEFAULT_NAME)
        config["stack_name"] = ask(f"Name of the stack [{default}]: ").strip() or default
    check_name(config.setdefault("stack_name", DEFAULT_NAME))
    if not arguments.region and (is_asked or "region" not in config):
        if IS_BUNDLE and not is_asked:
            raise RuntimeError("Which region? Name it with --region, or set AWS_REGION.")
        default = config.get("region") or deployed_stack.find_region(config) or "us-east-1"
        config["region"] = ask(f"AWS region [{default}]: ").strip() or default
    if not IS_BUNDLE and not arguments.config.is_file():
        texts = {name: json.dumps(config[key]) for name, key in (("name", "stack_name"), ("region", "region"))}
        arguments.config.write_text(_CONFIG_TEXT.format(**texts), encoding="utf-8")
    return config


def check_name(name: str) -> None:
    """Raise RuntimeError for a name that CloudFormation refuses, or Systems Manager for the secrets under it."""
    if not re.fullmatch(r"(?!aws|ssm)[a-z][0-9a-z-]{0,63}", name, re.IGNORECASE):
        raise RuntimeError(
            f"A stack cannot be called {name}: use up to 64 letters, digits and hyphens. AWS reserves names that begin "
            "with aws or ssm. Nothing was deployed."
        )


def _read_overrides(config: dict[str, Any]) -> dict[str, str]:
    """Return the parameters of the configuration under their present names."""
    texts = config.get("parameter_overrides", [])
    saved = parse_parameters(shlex.split(texts) if isinstance(texts, str) else texts)
    for name, replacement in _RENAMED_PARAMETERS.items():
        if name in saved:
            value, fate = saved.pop(name), "no longer exists and is left out"
            if replacement:
                saved[replacement], fate = value, f"is now called {replacement}"
            print(f"The parameter {name} {fate}.")
    return saved


def parse_parameters(texts: list[str]) -> dict[str, str]:
    """Return the values of NAME=VALUE by name. Raise RuntimeError for a text of another form."""
    if wrong := [text for text in texts if "=" not in text]:
        raise RuntimeError(f"A parameter is set as NAME=VALUE, which {wrong[0]} is not.")
    pairs = (text.split("=", 1) for text in texts)
    return {name.strip(): value.strip() for name, value in pairs}


def _choose_parameters(
    stack: DeployedStack, declared: dict[str, Any], overrides: dict[str, str]
) -> list[dict[str, Any]]:
    """Return the parameters for CloudFormation: the owner's values, else the values before.

    It omits a value that was the earlier version's default, so that this version's default takes effect.
    """
    if unknown := sorted(overrides.keys() - declared.keys()):
        raise RuntimeError(f"There is no parameter {', '.join(unknown)}. Nothing was deployed.")
    parameters: list[dict[str, Any]] = [{"ParameterKey": k, "ParameterValue": v} for k, v in overrides.items()]
    if stack.exists:
        summary = stack.client("cloudformation").get_template_summary(StackName=stack.name)
        defaults = {entry["ParameterKey"]: entry.get("DefaultValue") for entry in summary["Parameters"]}
        parameters += [
            {"ParameterKey": name, "UsePreviousValue": True}
            for name, value in stack.parameters.items()
            if name in declared and name not in overrides and value != defaults.get(name)
        ]
    return parameters


def _delete_remains(stack: DeployedStack) -> None:
    """Delete what a failed creation left. Raise RuntimeError if another change is in progress."""
    status = stack.description["StackStatus"] if stack.exists else ""
    if status in _REMAINS:
        print("The first deployment failed. Its remains are deleted first …", flush=True)
        stack.delete()
        del stack.description
    elif status.endswith("_IN_PROGRESS"):
        raise RuntimeError(f"The stack {stack.name} is being changed ({status}). Try again in a few minutes.")


def apply_template(
    formation: Any,
    name: str,
    url: str,
    parameters: list[dict[str, Any]],
    waiter_config: dict[str, float] | None = None,
) -> None:
    """Create the stack or update it, if anything has changed. Raise RuntimeError with the reasons if that fails."""
    capabilities = ["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"]
    stack = {"StackName": name, "TemplateURL": url, "Parameters": parameters, "Capabilities": capabilities}
    operation = "create"
    try:
        formation.create_stack(**stack)
    except formation.exceptions.AlreadyExistsException:
        operation = "update"
        try:
            formation.update_stack(**stack)
        except ClientError as error:
            if "No updates are to be performed" not in str(error):
                raise
            print("Nothing has changed.")
            return
    try:
        waiter = formation.get_waiter(f"stack_{operation}_complete")
        waiter.wait(StackName=name, WaiterConfig=waiter_config or _WAITER_CONFIG)
    except WaiterError as error:
        events = formation.describe_stack_events(StackName=name)["StackEvents"]
        reasons = [
            f"{event['LogicalResourceId']}: {event.get('ResourceStatusReason', '')}"
            for event in reversed(events)
            if event["ResourceStatus"].endswith("_FAILED") and "cancelled" not in event.get("ResourceStatusReason", "")
        ]
        raise RuntimeError("\n".join(["CloudFormation failed:", *reasons[-5:]])) from error


def describe_next_steps(stack: DeployedStack) -> str:
    """Return the first step, or nothing if the secrets are stored."""
    if stack.list_secrets() >= set(deployed_stack.REQUIRED_SECRETS):
        return ""
    return f"""

Nobody can log in yet. Next:
  1. Create an app at Spotify (https://developer.spotify.com/dashboard; its owner needs Premium) with this redirect URI:
       {stack.page_url}/callback
     and add its users, yourself included, under User Management."""
