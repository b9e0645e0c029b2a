"""The fault matrix, read from fault_matrix.toml."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path

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
    quick: bool
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
    """Yield all cases of the matrix. Raise ValueError where `quick` names a fault that its group does not have."""
    for group in tomllib.loads(_MATRIX.read_text("utf-8"))["group"]:
        dependency, steps, quick = group.pop("dependency"), group.pop("steps"), set(group.pop("quick", []))
        settings = {name: group.pop(name) for name in _SETTINGS & group.keys()}
        if not quick <= {fault for faults in group.values() for fault in faults}:
            raise ValueError(f"{quick} of {dependency} at {steps}")
        for step, (outcome, faults) in product(steps, group.items()):
            yield from (FaultCase(dependency, fault, step, outcome, fault in quick, **settings) for fault in faults)
