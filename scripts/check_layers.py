"""`make check-layers`: checks whether the layers built for Lambda will load there.

It checks the unzipped size of each function with its layers, the version of glibc that shared objects need,
distributions that are in two layers, and missing imports. The emulator cannot find these problems: this machine has
newer libraries, and functions here can import more.

In our own code, every import must resolve. In other packages, only those at module level must; imports in functions, in
conditions and in `try` are optional. Sources are parsed and do not run.
"""

import ast
import re
import sys
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from importlib.metadata import distributions
from importlib.util import resolve_name
from pathlib import Path

import yaml

from scripts.local.paths import ROOT

# https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
MEGABYTES = 250
LAYERS = 5
# Of Amazon Linux 2023: https://docs.aws.amazon.com/linux/al2023/ug/core-glibc.html
GLIBC = (2, 34)

# boto3 and its dependencies are part of Lambda's runtime and in no layer.
_RUNTIME_PACKAGES = {"boto3", "botocore", "dateutil", "jmespath", "s3transfer", "six", "urllib3"}
_PROVIDED = sys.stdlib_module_names | _RUNTIME_PACKAGES
_Import = tuple[str, tuple[str, ...]]  # a module, and the names imported from it, which may be modules
_GLIBC_SYMBOL = re.compile(rb"\0GLIBC_(\d+)\.(\d+)\b")


def read_functions(folder: Path) -> "list[Function]":
    """Return the functions of the template that `sam build` wrote into `folder`."""
    resources = yaml.load((folder / "template.yaml").read_text(encoding="utf-8"), yaml.CSafeLoader)["Resources"]
    functions = {name: r["Properties"] for name, r in resources.items() if r["Type"] == "AWS::Serverless::Function"}
    return [
        Function(
            name=name,
            module=properties["Handler"].rpartition(".")[0],
            code=(folder / properties["CodeUri"]).resolve(),
            layers=[folder / layer["Ref"] for layer in properties["Layers"]],
        )
        for name, properties in functions.items()
    ]


@dataclass(frozen=True)
class Function:
    """`code`: the folder that Lambda has at /var/task. `layers`: the folders that Lambda merges at /opt."""

    name: str
    module: str
    code: Path
    layers: list[Path]

    @cached_property
    def megabytes(self) -> float:
        return sum(_measure_megabytes(folder) for folder in (self.code, *self.layers))

    def find_problems(self) -> Iterator[str]:
        """Yield each problem as a sentence."""
        if self.megabytes > MEGABYTES:
            yield f"It takes {self.megabytes:.0f} MB unzipped; Lambda's limit is {MEGABYTES}."
        if len(self.layers) > LAYERS:
            yield f"It has {len(self.layers)} layers; Lambda's limit is {LAYERS}."
        layers_by_name = defaultdict(list)
        for layer in self.layers:
            if (version := _needed_glibc(layer)) > GLIBC:
                yield f"{layer.name} needs glibc {version[0]}.{version[1]}; Lambda has {GLIBC[0]}.{GLIBC[1]}."
            for name in _distributions(layer):
                layers_by_name[name].append(layer.name)
        for name, layers in layers_by_name.items():
            if len(layers) > 1:
                yield f"{name} is in {len(layers)} layers: {' and '.join(layers)}."
        yield from self._missing_imports()

    def _missing_imports(self) -> list[str]:
        folders = [self.code, *(layer / "python" for layer in self.layers)]
        third_party = {part for layer in self.layers for parts in _distributions(layer).values() for part in parts}
        # Our own packages belong to no distribution.
        own = {entry.name for folder in folders for entry in folder.iterdir()} - third_party
        return find_missing_imports(self.module, folders, own)


# The following have caches, because functions share layers.


@cache
def _measure_megabytes(folder: Path) -> float:
    return sum(file.lstat().st_size for file in folder.rglob("*") if file.is_file()) / 1e6


