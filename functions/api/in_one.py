"""The page's scripts in one file, and its styles in another.

A browser asks for all files of a page at the same time, and each request is a function at work: where an account runs
ten at once, thirty files are too many, and a script that did not come is not asked for again.
"""

import re
from collections.abc import Mapping
from graphlib import TopologicalSorter

_IMPORT = re.compile(r'^import \{ ([\w, ]+) \} from "\./(\w+)\.js";$', re.MULTILINE)
_EXPORT = re.compile(r"^export ((?:async )?function|const|class) (\w+)", re.MULTILINE)
_OTHERWISE = re.compile(r"^(?:import|export)\b.*$", re.MULTILINE)


def script(modules: Mapping[str, str]) -> str:
    """Modules' texts, by their names without `.js`: each is a function that is called after those that it imports.

    Raises ValueError where one imports or exports in another way than these do, graphlib.CycleError, and KeyError
    where a module is missing.
    """
    needs = {name: [found[2] for found in _IMPORT.finditer(text)] for name, text in modules.items()}
    return "".join(_called(name, modules[name]) for name in TopologicalSorter(needs).static_order())


def _called(name: str, text: str) -> str:
    given = ", ".join(found[2] for found in _EXPORT.finditer(text))
    body = _EXPORT.sub(r"\1 \2", _IMPORT.sub(r"const { \1 } = $\2;", text))
    if otherwise := _OTHERWISE.search(body):
        raise ValueError(f"{name}.js: {otherwise[0]}")
    return f"const ${name} = (() => {{\n{body}return {{ {given} }};\n}})();\n"
