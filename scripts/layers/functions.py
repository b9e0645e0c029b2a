"""The functions of a built template, each with its layers, held against Lambda's limits and its runtime."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.metadata import distributions
from pathlib import Path, PurePosixPath
from typing import Any

import yaml

from scripts.layers import binaries, bytecode
from scripts.layers.imports import Imports
from scripts.layers.runtimes import RUNTIMES, Runtime

# https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
MEGABYTES = 250
LAYERS = 5


def built(folder: Path, runtime: Runtime) -> "list[Function]":
    """Those of the template that `sam build` left in a folder."""
    resources = yaml.load((folder / "template.yaml").read_text(encoding="utf-8"), yaml.CSafeLoader)["Resources"]
    found = {name: r["Properties"] for name, r in resources.items() if r["Type"] == "AWS::Serverless::Function"}
    return [_function(name, properties, folder, runtime) for name, properties in found.items()]


def _function(name: str, properties: dict[str, Any], folder: Path, runtime: Runtime) -> "Function":
    return Function(
        name=name,
        module=properties["Handler"].rpartition(".")[0],
        code=(folder / properties["CodeUri"]).resolve(),
        layers=[folder / layer["Ref"] for layer in properties["Layers"]],
        runtime=runtime,
    )


@dataclass(frozen=True)
class Function:
    """`code`: the folder that is at /var/task. `layers`: the folders that are laid over each other at /opt."""

    name: str
    module: str
    code: Path
    layers: list[Path]
    runtime: Runtime

    @cached_property
    def megabytes(self) -> float:
        return sum(megabytes(folder) for folder in (self.code, *self.layers))

    @cached_property
    def binaries(self) -> dict[PurePosixPath, binaries.Binary]:
        return {place: binary for layer in self.layers for place, binary in _binaries(layer).items()}

    def problems(self) -> list[str]:
        """Sentences."""
        loading = binaries.problems(self.binaries, self.runtime)
        return [*self._limits(), *self._twice(), *loading, *self._bytecode(), *self._imports()]

    def _limits(self) -> Iterator[str]:
        if self.megabytes > MEGABYTES:
            yield f"It takes {self.megabytes:.0f} MB unzipped; Lambda's limit is {MEGABYTES}."
        if len(self.layers) > LAYERS:
            yield f"It has {len(self.layers)} layers; Lambda's limit is {LAYERS}."

    def _twice(self) -> Iterator[str]:
        holders = defaultdict(list)
        for layer in self.layers:
            for name in _distributions(layer):
                holders[name].append(layer.name)
        for name, layers in holders.items():
            if len(layers) > 1:
                yield f"{name} is in it {len(layers)} times: in {' and '.join(layers)}."

    def _bytecode(self) -> list[str]:
        return [problem for layer in self.layers for problem in _bytecode(layer, self.runtime.name)]

    def _imports(self) -> list[str]:
        folders = [self.code, *(layer / "python" for layer in self.layers)]
        theirs = {part for layer in self.layers for parts in _distributions(layer).values() for part in parts}
        # A package of ours is of no distribution.
        own = {place.name for folder in folders for place in folder.iterdir()} - theirs
        return Imports(folders, frozenset(own), self.runtime).missing(self.module)


# Functions share layers.


@cache
def megabytes(folder: Path) -> float:
    return sum(file.lstat().st_size for file in folder.rglob("*") if file.is_file()) / 1e6


@cache
def _bytecode(layer: Path, runtime_name: str) -> list[str]:
    return bytecode.problems(layer, RUNTIMES[runtime_name])


@cache
def _binaries(layer: Path) -> dict[PurePosixPath, binaries.Binary]:
    found = ((file, binaries.read(file)) for file in sorted(layer.rglob("*")) if file.is_file())
    return {PurePosixPath(file.relative_to(layer)): binary for file, binary in found if binary}


@cache
def _distributions(layer: Path) -> dict[str, frozenset[str]]:
    """Name -> what it put into the layer's folder `python`."""
    found = distributions(path=[str(layer / "python")])
    return {one.name.lower(): frozenset(file.parts[0] for file in one.files or []) for one in found}
