"""`make check-layers`: checks whether the layers built for Lambda will load there.

It checks the unzipped size of each function with its layers, the version of glibc that shared objects need,
distributions that are in two layers, and missing imports. The emulator cannot find these problems: this machine has
newer libraries, and functions here can import more.
"""

import argparse
import sys
from pathlib import Path

from scripts.layers.functions import GLIBC, LAYERS, MEGABYTES, Function, read_functions
from scripts.local.paths import ROOT


def main() -> int:
    parser = argparse.ArgumentParser(description="Check whether built layers will load in Lambda.")
    parser.add_argument("--built", type=Path, default=ROOT / ".aws-sam" / "build", help="the folder of `sam build`")
    arguments = parser.parse_args()
    if not (arguments.built / "template.yaml").is_file():
        print(f"{arguments.built} contains no built template. Run 'make layers' first.", file=sys.stderr)
        return 1
    return check(read_functions(arguments.built))


def check(functions: list[Function]) -> int:
    """Print a line for each function and, below, the problems. Return 1 if there are any, else 0."""
    print(f"Limits: {LAYERS} layers, {MEGABYTES} MB, glibc {'.'.join(map(str, GLIBC))}")
    for function in functions:
        glibc = ".".join(map(str, function.glibc)) or "-"
        print(f"  {function.name:16} {len(function.layers)} layers {function.megabytes:6.1f} MB  glibc {glibc}")
    problems = {function.name: function.problems() for function in functions}
    for name, sentences in problems.items():
        if sentences:
            print(f"\n{name} will not run on Lambda:", *sentences, sep="\n  ")
    return 1 if any(problems.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
