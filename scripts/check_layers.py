"""`make check-layers`: check whether the layers that were built for Lambda will load there.

For each function with its layers: the unzipped size, the version of glibc that its shared objects need, distributions
that are there twice, and imports that nothing satisfies. The emulator cannot show these problems: this machine's
libraries are newer, and everything that is installed here can be imported.
"""

import argparse
import sys
from pathlib import Path

from rich.console import Console
from rich.table import Table

from scripts.layers.functions import GLIBC, LAYERS, MEGABYTES, Function, read_functions
from scripts.local.paths import ROOT

console = Console(highlight=False, width=100)


def main() -> int:
    parser = argparse.ArgumentParser(description="Check whether built layers will load in Lambda.")
    parser.add_argument("--built", type=Path, default=ROOT / ".aws-sam" / "build", help="the folder of `sam build`")
    arguments = parser.parse_args()
    if not (arguments.built / "template.yaml").is_file():
        print(f"{arguments.built} holds no built template. Please run 'make layers' first.", file=sys.stderr)
        return 1
    return check(read_functions(arguments.built))


def check(functions: list[Function]) -> int:
    """Print a table and, below it, the problems. Return 1 if there are any, else 0."""
    console.print(_table(functions))
    problems = {function.name: function.problems() for function in functions}
    for name, sentences in problems.items():
        if sentences:
            console.print(f"\n{name} will not run on Lambda:", *sentences, sep="\n  ", soft_wrap=True)
    return 1 if any(problems.values()) else 0


def _table(functions: list[Function]) -> Table:
    table = Table(title="python3.13 on Amazon Linux 2023")
    table.add_column("function with its layers")
    for column in (f"layers\n≤ {LAYERS}", f"MB\n≤ {MEGABYTES}", f"glibc\n≤ {_dotted(GLIBC)}"):
        table.add_column(column, justify="right")
    for function in functions:
        glibc = _dotted(function.glibc) or "-"
        name = function.name.removesuffix("Function")
        table.add_row(name, str(len(function.layers)), f"{function.megabytes:.1f}", glibc)
    return table


def _dotted(version: tuple[int, ...]) -> str:
    return ".".join(map(str, version))


if __name__ == "__main__":
    sys.exit(main())
