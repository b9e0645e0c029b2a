"""Whether what a function imports is there. The sources are parsed; nothing is run.

Of our own code every import must be satisfied, wherever it stands. Of other packages those that happen whenever the
module is imported; what they import in functions, in conditions and in attempts is theirs to do without.
"""

import ast
import os
import sys
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

_INIT = "__init__.py"
_ENDINGS = (".py", ".cpython-313-x86_64-linux-gnu.so", ".abi3.so", ".so")
# boto3 and its dependencies are part of Lambda's runtime and in no layer.
_RUNTIME_PACKAGES = {"boto3", "botocore", "dateutil", "jmespath", "s3transfer", "six", "urllib3"}


class Imports:
    """`folders`: where Python looks for modules. `own`: top-level packages of ours."""

    def __init__(self, folders: Sequence[Path], own: frozenset[str]) -> None:
        self._folders = folders
        self._own = own
        self._provided = sys.stdlib_module_names | _RUNTIME_PACKAGES
        self._places: dict[str, list[Path]] = {}

    def missing(self, module: str) -> list[str]:
        """Sentences: what is imported and not there, when `module` is imported."""
        found = []
        seen = set()
        waiting = [(module, "the template")]
        while waiting:
            name, by = waiting.pop()
            if name in seen or name.split(".")[0] in self._provided:
                continue
            seen.add(name)
            if not self._find(name):
                found.append(f"{name} is not there; {by} imports it.")
                continue
            if parent := name.rpartition(".")[0]:
                waiting.append((parent, by))
            waiting += [(imported, name) for imported in self._imported(name)]
        return sorted(found)

    def _find(self, name: str) -> list[Path]:
        """The module's file; where it is a folder without __init__.py, all such folders; [] where it is not there."""
        if name not in self._places:
            parent, _, last = name.rpartition(".")
            self._places[name] = self._look(last, self._inside(parent) if parent else self._folders)
        return self._places[name]

    def _look(self, last: str, folders: Sequence[Path]) -> list[Path]:
        spaces = [folder / last for folder in folders if last in _listed(folder) and (folder / last).is_dir()]
        packages = [space / _INIT for space in spaces if _INIT in _listed(space)]
        files = [folder / (last + end) for folder in folders for end in _ENDINGS if last + end in _listed(folder)]
        return packages[:1] or files[:1] or spaces

    def _inside(self, package: str) -> list[Path]:
        places = self._find(package)
        return (
            [places[0].parent] if places and places[0].name == _INIT else [place for place in places if place.is_dir()]
        )

    def _imported(self, name: str) -> Iterator[str]:
        file = self._find(name)[0]
        if file.suffix != ".py":
            return
        package = name if file.name == _INIT else name.rpartition(".")[0]
        for module, names in _imports(file, package, name.split(".")[0] in self._own):
            yield module
            yield from (f"{module}.{name}" for name in names if self._find(f"{module}.{name}"))


@cache
def _listed(folder: Path) -> frozenset[str]:
    return frozenset(os.listdir(folder))  # noqa: PTH208  # names alone, and many of them


# A module, and what is taken from it: modules or anything else.
_Import = tuple[str, tuple[str, ...]]


@cache
def _imports(file: Path, package: str, thorough: bool) -> tuple[_Import, ...]:
    return tuple(_of(ast.parse(file.read_bytes(), str(file)).body, package, thorough))


def _of(statements: Sequence[ast.stmt], package: str, thorough: bool) -> Iterator[_Import]:
    for statement in statements:
        match statement:
            case ast.Import(names):
                yield from ((name.name, ()) for name in names)
            case ast.ImportFrom(module, names, level):
                above = package.split(".")[: len(package.split(".")) - level + 1] if level else []
                yield ".".join([*above, *([module] if module else [])]), tuple(name.name for name in names)
            case ast.If(test=(ast.Name(id="TYPE_CHECKING") | ast.Attribute(attr="TYPE_CHECKING"))):
                yield from _of(statement.orelse, package, thorough)
            case ast.ClassDef(body=body) | ast.With(body=body):
                yield from _of(body, package, thorough)
            case _ if thorough:
                inner = [part for part in ast.walk(statement) if isinstance(part, ast.Import | ast.ImportFrom)]
                yield from _of(inner, package, thorough)
