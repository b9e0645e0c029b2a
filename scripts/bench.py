"""`make bench`: measures imports, steps and whole covers on this machine; the values go to out/bench.json."""

import argparse
import sys
from collections.abc import Iterator

from scripts.benchmark import covers, steps
from scripts.benchmark.report import Row, write_report
from scripts.local import deployment
from scripts.local.paths import OUT
from scripts.local.startup import run_stack

GROUPS = ("imports", "steps", "covers", "peers")


def report(message: str) -> None:
    print(f"{message} …", flush=True)


def measure(groups: list[str], runs: int) -> Iterator[Row]:
    """Yield the rows of the groups. Raise RuntimeError if a measurement fails."""
    report("Building")
    deployment.build()
    if "imports" in groups:
        yield from steps.measure_imports(runs, report)
    if "steps" in groups:
        yield from steps.measure_steps(runs, report)
    if "covers" in groups:
        with run_stack(report=report, ImageBackend="painter", DailyCoverLimit="1000") as local:
            yield from covers.measure_covers(local, runs, report)
            yield from covers.measure_fetching(local, runs, report)
    if "peers" in groups:
        yield from steps.measure_peers(runs, report)


def main() -> int:
    parser = argparse.ArgumentParser(description="Measure imports, steps and whole covers on this machine.")
    parser.add_argument("--only", nargs="+", choices=GROUPS, default=list(GROUPS[:3]), metavar="GROUP")
    parser.add_argument("--runs", type=int, default=3, help="how often each process runs (default: %(default)s)")
    arguments = parser.parse_args()
    try:
        rows = list(measure(arguments.only, arguments.runs))
    except RuntimeError as error:
        print(error, file=sys.stderr)
        return 1
    print("\nMedians, with the lowest and the highest value in brackets:")
    print("\n".join(row.describe() for row in rows))
    write_report(OUT / "bench.json", rows)
    return 0


if __name__ == "__main__":
    sys.exit(main())
