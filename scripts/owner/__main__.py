"""The owner's commands, for make and for the release bundle's install.sh: `python -m scripts.owner COMMAND`."""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Callable
from pathlib import Path

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    EndpointConnectionError,
    NoCredentialsError,
    NoRegionError,
    ProfileNotFound,
)

from scripts.owner.check_deployed import check_stack
from scripts.owner.configure import SecretReader, configure
from scripts.owner.deploy import deploy, describe_next_steps
from scripts.owner.deployed_stack import CONFIG, IS_BUNDLE, ROOT, SECRET_VARIABLES, DeployedStack, command
from scripts.owner.destroy import destroy
from scripts.owner.forget import forget, list_listeners

# Error codes for credentials that AWS does not accept, or no longer.
_INVALID = re.compile("InvalidClientTokenId|UnrecognizedClientException|ExpiredToken|SignatureDoesNotMatch|AuthFailure")
_FORBIDDEN = re.compile("AccessDenied|UnauthorizedOperation")


def create_parser() -> argparse.ArgumentParser:
    options = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    options.add_argument("--config", type=Path, default=CONFIG, help=argparse.SUPPRESS if IS_BUNDLE else "settings")
    options.add_argument("--name", dest="stack_name", help="the stack's name (default: cover-art)")
    options.add_argument("--region", help="the AWS region (default: AWS_REGION, as in CloudShell)")
    options.add_argument("--profile", help="a profile of the AWS CLI")
    parser = argparse.ArgumentParser(prog="install.sh" if IS_BUNDLE else "make")
    commands = parser.add_subparsers(dest="command", required=True)
    for name, description in {
        "install": "Install Cover Art in your AWS account, or upgrade it.",
        "deploy": "Deploy the stack.",
        "configure": "Check and store the stack's secrets.",
        "check-deployed": "Check the deployed stack with a cover of sample music.",
        "forget": "Delete a listener, or list the listeners.",
        "destroy": "Delete the stack and all its data.",
    }.items():
        added = commands.add_parser(name, parents=[options], description=description, allow_abbrev=False)
        if name in {"install", "deploy"}:
            package = ROOT if IS_BUNDLE else None
            added.add_argument("--bucket", help="a bucket of yours for the uploads (default: one is created)")
            added.add_argument("--set", action="append", default=[], metavar="PARAMETER=VALUE", help="a parameter")
            added.add_argument("--package", type=Path, default=package, help="a folder that is packaged")
        if name == "install":
            added.epilog = (
                "Other commands, with the same options: install.sh configure, check-deployed, forget, destroy (or "
                f"--remove). From a program: secrets come from the variables {', '.join(SECRET_VARIABLES.values())}."
            )
        if name == "forget":
            added.add_argument("--listener", help="the listener's id; without it, all listeners are listed")
    return parser


def run(arguments: argparse.Namespace) -> int:
    """Run a command and return its exit code. Raise RuntimeError, BotoCoreError, ClientError."""
    # sys.stdin is None if the caller closed it.
    reader = SecretReader(interactive=sys.stdin is not None and sys.stdin.isatty())
    if arguments.command in {"install", "deploy"}:
        stack = deploy(arguments, input)
        next_steps = describe_next_steps(stack)
        if arguments.command == "deploy":
            print(f"\nThe page: {stack.page_url}/" + (next_steps and f"{next_steps}\n  2. {command('configure')}"))
            return 0
        if next_steps:
            print(f"{next_steps}\n  2. Enter its id and its secret here.")
        if next_steps or any(os.environ.get(variable) for variable in SECRET_VARIABLES.values()):
            code = configure(stack, reader)
            if code:
                return code
        print()
        return check_stack(stack)
    stack = DeployedStack.from_arguments(arguments)
    if arguments.command == "configure":
        return configure(stack, reader)
    if arguments.command == "check-deployed":
        return check_stack(stack)
    if arguments.command == "destroy":
        return destroy(stack, input)
    return forget(stack, arguments.listener, input) if arguments.listener else list_listeners(stack)


def run_command(function: Callable[[], int]) -> int:
    """Call a function and return its exit code. Print an error of AWS or of ours as a sentence and return 1."""
    try:
        return function()
    except (KeyboardInterrupt, EOFError):
        print("\nStopped.", file=sys.stderr)
    except RuntimeError as error:
        print(error, file=sys.stderr)
    except (BotoCoreError, ClientError) as error:
        print(_describe_error(error), file=sys.stderr)
    return 1


def _describe_error(error: BotoCoreError | ClientError) -> str:
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


if __name__ == "__main__":
    parsed = create_parser().parse_args()
    sys.exit(run_command(lambda: run(parsed)))
