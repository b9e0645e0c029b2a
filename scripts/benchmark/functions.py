"""What a function is before it works: its size and its imports."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial

from scripts.benchmark.probing import layers_of, probe, repeated
from scripts.benchmark.report import Row
from scripts.layers.functions import measure_megabytes
from scripts.local.paths import BUILT_FOR_LAMBDA, ROOT

GROUP = "Functions"
ABOUT = (
    "*Unzipped*: function and layers as built for Lambda. *Import*: of the handler's module, in a fresh "
    "process, on the function's own layers with their bytecode; the function's own code is compiled, as on Lambda. *No "
    "bytecode*: the layers as their sources alone. *AWS clients*: making those that the function always uses. *Peak "
    "memory*: after both."
)


def measure(rooms: Sequence[str], say: Callable[[str], None], runs: int = 3) -> Iterator[Row]:
    for room in rooms:
        say(f"Importing {room}")
        folders = [ROOT / "functions", *(BUILT_FOR_LAMBDA / layer for layer in layers_of()[room])]
        yield Row(GROUP, room, "unzipped", "MB", [sum(measure_megabytes(folder) for folder in folders)])
        probe(room, "imports", room, "layers")  # leaves the files in the page cache
        yield from repeated(GROUP, room, 1, partial(probe, room, "imports", room, "none"))
        yield from repeated(GROUP, room, runs, partial(probe, room, "imports", room, "layers"))
