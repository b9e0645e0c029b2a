"""Whether the bytecode in a layer is for its runtime, and of the sources beside it.

Python runs unchecked bytecode as it is (PEP 552): what is stale would run in its source's place.
"""

import _imp
from collections import defaultdict
from pathlib import Path

from scripts.layers.runtimes import Runtime

_HEADER_BYTES = 16
_UNCHECKED_HASH = (0b01).to_bytes(4, "little")


def compiled(layer: Path) -> bool:
    return any(layer.rglob("*.pyc"))


def problems(layer: Path, runtime: Runtime) -> list[str]:
    """Sentences. A layer without any bytecode is only slow to start."""
    there = frozenset(layer.rglob("*.pyc"))
    if not there:
        return []
    sources = {_place(source, runtime): source for source in layer.rglob("*.py")}
    wrong = defaultdict(list)
    for file in sorted(there | sources.keys()):
        if what := _wrong(file, sources.get(file), runtime):
            wrong[what].append(file.relative_to(layer))
    return [f"{layer.name} has {what}: {files[0]}{_others(len(files))}." for what, files in wrong.items()]


def _place(source: Path, runtime: Runtime) -> Path:
    return source.parent / "__pycache__" / f"{source.stem}.{runtime.tag}.pyc"


def _others(count: int) -> str:
    return f" and {count - 1} others" if count > 1 else ""


def _wrong(file: Path, source: Path | None, runtime: Runtime) -> str | None:
    if source is None:
        return "bytecode of no source there"
    if not file.is_file():
        return "no bytecode where others have it"
    with file.open("rb") as stream:
        header = stream.read(_HEADER_BYTES)
    magic = runtime.magic.to_bytes(2, "little") + b"\r\n"
    if header[:4] != magic:
        return f"bytecode for another Python than {runtime.name}"
    if header[4:8] != _UNCHECKED_HASH:
        return "bytecode that is compared with its source's time"
    # As importlib.util.source_hash, which knows but the number of the Python that it runs in.
    if header[8:] != _imp.source_hash(int.from_bytes(magic, "little"), source.read_bytes()):
        return "bytecode of another source"
    return None
