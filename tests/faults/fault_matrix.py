"""The fault matrix, read from fault_matrix.toml."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_MATRIX = Path(__file__).with_name("fault_matrix.toml")
_SETTINGS = {"dependency", "steps", "quick", "max_paid", "whole_cover", "candidates", "candidate"}


@dataclass(frozen=True)
class FaultCase:
    """A fault of one dependency at one step, and its outcome.

    `is_quick`: `make test` runs it, not only `make test-all`. `max_paid`: paintings that may be billed.
    `is_whole_cover`: the fault occurs in a run of the whole pipeline instead of one step. `candidates`: how many that
    cover has. `candidate`: the one at which the fault occurs, or None for all.
    """

    dependency: str
    fault: str
    step: str
    outcome: str
    is_quick: bool = False
    max_paid: int = 1
    is_whole_cover: bool = False
    candidates: int = 1
    candidate: int | None = None

    @property
    def name(self) -> str:
        """What the test's name says."""
        name = f"{self.dependency}: {self.fault}: {self.step}"
        if self.candidates > 1:
            name += " of all candidates" if self.candidate is None else f" of candidate {self.candidate}"
        return f"{name} of a whole cover" if self.is_whole_cover else name

    @property
    def kills_process(self) -> bool:
        """Return whether the step's process is killed while its request hangs."""
        return self.fault.startswith("process killed")


def read_cases() -> Iterator[FaultCase]:
    """Yield all cases of the matrix."""
    for group in read_groups():
        for step in group["steps"]:
            for outcome, faults in get_outcomes(group).items():
                for fault in faults:
                    yield FaultCase(
                        dependency=group["dependency"],
                        fault=fault,
                        step=step,
                        outcome=outcome,
                        is_quick=fault in group.get("quick", []),
                        max_paid=group.get("max_paid", 1),
                        is_whole_cover=group.get("whole_cover", False),
                        candidates=group.get("candidates", 1),
                        candidate=group.get("candidate"),
                    )


def read_groups() -> list[dict[str, Any]]:
    """Return the groups of the file."""
    groups: list[dict[str, Any]] = tomllib.loads(_MATRIX.read_text("utf-8"))["group"]
    return groups


def get_outcomes(group: dict[str, Any]) -> dict[str, list[str]]:
    """Return the faults of a group by outcome."""
    return {name: faults for name, faults in group.items() if name not in _SETTINGS}
