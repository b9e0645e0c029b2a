"""Finds missing imports of a function. The sources are parsed, not run.

In our own code, every import must resolve. In other packages, only those at module level must; imports in functions, in
conditions and in `try` are optional.
"""

import ast
import sys
from collections.abc import Iterator, Sequence
from functools import cache
from importlib import machinery
from importlib.machinery import FileFinder, ModuleSpec, SourceFileLoader
from importlib.util import resolve_name
from pathlib import Path

# boto3 and its dependencies are part of Lambda's runtime and in no layer.
_RUNTIME_PACKAGES = {"boto3", "botocore", "dateutil", "jmespath", "s3transfer", "six", "urllib3"}


class Imports:
    """`folders`: the folders on Python's path. `own`: the top-level packages that are our own code."""

    def __init__(self, folders: Sequence[Path], own: frozenset[str]) -> None:
        self._folders = [str(folder) for folder in folders]
        self._own = own
        self._provided = sys.stdlib_module_names | _RUNTIME_PACKAGES
        self._specs: dict[str, ModuleSpec | None] = {}

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
            if (spec := self._find(name)) is None:
                problems.append(f"{name} is missing; {importer} imports it.")
                continue
            if parent := name.rpartition(".")[0]:
                queue.append((parent, importer))
            queue += [(imported, name) for imported in self._list_imports(spec)]
        return sorted(problems)

    def _find(self, name: str) -> ModuleSpec | None:
        if name not in self._specs:
            parent = name.rpartition(".")[0]
            package = self._find(parent) if parent else None
            folders = (package and package.submodule_search_locations) or [] if parent else self._folders
            self._specs[name] = _find_in(name, folders)
        return self._specs[name]

    def _list_imports(self, spec: ModuleSpec) -> Iterator[str]:
        if isinstance(spec.loader, SourceFileLoader):
            thorough = spec.name.split(".")[0] in self._own
            for module, names in _parse_imports(spec.loader.path, spec.parent or "", thorough):
                yield module
                yield from (f"{module}.{name}" for name in names if self._find(f"{module}.{name}"))


def _find_in(name: str, folders: Sequence[str]) -> ModuleSpec | None:
    specs = [spec for folder in folders if (spec := _create_finder(folder).find_spec(name))]
    regular = next((spec for spec in specs if spec.loader), None)
    if regular or not specs:
        return regular
    namespace = ModuleSpec(name, None, is_package=True)
    namespace.submodule_search_locations = [path for spec in specs for path in spec.submodule_search_locations or ()]
    return namespace


@cache
def _create_finder(folder: str) -> FileFinder:
    extensions = (machinery.ExtensionFileLoader, machinery.EXTENSION_SUFFIXES)
    return FileFinder(folder, extensions, (SourceFileLoader, machinery.SOURCE_SUFFIXES))


_Import = tuple[str, tuple[str, ...]]  # a module, and the names imported from it, which may be modules


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
