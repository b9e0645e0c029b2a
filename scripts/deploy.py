"""`make deploy`: the stack in the owner's own account, by `sam build` and `sam deploy`.

The first time SAM asks, and its answers are saved in a configuration file of the owner's; after that nothing is asked.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import yaml

from scripts import owner, sam
from scripts.local.paths import ROOT

_BUILT = ROOT / ".aws-sam" / "build" / "template.yaml"
_DEFAULTS = ROOT / "samconfig.toml"
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
    if template is None:
        template = _build(_runtime(saved))
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


def _runtime(saved: dict[str, str]) -> str:
    """What the stack was deployed for, or PYTHON_RUNTIME where it is new."""
    found = re.search(r'\bPythonRuntime="?([\w.]+)', str(saved.get("parameter_overrides", "")))
    return found[1] if found else os.environ.get("PYTHON_RUNTIME", "python3.11")


def _build(runtime: str) -> Path:
    """The built template. Raises RuntimeError."""
    print(f"Building for Lambda's {runtime} …", flush=True)
    made = subprocess.run(
        ["make", "--no-print-directory", "layers", f"PYTHON_RUNTIME={runtime}"], cwd=ROOT, check=False
    )
    if made.returncode:
        raise RuntimeError("The stack could not be built, so nothing was deployed.")
    _BUILT.write_text(for_runtime(_BUILT.read_text(), runtime))
    return _BUILT


def for_runtime(built: str, runtime: str) -> str:
    """The built template with one choice of runtime, the one that its layers are built for."""
    template = yaml.safe_load(built)
    template["Parameters"]["PythonRuntime"] |= {"Default": runtime, "AllowedValues": [runtime]}
    return yaml.safe_dump(template, sort_keys=False)


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
