"""The fault matrix, read from fault_matrix.toml."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_MATRIX = Path(__file__).with_name("fault_matrix.toml")
_SETTINGS = {"max_paid", "whole_cover", "candidates", "candidate", "picture"}


@dataclass(frozen=True)
class FaultCase:
    """A fault of one dependency at one step, and its outcome. fault_matrix.toml explains the settings.

    `quick`: `make test` runs it, not only `make test-all`.
    """

    dependency: str
    fault: str
    step: str
    outcome: str
    quick: bool = False
    max_paid: int = 1
    whole_cover: bool = False
    candidates: int = 1
    candidate: int | None = None
    picture: bool = False

    @property
    def name(self) -> str:
        """What the test's name says."""
        name = f"{self.dependency}: {self.fault}: {self.step}"
        if self.candidates > 1:
            name += " of all candidates" if self.candidate is None else f" of candidate {self.candidate}"
        name += " with a picture" if self.picture else ""
        return f"{name} of a whole cover" if self.whole_cover else name

    @property
    def kills_process(self) -> bool:
        """Return whether the step's process is killed while its request hangs."""
        return self.fault.startswith("process killed")


def read_cases() -> Iterator[FaultCase]:
    """Yield all cases of the matrix."""
    for group in read_groups():
        settings = {name: group[name] for name in _SETTINGS & group.keys()}
        for step in group["steps"]:
            for outcome, faults in get_outcomes(group).items():
                for fault in faults:
                    quick = fault in group.get("quick", [])
                    yield FaultCase(group["dependency"], fault, step, outcome, quick, **settings)


def read_groups() -> list[dict[str, Any]]:
    groups: list[dict[str, Any]] = tomllib.loads(_MATRIX.read_text("utf-8"))["group"]
    return groups


def get_outcomes(group: dict[str, Any]) -> dict[str, list[str]]:
    """Return the faults of a group by outcome."""
    return {name: each for name, each in group.items() if name not in {"dependency", "steps", "quick", *_SETTINGS}}
