"""`make bench`: measures imports, steps and whole covers on this machine; the values go to out/bench.json."""

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from scripts.benchmark import covers, steps
from scripts.benchmark.processes import Row
from scripts.local import deployment
from scripts.local.paths import OUT, ROOT

GROUPS: dict[str, Callable[[int], list[Row]]] = {
    "imports": steps.measure_imports,
    "steps": steps.measure_steps,
    "covers": covers.measure_all,
    "peers": steps.measure_peers,
}


def write_report(file: Path, rows: Sequence[Row]) -> None:
    """Write the rows with the commit, the time and the load of the machine."""
    git = ["git", "-C", str(ROOT), "describe", "--always", "--dirty"]
    report = {
        "commit": subprocess.run(git, capture_output=True, text=True, check=False).stdout.strip(),
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "cores": len(os.sched_getaffinity(0)),
        "load_average": round(os.getloadavg()[0], 2),
        "rows": [asdict(row) for row in rows],
    }
    file.parent.mkdir(exist_ok=True)
    file.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")


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
