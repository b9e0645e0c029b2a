"""Runs AWS SAM's command line from the tools' environment, in the root of the checkout."""

import os
import subprocess
from pathlib import Path

from scripts.local.paths import ROOT, TOOLS_VENV

_TIMEOUT_SECONDS = 300


def run_quietly(*arguments: str | Path, **environment: str) -> None:
    """Run SAM without output. Raise RuntimeError with the end of its output if it fails."""
    result = subprocess.run(
        _command(arguments), cwd=ROOT, env=_environment(environment), capture_output=True, text=True,
        timeout=_TIMEOUT_SECONDS, check=False,
    )  # fmt: skip
    if result.returncode:
        raise RuntimeError(f"sam {arguments[0]} failed:\n{(result.stdout + result.stderr)[-3000:]}")


def run_in_terminal(*arguments: str | Path, **environment: str) -> int:
    """Run SAM in the user's terminal, where it may ask questions. Return its exit code."""
    return subprocess.run(_command(arguments), cwd=ROOT, env=_environment(environment), check=False).returncode


def _command(arguments: tuple[str | Path, ...]) -> list[str | Path]:
    return [TOOLS_VENV / "bin" / "sam", *arguments]


def _environment(variables: dict[str, str]) -> dict[str, str]:
    path = f"{TOOLS_VENV / 'bin'}{os.pathsep}{os.environ['PATH']}"
    return {**os.environ, "PATH": path, "SAM_CLI_TELEMETRY": "0", **variables}
