"""Finds missing imports of a function. The sources are parsed, not run.

In our own code, every import must resolve. In other packages, only those at module level must; imports in functions, in
conditions and in `try` are optional.
"""

import ast
import os
import sys
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

_INIT = "__init__.py"
_SUFFIXES = (".py", ".cpython-313-x86_64-linux-gnu.so", ".abi3.so", ".so")
# boto3 and its dependencies are part of Lambda's runtime and in no layer.
_RUNTIME_PACKAGES = {"boto3", "botocore", "dateutil", "jmespath", "s3transfer", "six", "urllib3"}


class Imports:
    """`folders`: the folders on Python's path. `own`: the top-level packages that are our own code."""

    def __init__(self, folders: Sequence[Path], own: frozenset[str]) -> None:
        self._folders = folders
        self._own = own
        self._provided = sys.stdlib_module_names | _RUNTIME_PACKAGES
        self._paths: dict[str, list[Path]] = {}

    def missing(self, module: str) -> list[str]:
        """Return a sentence for each module that is missing when `module` is imported."""
        problems = []
        visited = set()
        queue = [(module, "the template")]
        while queue:
            name, importer = queue.pop()
            if name in visited or name.split(".")[0] in self._provided:
                continue
            visited.add(name)
            if not self._find(name):
                problems.append(f"{name} is missing; {importer} imports it.")
                continue
            if parent := name.rpartition(".")[0]:
                queue.append((parent, importer))
            queue += [(imported, name) for imported in self._list_imports(name)]
        return sorted(problems)

    def _find(self, name: str) -> list[Path]:
        """Return a module's file, the folders of a namespace package, or [] if the module is missing."""
        if name not in self._paths:
            parent, _, last = name.rpartition(".")
            self._paths[name] = _find_in(last, self._list_folders(parent) if parent else self._folders)
        return self._paths[name]

    def _list_folders(self, package: str) -> list[Path]:
        paths = self._find(package)
        return [paths[0].parent] if paths and paths[0].name == _INIT else [path for path in paths if path.is_dir()]

    def _list_imports(self, name: str) -> Iterator[str]:
        file = self._find(name)[0]
        if file.suffix != ".py":
            return
        package = name if file.name == _INIT else name.rpartition(".")[0]
        for module, names in _parse_imports(file, package, name.split(".")[0] in self._own):
            yield module
            yield from (f"{module}.{name}" for name in names if self._find(f"{module}.{name}"))


def _find_in(name: str, folders: Sequence[Path]) -> list[Path]:
    namespaces = [folder / name for folder in folders if name in _list_names(folder) and (folder / name).is_dir()]
    packages = [namespace / _INIT for namespace in namespaces if _INIT in _list_names(namespace)]
    files = [folder / (name + end) for folder in folders for end in _SUFFIXES if name + end in _list_names(folder)]
    return packages[:1] or files[:1] or namespaces


@cache
def _list_names(folder: Path) -> frozenset[str]:
    return frozenset(os.listdir(folder))  # noqa: PTH208  # faster than Path objects for many names


_Import = tuple[str, tuple[str, ...]]  # a module, and the names imported from it, which may be modules


@cache
def _parse_imports(file: Path, package: str, thorough: bool) -> tuple[_Import, ...]:
    return tuple(_walk(ast.parse(file.read_bytes(), str(file)).body, package, thorough))


def _walk(statements: Sequence[ast.stmt], package: str, thorough: bool) -> Iterator[_Import]:
    for statement in statements:
        match statement:
            case ast.Import(names):
                yield from ((name.name, ()) for name in names)
            case ast.ImportFrom(module, names, level):
                parents = package.split(".")[: len(package.split(".")) - level + 1] if level else []
                yield ".".join([*parents, *([module] if module else [])]), tuple(name.name for name in names)
            case ast.If(test=(ast.Name(id="TYPE_CHECKING") | ast.Attribute(attr="TYPE_CHECKING"))):
                yield from _walk(statement.orelse, package, thorough)
            case ast.ClassDef(body=body) | ast.With(body=body):
                yield from _walk(body, package, thorough)
            case _ if thorough:
                inner = [part for part in ast.walk(statement) if isinstance(part, ast.Import | ast.ImportFrom)]
                yield from _walk(inner, package, thorough)
