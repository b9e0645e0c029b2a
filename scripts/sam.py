"""Runs AWS SAM's command line from the tools' environment, in the root of the checkout."""

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

from scripts.local.paths import ROOT, TOOLS_VENV

_TIMEOUT_SECONDS = 300


def run_quietly(*arguments: str | Path, **environment: str) -> None:
    """Run SAM without output. Raise RuntimeError with the end of its output if it fails."""
    result = _run(arguments, environment, capture_output=True, timeout=_TIMEOUT_SECONDS)
    if result.returncode:
        raise RuntimeError(f"sam {arguments[0]} failed:\n{(result.stdout + result.stderr)[-3000:]}")


def run_in_terminal(*arguments: str | Path, **environment: str) -> int:
    """Run SAM in the user's terminal, where it may ask questions. Return its exit code."""
    return _run(arguments, environment).returncode


def _run(arguments: Sequence[str | Path], environment: dict[str, str], **options: Any) -> CompletedProcess[str]:
    path = f"{TOOLS_VENV / 'bin'}{os.pathsep}{os.environ['PATH']}"
    variables = {**os.environ, "PATH": path, "SAM_CLI_TELEMETRY": "0", **environment}
    command = [TOOLS_VENV / "bin" / "sam", *arguments]
    return subprocess.run(command, cwd=ROOT, env=variables, text=True, check=False, **options)
