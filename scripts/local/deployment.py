"""`sam build` and `sam deploy`, as an owner runs them, onto the emulator.

Between the two, the built template is bridged to the emulator: its own Python runtime is a shim, so each function
gets a `bootstrap` that starts AWS's runtime interface client on the function's own layers, and nothing else.
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
from scripts.local.paths import BUILT, BUILT_FOR_LAMBDA, DEPLOYED, ROOT, RUNTIME

STACK = "cover-art"
# The two variables are Lambda's own, where a function's LogFormat is JSON.
_BOOTSTRAP = """#!/bin/sh
export AWS_LAMBDA_LOG_FORMAT=JSON AWS_LAMBDA_LOG_LEVEL=INFO
export PYTHONPATH="$LAMBDA_TASK_ROOT:{layers}"
exec "{python}" -m awslambdaric "$_HANDLER"
"""


def build(platform: Literal["host", "lambda"] = "host") -> Path:
    """Build the layers for this machine or for Lambda, unless nothing has changed. Return the folder."""
    target = BUILT if platform == "host" else BUILT_FOR_LAMBDA
    variables = {"LAYER_PLATFORM": platform}
    stamp = target.with_name(f"{target.name}.stamp")
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.with_name(f"{target.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # another process may be building the same
        inputs = _digest([ROOT / "template.yaml", ROOT / "samconfig.toml", *(ROOT / "layers").rglob("*")], variables)
        if not stamp.is_file() or stamp.read_text() != inputs:
            stamp.unlink(missing_ok=True)
            sam.quietly("build", "--build-dir", target, **variables)
            stamp.write_text(inputs)
    return target


def _digest(paths: list[Path], variables: dict[str, str]) -> str:
    digest = hashlib.sha256(json.dumps(variables).encode())
    for path in sorted(path for path in paths if path.is_file() and "__pycache__" not in path.parts):
        status = path.stat()
        digest.update(f"{path.relative_to(ROOT)} {status.st_size} {status.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def deploy(emulator: Emulator, parameters: dict[str, str]) -> dict[str, str]:
    """Deploy what `build` built. Return the stack's outputs."""
    template = bridged(DEPLOYED / emulator.url.rsplit(":", 1)[1])
    # In quotes: SAM cuts a value at its spaces.
    overrides = [f'ParameterKey={name},ParameterValue="{value}"' for name, value in parameters.items()]
    sam.quietly(
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


def bridged(folder: Path, tree: Path = ROOT, layers: Path = BUILT) -> Path:
    """Write the built template as the emulator takes it, with all that it refers to, into `folder`.

    Another version of the app has its functions in `tree`, and its template and layers in `layers`.
    """
    shutil.rmtree(folder, ignore_errors=True)
    template = yaml.load((layers / "template.yaml").read_text(), yaml.CSafeLoader)
    del template["Resources"]["BucketPolicy"]  # demands TLS, which the emulator does not speak
    code = folder / "functions"
    shutil.copytree(tree / "functions", code, ignore=shutil.ignore_patterns("__pycache__"))
    bytecode.compile_functions(code)
    for name, resource in template["Resources"].items():
        properties = resource.get("Properties", {})
        if resource["Type"] == "AWS::Serverless::LayerVersion":
            # The functions read the built folder; zipping 150 MB for the emulator would be for nothing.
            properties["ContentUri"] = str(_folder(folder / name, {"python/.keep": ""}))
        elif resource["Type"] == "AWS::Serverless::Function":
            properties["CodeUri"] = str(folder / name)
            paths = [layers / layer["Ref"] / "python" for layer in properties["Layers"]]
            _function(folder / name, code, paths)
            properties["Runtime"] = "provided.al2023"
        elif resource["Type"] == "AWS::Serverless::StateMachine" and "DefinitionUri" in properties:
            # Earlier versions have their definitions in files.
            properties["DefinitionUri"] = str((layers / properties["DefinitionUri"]).resolve())
    target = folder / "template.yaml"
    # Which JSON is, too; SAM reads it seven times, and YAML takes it a third of a second.
    target.write_text(json.dumps(template, indent=1))
    return target


def _function(folder: Path, code: Path, layers: list[Path]) -> None:
    shutil.copytree(code, folder)
    bootstrap = folder / "bootstrap"
    bootstrap.write_text(_BOOTSTRAP.format(layers=":".join(map(str, layers)), python=RUNTIME / "bin" / "python"))
    bootstrap.chmod(bootstrap.stat().st_mode | stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH)


def _folder(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder
