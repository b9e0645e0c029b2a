"""Bundle the modules of the page into one script.

A browser requests all files of a page at the same time, and each request runs a function. An account that may run ten
functions at once cannot serve thirty files, and the browser does not retry a script that fails to load.
"""

import re
from collections.abc import Mapping
from graphlib import TopologicalSorter

# Biome puts a long import on several lines, with a comma after the last name.
_IMPORT = re.compile(r'^import \{(\s*\w+(?:,\s*\w+)*,?\s*)\} from "\./([\w-]+)\.js";$', re.MULTILINE)
_EXPORT = re.compile(r"^export ((?:async )?function|const|class) (\w+)", re.MULTILINE)
_UNSUPPORTED = re.compile(r"^(?:import|export)\b.*$", re.MULTILINE)
# Comments that have lines of their own, and indentation: a quarter of the text.
_NOT_CODE = re.compile(r"^[ ]*(?://.*\n|/\*(?:.|\n)*?\*/\n)|^[ ]+", re.MULTILINE)


def bundle_modules(modules: Mapping[str, str]) -> str:
    """Join modules into one script; `modules` maps a file's name without `.js` to its text.

    Each module becomes a function, which runs once, after the modules that it imports. Comments and indentation are
    left out.

    Raises ValueError for a form of import or export that is not supported and for a template literal of several lines,
    graphlib.CycleError for modules that import each other, and KeyError for a missing module.
    """
    imports = {name: [match[2] for match in _IMPORT.finditer(text)] for name, text in modules.items()}
    return "".join(_wrap(name, modules[name]) for name in TopologicalSorter(imports).static_order())


def _wrap(name: str, text: str) -> str:
    exports = ", ".join(match[2] for match in _EXPORT.finditer(text))
    body = _IMPORT.sub(lambda match: f"const {{{match[1]}}} = {_to_variable(match[2])};", text)
    body = _EXPORT.sub(r"\1 \2", body)
    if unsupported := _UNSUPPORTED.search(body):
        raise ValueError(f"{name}.js: {unsupported[0]}")
    body = _NOT_CODE.sub("", body)
    if unfinished := next((line for line in body.splitlines() if line.count("`") % 2), None):
        raise ValueError(f"{name}.js: {unfinished}")
    return f"const {_to_variable(name)} = (() => {{\n{body}return {{ {exports} }};\n}})();\n"


def _to_variable(module: str) -> str:
    """Return the variable that holds a module's exports: `$remake_form` for `remake-form`."""
    return f"${module.replace('-', '_')}"
