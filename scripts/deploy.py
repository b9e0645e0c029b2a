"""`make deploy`: the stack in the owner's own account, by `sam build` and `sam deploy`.

The first time SAM asks, and its answers are saved in a configuration file of the owner's; after that nothing is asked.
"""

import re
import shutil
import subprocess
import sys
from pathlib import Path

from scripts import owner, sam
from scripts.local.paths import ROOT

_BUILT = ROOT / ".aws-sam" / "build" / "template.yaml"
_DEFAULTS = ROOT / "samconfig.toml"
# Parameters of earlier versions: the present name, or None where there is none.
_RENAMED_PARAMETERS = {
    "PythonRuntime": None,  # python3.13 is the only runtime
    "SpotifyTimeout": "SpotifyTimeoutSeconds",
    "OpenAiTimeout": "OpenAiTimeoutSeconds",
}
_DASHBOARD = "https://developer.spotify.com/dashboard"


def main() -> int:
    parser = owner.options("Builds the stack and deploys it.")
    parser.add_argument("--template", type=Path, help="deploy this, which is built already")
    arguments = parser.parse_args()
    return owner.run(lambda: deploy(arguments.config.resolve(), arguments.template))


def deploy(config: Path, template: Path | None = None) -> int:
    """Gives SAM's exit code. Raises RuntimeError, BotoCoreError, ClientError."""
    saved = owner.read(config)
    _say_who(saved)
    _replace_renamed_parameters(config)
    if template is None:
        template = _build()
    if not config.is_file():
        shutil.copyfile(_DEFAULTS, config)
    # A region is among what SAM saves, and not among the defaults.
    guided = [] if "region" in saved else ["--guided"]
    code = sam.in_sight("deploy", "--config-file", config, "--template-file", template, *guided)
    if code == 0:
        _report(config)
    return code


def _say_who(saved: dict[str, str]) -> None:
    """Before minutes are spent on building."""
    session = owner.session(saved)
    known = session.client("sts", region_name=session.region_name or "us-east-1").get_caller_identity()
    print(f"AWS knows you as {known['Arn']}.", flush=True)


def _replace_renamed_parameters(config: Path) -> None:
    """Carry over the parameters that an earlier version of the template saved; SAM would ignore them."""
    if not config.is_file():
        return
    text = config.read_text(encoding="utf-8")
    for name, replacement in _RENAMED_PARAMETERS.items():
        pattern = rf'(?<!\w){name}=(\\?")(.*?)\1'
        if not re.search(pattern, text):
            continue
        if replacement is None:
            text = re.sub(rf"{pattern} ?", "", text)
            print(f"{config.name}: the parameter {name} no longer exists and was removed.")
        else:
            text = re.sub(pattern, rf"{replacement}=\1\2\1", text)
            print(f"{config.name}: the parameter {name} is now called {replacement}.")
    config.write_text(text, encoding="utf-8")


def _build() -> Path:
    """Return the built template. Raise RuntimeError where the build failed."""
    print("Building for Lambda …", flush=True)
    if subprocess.run(["make", "--no-print-directory", "layers"], cwd=ROOT, check=False).returncode:
        raise RuntimeError("The stack could not be built, so nothing was deployed.")
    return _BUILT


def _report(config: Path) -> None:
    stack = owner.OwnersStack.saved_in(config)
    print(f"\nThe page: {stack.page}/")
    if stack.stored() >= set(owner.NEEDED):
        return
    print(f"""
Nobody can log in yet. Next:
  1. Register an app with Spotify ({_DASHBOARD}; its owner needs Premium) with this redirect URI:
       {stack.redirect_uri}
     and list there, under User Management, who may use it, yourself included.
  2. make configure""")


if __name__ == "__main__":
    sys.exit(main())
