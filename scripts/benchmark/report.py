"""The figures of one run: out/bench.json for programs, out/bench.md for people; bench-peers likewise.

bench.json: {"schema": 1, "about": {...}, "rows": [...]}. A row is one measured quantity, named by (group, subject,
measure), with its unit, all its values in the order they were taken, and their median, lowest and highest. New
quantities are new rows; what a name means does not change.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import Any

SCHEMA = 1


@dataclass(frozen=True)
class Row:
    """`unit`: "s", "ms", "MB" (a million bytes), "KB", "GB-s", "artworks/s", "cents" (of a US dollar), or a figure's
    own name. There is at least one value.
    """

    group: str
    subject: str
    measure: str
    unit: str
    values: Sequence[float]

    def to_json(self) -> dict[str, Any]:
        values = [round(value, 4) for value in self.values]
        spread = {"median": round(median(values), 4), "lowest": min(values), "highest": max(values)}
        return {**asdict(self), "values": values, **spread}

    def cell(self) -> str:
        digits = 3 if self.unit not in {"ms", "MB", "KB", "artworks/s"} else 0 if median(self.values) >= 100 else 1
        figures = (median(self.values), min(self.values), max(self.values))
        middle, low, high = (f"{figure:.{digits}f}" for figure in figures)
        return middle if low == high else f"{middle} ({low} to {high})"


def write(folder: Path, about: dict[str, Any], rows: Sequence[Row], name: str = "bench") -> None:
    """`name`: of both files. Raises ValueError where two rows have one name."""
    rows_by_name = [(row.group, row.subject, row.measure) for row in rows]
    if len(set(rows_by_name)) < len(rows_by_name):
        raise ValueError(f"Measured twice: {sorted(one for one in rows_by_name if rows_by_name.count(one) > 1)}")
    folder.mkdir(exist_ok=True)
    report = {"schema": SCHEMA, "about": about, "rows": [row.to_json() for row in rows]}
    (folder / f"{name}.json").write_text(json.dumps(report, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    (folder / f"{name}.md").write_text(markdown(about, rows), encoding="utf-8")


def shape(rows: Iterable[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """Group -> subjects that have the same measures, with these and their units; of rows as they are in bench.json."""
    measures: dict[tuple[str, str], dict[str, str]] = {}
    for row in rows:
        measures.setdefault((row["group"], row["subject"]), {})[row["measure"]] = row["unit"]
    groups: dict[str, list[dict[str, Any]]] = {}
    for (group, subject), its in measures.items():
        blocks = groups.setdefault(group, [])
        for block in blocks:
            if block["measures"] == its:
                block["subjects"].append(subject)
                break
        else:
            blocks.append({"subjects": [subject], "measures": its})
    return groups


def markdown(about: dict[str, Any], rows: Sequence[Row]) -> str:
    """A table for each group: a line for each subject, a column for each measure."""
    machine, load = about["machine"], about["load_average"]
    lines = [
        "# Figures",
        "",
        f"Medians, with the lowest and the highest in brackets. Taken at {about['commit']}, "
        f"{about['taken_at'][:16].replace('T', ' ')} UTC, in {about['seconds']:.0f} s, on {machine['cores']} cores of "
        f"{machine['processor']} with {machine['memory_gb']:.0f} GB, {machine['system']}, Python "
        f"{about['versions']['python']}.",
        "",
        f"**The machine is shared**: its load average was {load['before']:.1f} before, {load['after']:.1f} after, and "
        "the benchmark alone makes it 1 to 2. The busier it was, the nearer are the lowest to what an idle one shows. "
        "Compare figures of one run with each other. Files are in the page cache and memory settings not enforced; on "
        "Lambda processor time follows memory.",
    ]
    for group in dict.fromkeys(row.group for row in rows):
        own = [row for row in rows if row.group == group]
        measures = list(dict.fromkeys((row.measure, row.unit) for row in own))
        cells = {(row.subject, row.measure): row.cell() for row in own}
        lines += ["", f"## {group}", "", about["groups"][group], ""]
        lines += ["| | " + " | ".join(f"{measure}, {unit}" for measure, unit in measures) + " |"]
        lines += ["| --- |" + " ---: |" * len(measures)]
        for subject in dict.fromkeys(row.subject for row in own):
            line = " | ".join(cells.get((subject, measure), "") for measure, _ in measures)
            lines += [f"| {subject} | {line} |"]
    lines += ["", "## Versions", "", ", ".join(f"{name} {version}" for name, version in about["versions"].items()), ""]
    return "\n".join(lines)
