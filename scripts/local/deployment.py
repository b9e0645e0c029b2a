"""`sam build` and `sam deploy` onto the emulator, as an owner runs them for AWS.

Between the two, the built template is adapted. The emulator's own Python runtime is incomplete, so each function gets a
`bootstrap` that starts AWS's runtime interface client with the function's own layers and nothing else.
"""

import fcntl
import hashlib
import json
import shutil
import stat
from pathlib import Path
from typing import Literal

import yaml

from scripts import bytecode, sam
from scripts.local.emulator import REGION, Emulator
from scripts.local.paths import BUILD_DIR, DEPLOY_DIR, LAMBDA_BUILD_DIR, ROOT, RUNTIME_VENV

STACK = "cover-art"
# Lambda sets the two log variables for a function whose LogFormat is JSON.
_BOOTSTRAP = """#!/bin/sh
export AWS_LAMBDA_LOG_FORMAT=JSON AWS_LAMBDA_LOG_LEVEL=INFO
export PYTHONPATH="$LAMBDA_TASK_ROOT:{layers}"
exec "{python}" -m awslambdaric "$_HANDLER"
"""


def build(platform: Literal["host", "lambda"] = "host") -> Path:
    """Build the layers for this machine or for Lambda, unless nothing has changed. Return the folder."""
    target = BUILD_DIR if platform == "host" else LAMBDA_BUILD_DIR
    stamp = target.with_name(f"{target.name}.stamp")
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.with_name(f"{target.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # another process may be building the same
        digest = _digest([ROOT / "template.yaml", ROOT / "samconfig.toml", *(ROOT / "layers").rglob("*")])
        if not stamp.is_file() or stamp.read_text() != digest:
            stamp.unlink(missing_ok=True)
            sam.run_quietly("build", "--build-dir", target, LAYER_PLATFORM=platform)
            stamp.write_text(digest)
    return target


def _digest(paths: list[Path]) -> str:
    digest = hashlib.sha256()
    for path in sorted(path for path in paths if path.is_file() and "__pycache__" not in path.parts):
        status = path.stat()
        digest.update(f"{path.relative_to(ROOT)} {status.st_size} {status.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def deploy(emulator: Emulator, parameters: dict[str, str]) -> dict[str, str]:
    """Deploy what `build` built. Return the stack's outputs."""
    template = adapt_template(DEPLOY_DIR / emulator.url.rsplit(":", 1)[1])
    # In quotes, because SAM splits a value at its spaces.
    overrides = [f'ParameterKey={name},ParameterValue="{value}"' for name, value in parameters.items()]
    sam.run_quietly(
        "deploy",
        *("--config-file", ROOT / "samconfig.toml", "--template-file", template, "--region", REGION),
        *("--use-json", "--no-confirm-changeset", "--no-progressbar", "--parameter-overrides", *overrides),
        SAM_CLI_POLL_DELAY="0.3",
        **emulator.environment(),
    )
    shutil.rmtree(template.parent)
    client = emulator.session().client("cloudformation", endpoint_url=emulator.url)
    outputs = client.describe_stacks(StackName=STACK)["Stacks"][0]["Outputs"]
    return {output["OutputKey"]: output["OutputValue"] for output in outputs}


def adapt_template(folder: Path, source: Path = ROOT, build_dir: Path = BUILD_DIR) -> Path:
    """Write the built template for the emulator, with all files that it refers to, into `folder`.

    Another version of the app has its functions in `source`, and its template and layers in `build_dir`.
    """
    shutil.rmtree(folder, ignore_errors=True)
    template = yaml.load((build_dir / "template.yaml").read_text(), yaml.CSafeLoader)
    # The emulator has no TLS, which the policy requires, and no AWS Budgets. Earlier versions have no budget.
    del template["Resources"]["BucketPolicy"]
    template["Resources"].pop("AccountBudget", None)
    code = folder / "functions"
    shutil.copytree(source / "functions", code, ignore=shutil.ignore_patterns("__pycache__"))
    bytecode.compile_functions(code)
    for name, resource in template["Resources"].items():
        properties = resource.get("Properties", {})
        if resource["Type"] == "AWS::Serverless::LayerVersion":
            # The functions read the build folder, so there is no need to zip 150 MB for the emulator.
            placeholder = folder / name / "python" / ".keep"
            placeholder.parent.mkdir(parents=True)
            placeholder.touch()
            properties["ContentUri"] = str(folder / name)
        elif resource["Type"] == "AWS::Serverless::Function":
            layers = [build_dir / layer["Ref"] / "python" for layer in properties["Layers"]]
            _copy_functions(code, folder / name, layers)
            properties["CodeUri"] = str(folder / name)
            properties["Runtime"] = "provided.al2023"
        elif resource["Type"] == "AWS::Serverless::StateMachine" and "DefinitionUri" in properties:
            # Earlier versions have their definitions in files.
            properties["DefinitionUri"] = str((build_dir / properties["DefinitionUri"]).resolve())
    target = folder / "template.yaml"
    # JSON is YAML, too. SAM reads the file seven times, and YAML's own syntax takes a third of a second each time.
    target.write_text(json.dumps(template, indent=1))
    return target


def _copy_functions(code: Path, folder: Path, layers: list[Path]) -> None:
    shutil.copytree(code, folder)
    bootstrap = folder / "bootstrap"
    bootstrap.write_text(_BOOTSTRAP.format(layers=":".join(map(str, layers)), python=RUNTIME_VENV / "bin" / "python"))
    bootstrap.chmod(bootstrap.stat().st_mode | stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH)
