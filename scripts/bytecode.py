"""`make bytecode`: compile the functions' own code, which ships with its bytecode.

Lambda cannot store bytecode, so every cold start would compile what is not compiled here. Python checks the bytecode
against the source's hash: unlike the source's time, it survives the upload, and edited source never runs from stale
bytecode.
"""

import os
import shutil
import subprocess
from pathlib import Path

from scripts.local.paths import ROOT, RUNTIME_VENV

_TIMEOUT_SECONDS = 120
# Where Lambda has the functions' code. Stack traces name it instead of a folder of this machine.
_TASK_ROOT = "/var/task"


def compile_functions(folder: Path) -> None:
    """Replace all bytecode below `folder`, which has the functions' code. Raises CalledProcessError."""
    for cache in [*folder.rglob("__pycache__")]:
        shutil.rmtree(cache)
    command: list[str | Path] = [RUNTIME_VENV / "bin" / "python", "-m", "compileall", "-q"]
    options: list[str | Path] = ["--invalidation-mode", "checked-hash", "-s", folder, "-p", _TASK_ROOT, folder]
    # With this variable, Python would write the bytecode elsewhere.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPYCACHEPREFIX"}
    subprocess.run([*command, *options], env=environment, check=True, timeout=_TIMEOUT_SECONDS)


if __name__ == "__main__":
    compile_functions(ROOT / "functions")
