"""Finds missing imports of a function. It parses the sources and does not run them.

In our own code, every import must resolve. In other packages, only those at module level must; imports in functions, in
conditions and in `try` are optional.
"""

import ast
import sys
from collections.abc import Collection, Iterator, Sequence
from functools import cache
from importlib import machinery
from importlib.machinery import FileFinder, ModuleSpec, SourceFileLoader
from importlib.util import resolve_name
from pathlib import Path

# boto3 and its dependencies are part of Lambda's runtime and in no layer.
_RUNTIME_PACKAGES = {"boto3", "botocore", "dateutil", "jmespath", "s3transfer", "six", "urllib3"}
_PROVIDED = sys.stdlib_module_names | _RUNTIME_PACKAGES


def find_missing_imports(module: str, folders: Sequence[Path], own: Collection[str]) -> list[str]:
    """Return a sentence for each module that is missing on the import of `module`.

    `folders`: the folders on Python's path. `own`: the top-level packages that are our own code.
    """

    @cache
    def find(name: str) -> ModuleSpec | None:
        if parent := name.rpartition(".")[0]:
            package = find(parent)
            return _find_in(name, (package and package.submodule_search_locations) or [])
        return _find_in(name, [str(folder) for folder in folders])

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
            for imported, names in _parse_imports(spec.loader.path, spec.parent or "", name.split(".")[0] in own):
                modules = (f"{imported}.{member}" for member in names if find(f"{imported}.{member}"))
                queue += [(each, name) for each in (imported, *modules)]
    return sorted(problems)


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
