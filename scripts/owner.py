"""The owner's stack in their own account, found where SAM's configuration file says it is."""

import argparse
import sys
import tomllib
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

from scripts.local.paths import ROOT

CONFIG = ROOT / "samconfig.owner.toml"
# The secrets that an owner brings along, and the environment variables that they may come in.
VARIABLES = {
    "spotify_client_id": "SPOTIFY_CLIENT_ID",
    "spotify_client_secret": "SPOTIFY_CLIENT_SECRET",
    "openai_api_key": "OPENAI_API_KEY",
}
SECRETS = ("session_key", *VARIABLES)
# Without these nobody can log in.
NEEDED = ("session_key", "spotify_client_id", "spotify_client_secret")
# Of a caller whom AWS does not know, or no longer.
_UNKNOWN = {"InvalidClientTokenId", "UnrecognizedClientException", "ExpiredToken", "ExpiredTokenException",
            "SignatureDoesNotMatch", "AuthFailure"}  # fmt: skip
_FORBIDDEN = {"AccessDenied", "AccessDeniedException", "UnauthorizedOperation"}


@dataclass(frozen=True)
class OwnersStack:
    """`config` is a file as `sam deploy` reads it."""

    name: str
    session: boto3.Session
    config: dict[str, Any]

    @classmethod
    def saved_in(cls, config: Path) -> "OwnersStack":
        """Raises RuntimeError where the file does not say which stack, and where it is."""
        saved = read(config)
        if not {"stack_name", "region"} <= saved.keys():
            raise RuntimeError(f"{config.name} knows of no stack. Deploy one first: make deploy")
        return cls(saved["stack_name"], session(saved), saved)

    def client(self, service: str) -> Any:
        return self.session.client(service)  # type: ignore[call-overload]  # the name is the caller's

    @cached_property
    def described(self) -> dict[str, Any]:
        """CloudFormation's description of it. Raises RuntimeError where there is no such stack."""
        try:
            [stack] = self.client("cloudformation").describe_stacks(StackName=self.name)["Stacks"]
        except ClientError as error:
            if "does not exist" not in str(error):
                raise
            raise RuntimeError(
                f"There is no stack {self.name} in {self.session.region_name}. Deploy it first: make deploy"
            ) from None
        return dict(stack)

    @property
    def parameters(self) -> dict[str, str]:
        return {entry["ParameterKey"]: entry["ParameterValue"] for entry in self.described.get("Parameters", [])}

    @property
    def outputs(self) -> dict[str, str]:
        return {entry["OutputKey"]: entry["OutputValue"] for entry in self.described.get("Outputs", [])}

    @property
    def page(self) -> str:
        """The page's address, without a slash at the end."""
        return (self.parameters.get("PublicUrl") or self.outputs["PageUrl"]).rstrip("/")

    @property
    def redirect_uri(self) -> str:
        return f"{self.page}/callback"

    def parameter(self, secret: str) -> str:
        """What the secret is called in Systems Manager."""
        return f"/{self.name}/{secret}"

    def stored(self) -> set[str]:
        """The secrets that there are, by their names."""
        names = [self.parameter(secret) for secret in SECRETS]
        found = self.client("ssm").get_parameters(Names=names)["Parameters"]
        return {entry["Name"].rsplit("/", 1)[1] for entry in found}


def read(config: Path) -> dict[str, Any]:
    """What `sam deploy` takes from the file; nothing where there is none. Raises RuntimeError where it is no TOML."""
    if not config.is_file():
        return {}
    try:
        sections = tomllib.loads(config.read_text()).get("default", {})
    except tomllib.TOMLDecodeError as error:
        raise RuntimeError(f"{config.name} cannot be read: {error}.") from None
    return {
        name: value for section in ("global", "deploy")
        for name, value in sections.get(section, {}).get("parameters", {}).items()
    }  # fmt: skip


def session(saved: dict[str, Any]) -> boto3.Session:
    return boto3.Session(profile_name=saved.get("profile"), region_name=saved.get("region"))


def options(description: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--config", type=Path, default=CONFIG, help="SAM's configuration file (default: %(default)s)")
    return parser


def run(main: Callable[[], int]) -> int:
    """Runs it; what went wrong is said in words."""
    try:
        return main()
    except (KeyboardInterrupt, EOFError):
        print("\nStopped.", file=sys.stderr)
    except RuntimeError as error:
        print(error, file=sys.stderr)
    except (BotoCoreError, ClientError) as error:
        print(in_words(error), file=sys.stderr)
    return 1


def in_words(error: BotoCoreError | ClientError) -> str:
    match error:
        case NoCredentialsError():
            return "You have no credentials for AWS here. Log in (aws configure, or aws sso login), or set AWS_PROFILE."
        case ProfileNotFound() | NoRegionError():
            return f"{str(error).rstrip('.')}. See to AWS_PROFILE and AWS_REGION, or run: aws configure"
        case EndpointConnectionError():
            return "AWS could not be reached. Check the connection and the region."
        case ClientError():
            code = error.response.get("Error", {}).get("Code", "")
            if code in _UNKNOWN:
                return f"AWS does not take your credentials ({code}). Log in again (aws configure, or aws sso login)."
            if code in _FORBIDDEN:
                return f"Your user in AWS may not do this: {error.operation_name}. See docs/deploying.md, Permissions."
    return f"AWS refused: {error}"
