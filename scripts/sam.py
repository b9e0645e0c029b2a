"""Runs AWS SAM's command line from the tools' environment, in the root of the checkout."""

import os
import signal
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


def run_in_terminal(*arguments: str | Path) -> int:
    """Run SAM in the user's terminal, where it may ask questions. Return its exit code."""
    return subprocess.run(_command(arguments), cwd=ROOT, env=_environment({}), check=False).returncode


def read_output(*arguments: str | Path, timeout: float, **environment: str) -> str:
    """Run SAM and return its standard output. Its messages go to the terminal.

    Raise RuntimeError if it fails or takes longer than `timeout` seconds.
    """
    name = f"sam {' '.join(map(str, arguments[:3]))}"
    command, variables = _command(arguments), _environment(environment)
    with subprocess.Popen(command, cwd=ROOT, env=variables, stdout=subprocess.PIPE, text=True) as process:
        try:
            output, _ = process.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            raise RuntimeError(f"{name} took longer than {timeout:.0f} s.") from None
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGINT)  # SAM removes its container then, but not if it is killed
    if process.returncode:
        raise RuntimeError(f"{name} failed.")
    return output


def _command(arguments: tuple[str | Path, ...]) -> list[str | Path]:
    return [TOOLS_VENV / "bin" / "sam", *arguments]


def _environment(variables: dict[str, str]) -> dict[str, str]:
    path = f"{TOOLS_VENV / 'bin'}{os.pathsep}{os.environ['PATH']}"
    return {**os.environ, "PATH": path, "SAM_CLI_TELEMETRY": "0", **variables}
