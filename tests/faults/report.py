"""The outcomes of the fault tests as a table, printed after the last test and written to out/faults.md."""

from collections import Counter
from typing import Any

from scripts.local.paths import ROOT

OUT = ROOT / "out"
# The name under which a test records its row.
PROPERTY = "fault_case"
_HEADINGS = ("dependency", "fault", "step", "outcome", "paid")


def print_report(terminalreporter: Any) -> None:
    """Print the rows that the fault tests of all processes recorded, if there are any."""
    rows = [
        dict(report.user_properties)[PROPERTY]
        for reports in terminalreporter.stats.values()
        for report in reports
        if PROPERTY in dict(getattr(report, "user_properties", ())) and report.when == "call"
    ]
    if not rows:
        return
    text = format_table(sorted(rows, key=lambda row: (row["dependency"], row["step"], row["fault"])))
    OUT.mkdir(exist_ok=True)
    (OUT / "faults.md").write_text(text, encoding="utf-8")
    terminalreporter.section("outcome of each fault (out/faults.md)")
    terminalreporter.write(text)


def format_table(rows: list[dict[str, Any]]) -> str:
    """Return a table in Markdown, and two lines of totals.

    A row has `dependency`, `fault`, `step`, `outcome`, `expected` outcome, and `paid`: the number of billed paintings.
    """
    lines = [
        (row["dependency"], row["fault"], row["step"], _format_outcome(row), str(row["paid"]) if row["paid"] else "")
        for row in rows
    ]
    kinds = Counter(row["outcome"].split(":")[0] for row in rows)
    counts = ", ".join(f"{count} {kind}" for kind, count in kinds.most_common())
    as_expected = sum(row["outcome"] == row["expected"] for row in rows)
    paid = Counter(row["paid"] for row in rows)
    total_paid = sum(count for paintings, count in paid.items() if paintings)
    return "\n".join(
        [
            *(f"| {' | '.join(line)} |" for line in (_HEADINGS, tuple("---" for _ in _HEADINGS), *lines)),
            "",
            f"{len(rows)} cases: {counts}; {as_expected} as expected.",
            f"Paintings were billed in {total_paid}: once in {paid[1]}, twice (as documented) in {paid[2]}, "
            f"more often in {total_paid - paid[1] - paid[2]}.",
            "",
        ]
    )


def _format_outcome(row: dict[str, Any]) -> str:
    if row["outcome"] == row["expected"]:
        return str(row["outcome"])
    return f"{row['outcome']} (expected: {row['expected']})"
