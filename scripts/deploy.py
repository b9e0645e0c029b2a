"""`make deploy`: builds the stack and deploys it to the owner's AWS account, with `sam build` and `sam deploy`.

SAM asks its questions the first time and saves the answers in the owner's configuration file.
"""

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from scripts import deployed_stack, sam
from scripts.deployed_stack import DeployedStack
from scripts.local.paths import ROOT

_BUILD_TEMPLATE = ROOT / ".aws-sam" / "build" / "template.yaml"
_DEFAULT_CONFIG = ROOT / "samconfig.toml"
_DEFAULT_NAME = "cover-art"
# Parameters of earlier versions -> their present names, or None if they were removed.
_RENAMED_PARAMETERS = {
    "PythonRuntime": None,  # python3.13 is the only runtime
    "SpotifyTimeout": "SpotifyTimeoutSeconds",
    "OpenAiTimeout": "OpenAiTimeoutSeconds",
}
_DASHBOARD = "https://developer.spotify.com/dashboard"


def main() -> int:
    parser = deployed_stack.create_parser("Build the stack and deploy it.")
    parser.add_argument("--template", type=Path, help="deploy this template, which is already built")
    arguments = parser.parse_args()
    return deployed_stack.run_command(lambda: deploy(arguments.config.resolve(), arguments.template))


def deploy(config_file: Path, template: Path | None = None, ask: Callable[[str], str] = input) -> int:
    """Return SAM's exit code. Raise RuntimeError, BotoCoreError, ClientError."""
    _check_credentials(deployed_stack.read_config(config_file))
    if not config_file.is_file():
        _write_config(config_file, ask(f"Name of the stack [{_DEFAULT_NAME}]: ").strip() or _DEFAULT_NAME)
    config = deployed_stack.read_config(config_file)
    _check_name(config.get("stack_name", _DEFAULT_NAME))
    _replace_renamed_parameters(config_file)
    template = template or _build()
    # SAM saves the region with the answers, and the default file has none.
    guided = [] if "region" in config else ["--guided"]
    code = sam.run_in_terminal("deploy", "--config-file", config_file, "--template-file", template, *guided)
    if code == 0:
        _print_next_steps(config_file)
    return code


def _write_config(config_file: Path, name: str) -> None:
    """Copy the defaults, with a stack and a prefix for uploads of this name."""
    _check_name(name)
    config_file.write_text(_DEFAULT_CONFIG.read_text(encoding="utf-8").replace(f'"{_DEFAULT_NAME}"', f'"{name}"'))


def _check_name(name: str) -> None:
    """Raise RuntimeError for a name that CloudFormation refuses, or under which no secret can be stored."""
    if not re.fullmatch(r"[A-Za-z][0-9A-Za-z-]{0,63}", name):
        raise RuntimeError(f"A stack cannot be called {name!r}: use up to 64 letters, digits and hyphens.")
    if name.lower().startswith(("aws", "ssm")):
        raise RuntimeError(
            f"A stack cannot be called {name}: its secrets are stored under its name, and AWS reserves names that "
            "begin with aws or ssm. Nothing was deployed."
        )


def _check_credentials(config: dict[str, str]) -> None:
    """Print the AWS identity, or fail, before a build that takes minutes."""
    session = deployed_stack.open_session(config)
    identity = session.client("sts", region_name=session.region_name or "us-east-1").get_caller_identity()
    print(f"Deploying as {identity['Arn']}.", flush=True)


def _replace_renamed_parameters(config_file: Path) -> None:
    """Rename the parameters that an earlier version of the template saved; SAM would ignore them."""
    if not config_file.is_file():
        return
    text = config_file.read_text(encoding="utf-8")
    for name, replacement in _RENAMED_PARAMETERS.items():
        pattern = rf'(?<!\w){name}=(\\?")(.*?)\1'
        if not re.search(pattern, text):
            continue
        if replacement is None:
            text = re.sub(rf"{pattern} ?", "", text)
            print(f"{config_file.name}: the parameter {name} no longer exists and was removed.")
        else:
            text = re.sub(pattern, rf"{replacement}=\1\2\1", text)
            print(f"{config_file.name}: the parameter {name} is now called {replacement}.")
    config_file.write_text(text, encoding="utf-8")


def _build() -> Path:
    """Return the built template. Raise RuntimeError if the build fails."""
    print("Building for Lambda …", flush=True)
    if subprocess.run(["make", "--no-print-directory", "layers"], cwd=ROOT, check=False).returncode:
        raise RuntimeError("The build failed, so nothing was deployed.")
    return _BUILD_TEMPLATE


def _print_next_steps(config_file: Path) -> None:
    stack = DeployedStack.from_config(config_file)
    print(f"\nThe page: {stack.page_url}/")
    if stack.list_secrets() >= set(deployed_stack.REQUIRED_SECRETS):
        return
    print(f"""
Nobody can log in yet. Next:
  1. Create an app at Spotify ({_DASHBOARD}; its owner needs Premium) with this redirect URI:
       {stack.redirect_uri}
     and add its users, yourself included, under User Management.
  2. make configure""")


if __name__ == "__main__":
    sys.exit(main())
