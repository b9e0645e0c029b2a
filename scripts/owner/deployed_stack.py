"""The stack in the owner's AWS account, identified by a configuration file or by options."""

from __future__ import annotations

import argparse
import os
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import boto3
from botocore.exceptions import ClientError

# The folder of the checkout, or of the release bundle.
ROOT = Path(__file__).resolve().parents[2]
CONFIG = ROOT / "samconfig.owner.toml"
IS_BUNDLE = not (ROOT / "Makefile").is_file()
# The secrets that an owner provides, and the environment variables that may hold them.
SECRET_VARIABLES = {
    "spotify_client_id": "SPOTIFY_CLIENT_ID",
    "spotify_client_secret": "SPOTIFY_CLIENT_SECRET",
    "openai_api_key": "OPENAI_API_KEY",
}
DEFAULT_NAME = "cover-art"
# CloudFormation takes two or three minutes to delete a stack. The limit is fifteen.
_DELETION = {"Delay": 2, "MaxAttempts": 450}
SECRET_NAMES = ("session_key", *SECRET_VARIABLES)
# Nobody can log in without these.
REQUIRED_SECRETS = ("session_key", "spotify_client_id", "spotify_client_secret")


@dataclass(frozen=True)
class DeployedStack:
    """`config`: stack_name, region and, optionally, profile, parameter_overrides, s3_bucket and s3_prefix."""

    name: str
    session: boto3.Session
    config: dict[str, Any]

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> DeployedStack:
        """Raise RuntimeError if the configuration does not name a stack and its region."""
        if not {"stack_name", "region"} <= config.keys():
            raise RuntimeError(f"No stack and region are named. Deploy one first: {command('deploy')}")
        session = boto3.Session(profile_name=config.get("profile"), region_name=config["region"])
        return cls(config["stack_name"], session, config)

    @classmethod
    def from_arguments(cls, arguments: argparse.Namespace) -> DeployedStack:
        """Raise RuntimeError if neither options nor configuration name a stack and its region."""
        return cls.from_config(load_config(arguments))

    def client(self, service: str) -> Any:
        session: Any = self.session
        return session.client(service)

    @cached_property
    def description(self) -> dict[str, Any]:
        """CloudFormation's description of the stack. Raise RuntimeError if the stack does not exist."""
        try:
            [stack] = self.client("cloudformation").describe_stacks(StackName=self.name)["Stacks"]
        except ClientError as error:
            if "does not exist" not in str(error):
                raise
            raise RuntimeError(
                f"There is no stack {self.name} in {self.session.region_name}. Deploy it first: {command('deploy')}"
            ) from None
        return dict(stack)

    @property
    def exists(self) -> bool:
        try:
            return bool(self.description)
        except RuntimeError:
            return False

    @property
    def parameters(self) -> dict[str, str]:
        return {entry["ParameterKey"]: entry["ParameterValue"] for entry in self.description.get("Parameters", [])}

    @property
    def outputs(self) -> dict[str, str]:
        return {entry["OutputKey"]: entry["OutputValue"] for entry in self.description.get("Outputs", [])}

    @property
    def page_url(self) -> str:
        """The address of the page, without a slash at the end."""
        return (self.parameters.get("PublicUrl") or self.outputs["PageUrl"]).rstrip("/")

    def table(self, name: str) -> Any:
        """Return a table: Listeners, Covers or Keys."""
        resource: Any = self.session.resource("dynamodb")
        return resource.Table(self.outputs[f"{name}TableName"])

    def list_resources(self, kind: str) -> dict[str, str]:
        """Return the physical ids of the stack's resources of a type by their logical ids."""
        pages = self.client("cloudformation").get_paginator("list_stack_resources").paginate(StackName=self.name)
        condition = f"ResourceType=='{kind}' && ResourceStatus!='DELETE_COMPLETE'"
        return dict(pages.search(f"StackResourceSummaries[?{condition}].[LogicalResourceId, PhysicalResourceId]"))

    def delete(self) -> None:
        """Delete the stack and wait until it is gone. Raise WaiterError if it stays, or takes long."""
        client = self.client("cloudformation")
        client.delete_stack(StackName=self.name)
        waiter = client.get_waiter("stack_delete_complete")
        waiter.wait(StackName=self.description["StackId"], WaiterConfig=_DELETION)

    def list_secrets(self) -> set[str]:
        """Return the names of the stored secrets."""
        names = [f"/{self.name}/{secret}" for secret in SECRET_NAMES]
        parameters = self.client("ssm").get_parameters(Names=names)["Parameters"]
        return {parameter["Name"].rsplit("/", 1)[1] for parameter in parameters}


def command(name: str) -> str:
    """Return how an owner runs a command: with make in a checkout, with the release bundle's script elsewhere."""
    if not IS_BUNDLE:
        return f"make {name}"
    return "./install.sh" if name == "deploy" else f"./install.sh {name}"


def read_config(file: Path) -> dict[str, Any]:
    """Return the parameters for deployments, or nothing without a file. Raise RuntimeError if it is not TOML.

    It has the format of SAM's configuration files, because earlier versions let SAM write it.
    """
    if not file.is_file():
        return {}
    import tomllib  # a release bundle has no file, and Python 3.9 no tomllib

    try:
        sections = tomllib.loads(file.read_text(encoding="utf-8")).get("default", {})
    except tomllib.TOMLDecodeError as error:
        raise RuntimeError(f"{file.name} is not valid TOML: {error}.") from None
    parameters = [sections.get(section, {}).get("parameters", {}) for section in ("global", "deploy")]
    return {**parameters[0], **parameters[1]}


def load_config(arguments: argparse.Namespace) -> dict[str, Any]:
    """Return the configuration file's parameters and, over them, the options. Raise RuntimeError."""
    options = {name: getattr(arguments, name) for name in ("stack_name", "region", "profile")}
    config = {**read_config(arguments.config), **{name: value for name, value in options.items() if value}}
    if IS_BUNDLE:
        config = {"stack_name": DEFAULT_NAME, **config}
    region = find_region(config) if IS_BUNDLE else None
    return {"region": region, **config} if region else config


def find_region(config: dict[str, Any]) -> str | None:
    """Return the region that the environment or the AWS CLI's configuration names. boto3 does not read AWS_REGION."""
    return os.environ.get("AWS_REGION") or boto3.Session(profile_name=config.get("profile")).region_name
