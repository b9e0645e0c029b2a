"""Runs probe.py as the local stack runs a function: the runtime's interpreter, the function's own layers."""

import json
import os
import subprocess
from collections import defaultdict
from collections.abc import Callable

from scripts.benchmark.report import Row
from scripts.local.paths import BUILT, ROOT, RUNTIME
from scripts.memory import functions

WORK = ROOT / "build" / "bench"
_PROBE = ROOT / "scripts" / "benchmark" / "probe.py"
_TIMEOUT = 120  # seconds, of one probe
_UNITS = {"peak memory": "MB"}

Figures = dict[str, list[float]]


def layers_of() -> dict[str, list[str]]:
    """Function -> its layers' logical ids, of the built template."""
    return {room: [layer["Ref"] for layer in function["Layers"]] for room, function in functions().items()}


def probe(room: str, what: str, *arguments: str) -> Figures:
    """Measure -> values, of one fresh process on the layers of `room`. Raises RuntimeError with what it said last."""
    path = [str(ROOT / "functions"), *(str(BUILT / layer / "python") for layer in layers_of()[room])]
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": os.pathsep.join(path),
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
    }
    # -P: the folder of the probe holds none of the modules that a function imports.
    command = [str(part) for part in (RUNTIME / "bin" / "python", "-P", _PROBE, what, WORK, *arguments)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=_TIMEOUT, check=False)
    if done.returncode:
        raise RuntimeError(f"Measuring {what} failed:\n{done.stderr[-2000:]}")
    figures: Figures = json.loads(done.stdout.splitlines()[-1])
    return figures


def repeated(group: str, subject: str, runs: int, measured: Callable[[], Figures]) -> list[Row]:
    """A row for each measure, with the values of all runs."""
    taken: Figures = defaultdict(list)
    for _ in range(runs):
        for measure, values in measured().items():
            taken[measure] += values
    return [Row(group, subject, measure, _UNITS.get(measure, "s"), values) for measure, values in taken.items()]
