"""Measurements as rows, for people on the terminal and for programs in out/bench.json."""

import json
import os
import subprocess
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from scripts.local.paths import ROOT


@dataclass(frozen=True)
class Row:
    """One quantity with all of its values, at least one. `unit` is "s", "ms" or "MB" (a million bytes)."""

    group: str
    subject: str
    measure: str
    unit: str
    values: Sequence[float]

    def describe(self) -> str:
        """Return a line with the median, and the lowest and the highest value in brackets."""
        digits = 3 if self.unit == "s" else 1
        middle, low, high = (f"{statistic(self.values):.{digits}f}" for statistic in (median, min, max))
        figures = middle if low == high else f"{middle} ({low} to {high})"
        return f"{self.group:10} {self.subject:26} {self.measure:18} {figures} {self.unit}"


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
