"""AWS SAM's command line, from the tools' environment, in the checkout's root."""

import os
import subprocess
from pathlib import Path
from typing import IO

from scripts.local.paths import ROOT, TOOLS

_TIMEOUT = 300  # seconds


def quietly(*arguments: str | Path, **environment: str) -> None:
    """Raises RuntimeError with what SAM said last."""
    done = subprocess.run(
        _command(arguments), cwd=ROOT, env=_environment(environment), capture_output=True, text=True, timeout=_TIMEOUT,
        check=False,
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(f"sam {arguments[0]} failed:\n{(done.stdout + done.stderr)[-3000:]}")


def in_sight(*arguments: str | Path) -> int:
    """Before the eyes of whoever runs it, who answers its questions. Gives its exit code."""
    return subprocess.run(_command(arguments), cwd=ROOT, env=_environment({}), check=False).returncode


def begun(*arguments: str | Path, answer: IO[str], **environment: str) -> "subprocess.Popen[str]":
    """Its answer goes into the file; what else it says can be read line by line, as its `stderr`."""
    return subprocess.Popen(
        _command(arguments), cwd=ROOT, env=_environment(environment), stdout=answer, stderr=subprocess.PIPE, text=True
    )


def _command(arguments: tuple[str | Path, ...]) -> list[str | Path]:
    return [TOOLS / "bin" / "sam", *arguments]


def _environment(more: dict[str, str]) -> dict[str, str]:
    path = f"{TOOLS / 'bin'}{os.pathsep}{os.environ['PATH']}"
    return {**os.environ, "PATH": path, "SAM_CLI_TELEMETRY": "0", **more}
