"""Bundle the modules of the page into few scripts.

A browser requests all files of a page at the same time, and each request runs a function. An account that may run ten
functions at once cannot serve thirty files, and the browser does not retry a script that fails to load.

Modules that only a dynamic import reaches are a script of their own, which a browser loads when they are needed.
"""

import re
from collections.abc import Collection, Mapping
from graphlib import TopologicalSorter

ROOT, PAGE = "app", "page"
# Biome puts a long import on several lines, with a comma after the last name.
_IMPORT = re.compile(r'^import \{(\s*\w+(?:,\s*\w+)*,?\s*)\} from "\./([\w-]+)\.js";$', re.MULTILINE)
_DYNAMIC_IMPORT = re.compile(r'\bimport\("\./([\w-]+)\.js"\)')
_EXPORT = re.compile(r"^export ((?:async )?function|const|class) (\w+)", re.MULTILINE)
_UNSUPPORTED = re.compile(r"^(?:import|export)\b(?!\().*$", re.MULTILINE)
# Comments that have lines of their own, and indentation: a quarter of the text.
_NOT_CODE = re.compile(r"^[ ]*(?://.*\n|/\*(?:.|\n)*?\*/\n)|^[ ]+", re.MULTILINE)


def bundle_modules(modules: Mapping[str, str]) -> dict[str, str]:
    """Return the scripts by name; `modules` maps a file's name without `.js` to its text.

    The script PAGE has ROOT and what it imports. A dynamic import of a module becomes one of the script with the
    module's name, which has the module and what PAGE lacks of its imports. Each module becomes a function, which runs
    once, after the modules that it imports. Comments and indentation are left out.

    Raises ValueError for a form of import or export that is not supported and for a template literal of several lines,
    graphlib.CycleError for modules that import each other, and KeyError for a missing module.
    """
    page = _sort_imports(modules, ROOT)
    parts = {
        name: _sort_imports(modules, name)
        for name in _DYNAMIC_IMPORT.findall("".join(modules[module] for module in page))
    }
    shared = {name: [module for module in part if module in page] for name, part in parts.items()}
    scripts = {PAGE: "".join(_wrap(name, modules[name], shared) for name in page)}
    for name, part in parts.items():
        own = "".join(_wrap(module, modules[module], {}) for module in part if module not in page)
        scripts[name] = (
            f"export const load = ({_to_object(shared[name])}) => {{\n{own}return {_to_variable(name)};\n}};\n"
        )
    return scripts


def _sort_imports(modules: Mapping[str, str], root: str) -> list[str]:
    """Return the modules that `root` needs in the order in which they run, `root` last."""
    imports: dict[str, list[str]] = {}
    waiting = [root]
    while waiting:
        name = waiting.pop()
        if name not in imports:
            imports[name] = [match[2] for match in _IMPORT.finditer(modules[name])]
            waiting += imports[name]
    return list(TopologicalSorter(imports).static_order())


def _wrap(name: str, text: str, shared: Mapping[str, Collection[str]]) -> str:
    """Return a module as a function; `shared`: the modules of this script that each other script needs."""

    def load(match: re.Match[str]) -> str:
        return f'import("/web/{match[1]}.js").then(({{ load }}) => load({_to_object(shared[match[1]])}))'

    exports = ", ".join(match[2] for match in _EXPORT.finditer(text))
    body = _IMPORT.sub(lambda match: f"const {{{match[1]}}} = {_to_variable(match[2])};", text)
    body = _EXPORT.sub(r"\1 \2", body)
    if unsupported := _UNSUPPORTED.search(body):
        raise ValueError(f"{name}.js: {unsupported[0]}")
    body = _NOT_CODE.sub("", _DYNAMIC_IMPORT.sub(load, body))
    if unfinished := next((line for line in body.splitlines() if line.count("`") % 2), None):
        raise ValueError(f"{name}.js: {unfinished}")
    return f"const {_to_variable(name)} = (() => {{\n{body}return {{ {exports} }};\n}})();\n"


def _to_variable(module: str) -> str:
    """Return the variable that holds a module's exports: `$remake_form` for `remake-form`."""
    return f"${module.replace('-', '_')}"


def _to_object(modules: Collection[str]) -> str:
    """Return an object literal, or a pattern, of modules by their variables."""
    return f"{{ {', '.join(map(_to_variable, modules))} }}"
