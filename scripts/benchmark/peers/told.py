"""What a pipeline is told, and how it is timed; for naive.py and ours.py, each in a process of its own."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from scripts.benchmark.probe import Figures, peak_memory


@dataclass(frozen=True)
class Told:
    """`painting` stands for the image model's answer. `detector`, `predict`, `plain`: the networks' files; `plain` is
    for pictures of `side` pixels. `origins`: where artwork comes from. `output`: the folder for the cover's files.
    """

    api_url: str
    token: str
    origins: str
    count: int
    painting: str
    detector: str
    predict: str
    plain: str
    side: int
    output: str
    states: tuple[str, ...] = ("cold", "warm")


Parts = Callable[[str], AbstractContextManager[None]]


def run(cover: Callable[[Told, Parts], dict[str, bytes]], told: Told) -> None:
    """Makes a cover for each state, one after the other, prints what they took, and keeps the last one's files."""
    figures: Figures = {}
    files: dict[str, bytes] = {}
    for state in told.states:

        @contextmanager
        def part(name: str, state: str = state) -> Iterator[None]:
            began = time.perf_counter()
            yield
            figures[f"{state} {name}"] = [time.perf_counter() - began]

        with part("whole"):
            files = cover(told, part)
    figures["peak memory"] = peak_memory()
    for name, body in files.items():
        Path(told.output, name).write_bytes(body)
    print("\n" + json.dumps(figures))
