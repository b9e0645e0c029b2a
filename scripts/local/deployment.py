"""Builds the stack with `sam build`, and deploys it onto the emulator, as for an owner.

Between the two, it adapts the built template. The emulator's own Python runtime is incomplete, so the functions' code
gets a `bootstrap` that starts AWS's runtime interface client with the function's own layers and nothing else.
"""

import contextlib
import fcntl
import hashlib
import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import yaml

from scripts import bytecode
from scripts.local.emulator import Emulator
from scripts.local.paths import BUILD_DIR, DEPLOY_DIR, LAMBDA_BUILD_DIR, ROOT, RUNTIME_VENV, TOOLS_VENV
from scripts.owner.deploy import apply_template
from scripts.owner.uploads import upload
from scripts.package import write_archive

STACK = "cover-art"
_BUCKET = "deployment"
_BUILD_SECONDS = 300
# Lambda sets the two log variables for a function whose LogFormat is JSON.
_BOOTSTRAP = """#!/bin/sh
export AWS_LAMBDA_LOG_FORMAT=JSON AWS_LAMBDA_LOG_LEVEL=INFO
case "$_HANDLER" in
{cases}
esac
export PYTHONPATH="$LAMBDA_TASK_ROOT:$layers"
exec "{python}" -m awslambdaric "$_HANDLER"
"""


def build(platform: Literal["host", "lambda"] = "host") -> Path:
    """Build the layers for this machine or for Lambda, unless nothing has changed. Return the folder."""
    target = BUILD_DIR if platform == "host" else LAMBDA_BUILD_DIR
    if not (ROOT / "layers").is_dir():
        return target  # in the container image, which has nothing to build from
    sources = [ROOT / "template.yaml", ROOT / "samconfig.toml", *(ROOT / "layers").rglob("*")]
    _make(target, sources, lambda: _run_sam_build(target, platform))
    return target


def _make(target: Path, sources: list[Path], make: Callable[[], object]) -> None:
    """Make a folder, unless it was made from the same sources. Another process may be making it."""
    stamp = target.with_name(f"{target.name}.stamp")
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.with_name(f"{target.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        digest = _digest(sources)
        if not stamp.is_file() or stamp.read_text() != digest:
            stamp.unlink(missing_ok=True)
            make()
            stamp.write_text(digest)


def _run_sam_build(target: Path, platform: str) -> None:
    """Raise RuntimeError with the end of SAM's output if it fails."""
    path = f"{TOOLS_VENV / 'bin'}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path, "SAM_CLI_TELEMETRY": "0", "LAYER_PLATFORM": platform}
    command = [str(TOOLS_VENV / "bin" / "sam"), "build", "--build-dir", str(target)]
    result = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=_BUILD_SECONDS, check=False
    )
    if result.returncode:
        raise RuntimeError(f"sam build failed:\n{(result.stdout + result.stderr)[-3000:]}")


def _digest(paths: list[Path]) -> str:
    digest = hashlib.sha256(str(ROOT).encode())  # which the bootstrap names
    for path in sorted(path for path in paths if path.is_file() and "__pycache__" not in path.parts):
        status = path.stat()
        digest.update(f"{path.relative_to(ROOT)} {status.st_size} {status.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def deploy(emulator: Emulator, parameters: dict[str, str]) -> dict[str, str]:
    """Deploy what `build` built. Return the stack's outputs. Raise RuntimeError if it fails."""
    package = DEPLOY_DIR / "package"
    sources = [Path(__file__).resolve(), RUNTIME_VENV / ".ready", BUILD_DIR / "template.yaml"]
    _make(package, [*sources, *(ROOT / "functions").rglob("*")], lambda: adapt_template(package))
    s3, formation = emulator.client("s3"), emulator.client("cloudformation")
    with contextlib.suppress(s3.exceptions.BucketAlreadyOwnedByYou):  # in the saved state of an emulator that died
        s3.create_bucket(Bucket=_BUCKET)
    url = upload(s3, package, _BUCKET, "")
    settings = [{"ParameterKey": name, "ParameterValue": value} for name, value in parameters.items()]
    apply_template(formation, STACK, url, settings, {"Delay": 0.2, "MaxAttempts": 600})
    outputs = formation.describe_stacks(StackName=STACK)["Stacks"][0]["Outputs"]
    return {output["OutputKey"]: output["OutputValue"] for output in outputs}


def adapt_template(folder: Path, source: Path = ROOT, build_dir: Path = BUILD_DIR) -> Path:
    """Write a package of the build for the emulator into `folder`. Return the folder.

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
    layer = folder / "layer"
    # The functions read the build folder, so there is no need to zip 150 MB for the emulator.
    (layer / "python").mkdir(parents=True)
    (layer / "python" / ".keep").touch()
    layers = {}
    for resource in template["Resources"].values():
        properties = resource.get("Properties", {})
        if resource["Type"] == "AWS::Serverless::LayerVersion":
            properties["ContentUri"] = "layer.zip"
        elif resource["Type"] == "AWS::Serverless::Function":
            paths = [str(build_dir / name["Ref"] / "python") for name in properties["Layers"]]
            layers[properties["Handler"]] = ":".join(paths)
            properties |= {"CodeUri": "functions.zip", "Runtime": "provided.al2023"}
    # All functions share it with their code.
    cases = "\n".join(f"  {handler}) layers={paths} ;;" for handler, paths in layers.items())
    bootstrap = code / "bootstrap"
    bootstrap.write_text(_BOOTSTRAP.format(cases=cases, python=RUNTIME_VENV / "bin" / "python"))
    bootstrap.chmod(0o755)
    (folder / "template.json").write_text(json.dumps(template, indent=1))
    archive(folder)
    return folder


def archive(folder: Path) -> None:
    """Write the archives of a package that `adapt_template` wrote."""
    for name in ("functions", "layer"):
        write_archive(folder / name, folder / f"{name}.zip")
