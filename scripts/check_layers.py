"""`make check-layers`: whether the layers that were built for Lambda will load there.

For each function with its layers: its size, the versions of the system's libraries that it needs, shared objects that
are missing, distributions that are there twice, bytecode that its runtime or its sources do not match, and imports that
nothing satisfies. What an emulator on this machine cannot show: its libraries are newer, and all that is installed here
can be imported.
"""

import argparse
import sys
from pathlib import Path

from rich.console import Console
from rich.table import Table

from scripts.layers import bytecode
from scripts.layers.binaries import highest
from scripts.layers.functions import Function, built
from scripts.layers.runtimes import RUNTIMES, Runtime

ROOT = Path(__file__).parents[1]
_FAMILIES = ("GLIBC", "GLIBCXX", "CXXABI")
console = Console(highlight=False, width=100)


def main() -> int:
    parser = argparse.ArgumentParser(description="Whether built layers will load in Lambda.")
    parser.add_argument("--runtime", choices=RUNTIMES, default="python3.11")
    parser.add_argument("--built", type=Path, default=ROOT / ".aws-sam" / "build", help="what `sam build` made")
    arguments = parser.parse_args()
    if not (arguments.built / "template.yaml").is_file():
        print(f"{arguments.built} holds no built template. Please run 'make layers' first.", file=sys.stderr)
        return 1
    return check(built(arguments.built, RUNTIMES[arguments.runtime]), RUNTIMES[arguments.runtime])


def check(functions: list[Function], runtime: Runtime) -> int:
    """Prints a table, and below it what is wrong; 1 where anything is."""
    console.print(_table(functions, runtime))
    if not any(bytecode.compiled(layer) for function in functions for layer in function.layers):
        console.print(f"There is no {runtime.name} on this machine to compile the layers: functions will start slowly.")
    found = {function.name: problems for function in functions if (problems := function.problems())}
    for name, problems in found.items():
        console.print(f"\n{name} will not run in {runtime.name}:", *problems, sep="\n  ", soft_wrap=True)
    return 1 if found else 0


def _table(functions: list[Function], runtime: Runtime) -> Table:
    has = [f"{family}\n≤ {_dotted(runtime.symbols[family])}" for family in _FAMILIES]
    table = Table(title=f"{runtime.name} on {runtime.system}")
    table.add_column("function with its layers")
    for column in ("layers\n≤ 5", "MB\n≤ 250", *has):
        table.add_column(column, justify="right")
    for one in functions:
        needs = (_dotted(highest(one.binaries.values(), family)) or "-" for family in _FAMILIES)
        table.add_row(one.name.removesuffix("Function"), str(len(one.layers)), f"{one.megabytes:.1f}", *needs)
    return table


def _dotted(version: tuple[int, ...]) -> str:
    return ".".join(map(str, version))


if __name__ == "__main__":
    sys.exit(main())
