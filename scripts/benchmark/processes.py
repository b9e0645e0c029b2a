"""Runs measurements in processes of their own, with the interpreter and the layers that a function has."""

import json
import os
import subprocess
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from statistics import median

from scripts.layers.functions import Function, read_functions
from scripts.local.paths import BUILD_DIR, ROOT, RUNTIME_VENV

WORK_DIR = ROOT / "build" / "bench"
_PROBE = Path(__file__).with_name("probe.py")
_TIMEOUT_SECONDS = 180
_UNITS = {"peak memory": "MB", "inference": "ms", "with decoding": "ms"}

# Measure -> its values.
Figures = dict[str, list[float]]


@dataclass(frozen=True)
class Row:
    """One quantity with all of its values, at least one. `unit` is "s", "ms" or "MB" (a million bytes)."""

    group: str
    subject: str
    measure: str
    unit: str
    values: Sequence[float]

    def describe(self) -> str:
        """Return a line with the median, and the lowest and the highest value in brackets."""
        digits = 3 if self.unit == "s" else 1
        middle, low, high = (f"{statistic(self.values):.{digits}f}" for statistic in (median, min, max))
        figures = middle if low == high else f"{middle} ({low} to {high})"
        return f"{self.group:10} {self.subject:26} {self.measure:18} {figures} {self.unit}"


@cache
def list_functions() -> dict[str, Function]:
    """Return the built functions by the name of their folder."""
    return {function.module.split(".")[0]: function for function in read_functions(BUILD_DIR)}


def run_probe(function: str, probe: str, *arguments: str | Path) -> Figures:
    """Run a probe of probe.py on the layers of a function. Raise RuntimeError if it fails."""
    built = list_functions()[function]
    path = [built.code, *(layer / "python" for layer in built.layers)]
    environment = {
        "PYTHONPATH": os.pathsep.join(map(str, path)),
        # Lambda cannot store bytecode: there is only what the build has put there.
        "PYTHONDONTWRITEBYTECODE": "1",
        # Switches garbage collection off during imports, as in Lambda.
        "AWS_LAMBDA_FUNCTION_NAME": built.name,
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
    }
    # -P keeps the folder of probe.py off the path.
    return run_contender([RUNTIME_VENV / "bin" / "python", "-P", _PROBE, probe, *arguments], environment)


def run_contender(command: Sequence[str | Path], environment: Mapping[str, str]) -> Figures:
    """Run a program whose last line of output is its figures as JSON. Raise RuntimeError if it fails."""
    result = subprocess.run(
        list(map(str, command)), env={"PATH": os.environ["PATH"], **environment}, cwd=ROOT, capture_output=True,
        text=True, timeout=_TIMEOUT_SECONDS, check=False,
    )  # fmt: skip
    if result.returncode:
        raise RuntimeError(f"A measurement failed: {' '.join(map(str, command))}\n{result.stderr[-2000:]}")
    figures: Figures = json.loads(result.stdout.splitlines()[-1])
    return figures


def measure_in_turns(group: str, contenders: Mapping[str, Callable[[], Figures]], runs: int) -> list[Row]:
    """Run the contenders one after the other, `runs` times, so that other load on the machine affects all alike.

    The order alternates. Return a row for each contender and measure.
    """
    values: dict[tuple[str, str], list[float]] = defaultdict(list)
    subjects = list(contenders)
    for run in range(runs):
        for subject in subjects if run % 2 == 0 else reversed(subjects):
            for measure, figures in contenders[subject]().items():
                values[subject, measure] += figures
    names = sorted(values, key=lambda name: subjects.index(name[0]))
    return [
        Row(group, subject, measure, _UNITS.get(measure, "s"), values[subject, measure]) for subject, measure in names
    ]
