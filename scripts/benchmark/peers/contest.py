"""Lets contenders take turns, each time in a fresh process: what else the machine does meets all of them alike."""

import json
import os
import subprocess
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from scripts.benchmark.probing import Figures, layers_of
from scripts.benchmark.report import Row
from scripts.local.paths import BUILT, ROOT, RUNTIME

UNITS = {"peak memory": "MB", "inference": "ms", "with resizing": "ms", "with decoding": "ms"}
_TIMEOUT = 180  # seconds, of one process


@dataclass(frozen=True)
class Contender:
    """`command` prints its figures as the last line, JSON: measure -> values."""

    subject: str
    command: Sequence[str | Path]
    environment: Mapping[str, str] = field(default_factory=dict)

    def run(self) -> Figures:
        """Raises RuntimeError with what it said last."""
        environment = {"PATH": os.environ["PATH"], **self.environment}
        command = [str(part) for part in self.command]
        done = subprocess.run(
            command, env=environment, cwd=ROOT, capture_output=True, text=True, timeout=_TIMEOUT, check=False
        )
        if done.returncode:
            raise RuntimeError(f"Measuring {self.subject} failed:\n{done.stderr[-2000:]}")
        figures: Figures = json.loads(done.stdout.splitlines()[-1])
        return figures


def in_environment(subject: str, name: str, *arguments: str | Path) -> Contender:
    """probe.py in one of the peers' environments, which has that peer and its needs alone."""
    return _probe(subject, ROOT / ".venv" / name / "bin" / "python", [], arguments)


def on_layers(subject: str, room: str, *arguments: str | Path) -> Contender:
    """probe.py as the local stack runs a function: the runtime's interpreter and the function's own layers."""
    path = [ROOT / "functions", *(BUILT / layer / "python" for layer in layers_of()[room])]
    return _probe(subject, RUNTIME / "bin" / "python", path, arguments)


def _probe(subject: str, python: Path, path: Sequence[Path], arguments: Sequence[str | Path]) -> Contender:
    # -P: the folder that it is started in holds none of the modules that it imports.
    command = [python, "-P", "-m", "scripts.benchmark.peers.probe", *arguments]
    return Contender(subject, command, {"PYTHONPATH": os.pathsep.join(map(str, [*path, ROOT]))})


def taken_in_turns(group: str, contenders: Sequence[Contender], runs: int, say: Callable[[str], None]) -> list[Row]:
    """A row for each contender and measure, with the values of all runs."""
    taken: dict[tuple[str, str], list[float]] = defaultdict(list)
    for run in range(runs):
        say(f"{group}, round {run + 1} of {runs}")
        # There and back: who comes first is not always the same.
        for contender in contenders if run % 2 == 0 else reversed(contenders):
            for measure, values in contender.run().items():
                taken[contender.subject, measure] += values
    order = [contender.subject for contender in contenders]
    names = sorted(taken, key=lambda name: order.index(name[0]))
    return [
        Row(group, subject, measure, UNITS.get(measure, "s"), taken[subject, measure]) for subject, measure in names
    ]
