"""The release bundle's `install.sh`: deploys the bundle, asks for the secrets, and checks the deployed stack."""

from __future__ import annotations

import os
import sys
from argparse import Namespace

from scripts.owner import deployed_stack
from scripts.owner.check_deployed import check_stack
from scripts.owner.configure import SecretReader, configure
from scripts.owner.deploy import create_parser, deploy, describe_spotify_app
from scripts.owner.deployed_stack import REQUIRED_SECRETS, SECRET_VARIABLES


def main() -> int:
    parser = create_parser()
    parser.description = "Install Cover Art in your AWS account, or upgrade it."
    parser.epilog = (
        "Other commands, with the same options: install.sh configure, check-deployed, forget, destroy (or --remove). "
        "From a program: secrets come from the variables " + ", ".join(SECRET_VARIABLES.values()) + "."
    )
    arguments = parser.parse_args()
    return deployed_stack.run_command(lambda: install(arguments))


def install(arguments: Namespace) -> int:
    """Return 0 if the stack works. Raise RuntimeError, BotoCoreError, ClientError."""
    stack = deploy(arguments)
    is_new = not stack.list_secrets() >= set(REQUIRED_SECRETS)
    if is_new:
        print(describe_spotify_app(stack) + "\n  2. Enter its id and its secret here.")
    if is_new or any(os.environ.get(variable) for variable in SECRET_VARIABLES.values()):
        code = configure(stack, SecretReader(interactive=sys.stdin is not None and sys.stdin.isatty()))
        if code:
            return code
    print()
    return check_stack(stack)


if __name__ == "__main__":
    sys.exit(main())