@cache
def _needed_glibc(layer: Path) -> tuple[int, ...]:
    """Return the highest symbol version in the shared objects, or () if there are none."""
    matches = (match for file in layer.rglob("*.so*") for match in _GLIBC_SYMBOL.findall(file.read_bytes()))
    return max(((int(major), int(minor)) for major, minor in matches), default=())


@cache
def _distributions(layer: Path) -> dict[str, frozenset[str]]:
    """Map each distribution's name to the entries that it has in the layer's folder `python`."""
    installed = distributions(path=[str(layer / "python")])
    return {one.name.lower(): frozenset(file.parts[0] for file in one.files or []) for one in installed}


def find_missing_imports(module: str, folders: Sequence[Path], own: Collection[str]) -> list[str]:
    """Return a sentence for each module that is missing on the import of `module`.

    `folders`: the folders on Python's path. `own`: the top-level packages that are our own code.
    """

    @cache
    def find(name: str) -> ModuleSpec | None:
        parent, _, tail = name.rpartition(".")
        package = find(parent) if parent else None
        path = ((package and package.submodule_search_locations) or []) if parent else list(map(str, folders))
        if (spec := PathFinder.find_spec(tail, path)) and spec.submodule_search_locations:
            spec.submodule_search_locations = list(spec.submodule_search_locations)
        return spec

    problems, visited, queue = [], set(), [(module, "the template")]
    while queue:
        name, importer = queue.pop()
        if name in visited or name.split(".")[0] in _PROVIDED:
            continue
        visited.add(name)
        if (spec := find(name)) is None:
            problems.append(f"{name} is missing; {importer} imports it.")
            continue
        if parent := name.rpartition(".")[0]:
            queue.append((parent, importer))
        if isinstance(spec.loader, SourceFileLoader):
            package = parent if spec.submodule_search_locations is None else name
            for imported, names in _parse_imports(spec.loader.path, package, name.split(".")[0] in own):
                modules = (f"{imported}.{member}" for member in names if find(f"{imported}.{member}"))
                queue += [(each, name) for each in (imported, *modules)]
    return sorted(problems)


@cache
def _parse_imports(file: str, package: str, thorough: bool) -> tuple[_Import, ...]:
    return tuple(_walk(ast.parse(Path(file).read_bytes(), file).body, package, thorough))


def _walk(statements: Sequence[ast.stmt], package: str, thorough: bool) -> Iterator[_Import]:
    for statement in statements:
        match statement:
            case ast.Import(names):
                yield from ((name.name, ()) for name in names)
            case ast.ImportFrom(module, names, level):
                yield resolve_name("." * level + (module or ""), package), tuple(name.name for name in names)
            case ast.If(test=(ast.Name(id="TYPE_CHECKING") | ast.Attribute(attr="TYPE_CHECKING"))):
                yield from _walk(statement.orelse, package, thorough)
            case ast.ClassDef(body=body) | ast.With(body=body):
                yield from _walk(body, package, thorough)
            case _ if thorough:
                inner = [part for part in ast.walk(statement) if isinstance(part, ast.Import | ast.ImportFrom)]
                yield from _walk(inner, package, thorough)


def check(functions: list[Function]) -> int:
    """Print a line for each function, and below it its problems. Return 1 if there are any, else 0."""
    has_problems = False
    for function in functions:
        problems = [*function.find_problems()]
        print(f"{function.name:16} {len(function.layers)} layers {function.megabytes:6.1f} MB")
        if problems:
            print(f"{function.name} will not run on Lambda:", *problems, sep="\n  ")
        has_problems |= bool(problems)
    return int(has_problems)


def main(built: Path = ROOT / ".aws-sam" / "build") -> int:
    if not (built / "template.yaml").is_file():
        print(f"{built} contains no built template. Run 'make layers' first.", file=sys.stderr)
        return 1
    return check(read_functions(built))


if __name__ == "__main__":
    sys.exit(main())
