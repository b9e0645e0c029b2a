"""The stack in the owner's AWS account, identified by a configuration file or by options."""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import boto3
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    EndpointConnectionError,
    NoCredentialsError,
    NoRegionError,
    ProfileNotFound,
)

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
SECRET_NAMES = ("session_key", *SECRET_VARIABLES)
# Nobody can log in without these.
REQUIRED_SECRETS = ("session_key", "spotify_client_id", "spotify_client_secret")
# Error codes for credentials that AWS does not accept, or no longer.
_INVALID = re.compile("InvalidClientTokenId|UnrecognizedClientException|ExpiredToken|SignatureDoesNotMatch|AuthFailure")
_FORBIDDEN = re.compile("AccessDenied|UnauthorizedOperation")


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
        return cls(config["stack_name"], open_session(config), config)

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

    @property
    def redirect_uri(self) -> str:
        return f"{self.page_url}/callback"

    def table(self, name: str) -> Any:
        """Return a table: Listeners, Covers or Keys."""
        resource: Any = self.session.resource("dynamodb")
        return resource.Table(self.outputs[f"{name}TableName"])

    def list_resources(self, kind: str) -> list[str]:
        """Return the physical ids of the stack's resources of a type."""
        pages = self.client("cloudformation").get_paginator("list_stack_resources").paginate(StackName=self.name)
        condition = f"ResourceType=='{kind}' && ResourceStatus!='DELETE_COMPLETE'"
        return list(pages.search(f"StackResourceSummaries[?{condition}].PhysicalResourceId"))

    def find_resource(self, logical_id: str) -> str:
        """Return the physical id of a resource."""
        client = self.client("cloudformation")
        resource = client.describe_stack_resource(StackName=self.name, LogicalResourceId=logical_id)
        return str(resource["StackResourceDetail"]["PhysicalResourceId"])

    def secret_parameter(self, secret: str) -> str:
        """Return the name of a secret in the parameter store."""
        return f"/{self.name}/{secret}"

    def list_secrets(self) -> set[str]:
        """Return the names of the stored secrets."""
        names = [self.secret_parameter(secret) for secret in SECRET_NAMES]
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


def open_session(config: dict[str, Any]) -> boto3.Session:
    return boto3.Session(profile_name=config.get("profile"), region_name=config.get("region"))


def create_parser(description: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=description, allow_abbrev=False)
    parser.add_argument("--config", type=Path, default=CONFIG, help=argparse.SUPPRESS if IS_BUNDLE else "settings")
    parser.add_argument("--name", dest="stack_name", help="the stack's name (default: cover-art)")
    parser.add_argument("--region", help="the AWS region (default: AWS_REGION, as in CloudShell)")
    parser.add_argument("--profile", help="a profile of the AWS CLI")
    return parser


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


def run_command(command: Callable[[], int]) -> int:
    """Run a command and return its exit code. Print an error of AWS or of ours as a sentence and return 1."""
    try:
        return command()
    except (KeyboardInterrupt, EOFError):
        print("\nStopped.", file=sys.stderr)
    except RuntimeError as error:
        print(error, file=sys.stderr)
    except (BotoCoreError, ClientError) as error:
        print(describe_error(error), file=sys.stderr)
    return 1


def describe_error(error: BotoCoreError | ClientError) -> str:
    if isinstance(error, NoCredentialsError):
        return "There are no AWS credentials. Log in (aws configure, or aws sso login), or set AWS_PROFILE."
    if isinstance(error, (ProfileNotFound, NoRegionError)):
        return f"{str(error).rstrip('.')}. Check AWS_PROFILE and AWS_REGION, or run: aws configure"
    if isinstance(error, EndpointConnectionError):
        return "AWS could not be reached. Check the connection and the region."
    if isinstance(error, ClientError):
        code = error.response.get("Error", {}).get("Code", "")
        if _INVALID.match(code):
            return f"AWS rejected your credentials ({code}). Log in again (aws configure, or aws sso login)."
        if _FORBIDDEN.match(code):
            return (
                f"Your AWS user lacks a permission: {error.operation_name}. deployer-policy.json (in docs/, or in the "
                "release bundle) lists those that are needed."
            )
    return f"AWS returned an error: {error}"
