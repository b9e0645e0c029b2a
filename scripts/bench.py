"""`make bench`: measures imports, steps and whole covers on this machine; the values go to out/bench.json."""

import argparse
import sys
from collections.abc import Callable

from scripts.benchmark import covers, steps
from scripts.benchmark.report import Row, write_report
from scripts.local import deployment
from scripts.local.paths import OUT

GROUPS: dict[str, Callable[[int], list[Row]]] = {
    "imports": steps.measure_imports,
    "steps": steps.measure_steps,
    "covers": covers.measure_all,
    "peers": steps.measure_peers,
}


def main() -> int:
    parser = argparse.ArgumentParser(description="Measure imports, steps and whole covers on this machine.")
    parser.add_argument("--only", nargs="+", choices=GROUPS, default=["imports", "steps", "covers"], metavar="GROUP")
    parser.add_argument("--runs", type=int, default=3, help="how often each process runs (default: %(default)s)")
    arguments = parser.parse_args()
    deployment.build()
    rows = []
    try:
        for group in arguments.only:
            print(f"Measuring {group} …", flush=True)
            rows += GROUPS[group](arguments.runs)
    except RuntimeError as error:
        print(error, file=sys.stderr)
        return 1
    print("\nMedians, with the lowest and the highest value in brackets:")
    print("\n".join(row.describe() for row in rows))
    write_report(OUT / "bench.json", rows)
    return 0


if __name__ == "__main__":
    sys.exit(main())
