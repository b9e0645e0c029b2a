"""The table of the fault suite, as it was seen: printed when all tests have ended, and in out/faults.md."""

from collections import Counter
from typing import Any

from scripts.local.paths import ROOT

OUT = ROOT / "out"
_HEADINGS = ("broken", "how", "at", "outcome", "paid")


def told(terminalreporter: Any) -> None:
    seen = [
        dict(report.user_properties)["cell"]
        for reports in terminalreporter.stats.values()
        for report in reports
        if "cell" in dict(getattr(report, "user_properties", ())) and report.when == "call"
    ]
    if not seen:
        return
    text = table_of(sorted(seen, key=lambda cell: (cell["line"], cell["step"], cell["fault"])))
    OUT.mkdir(exist_ok=True)
    (OUT / "faults.md").write_text(text, encoding="utf-8")
    terminalreporter.section("what comes of each fault (out/faults.md)")
    terminalreporter.write(text)


def table_of(cells: list[dict[str, Any]]) -> str:
    rows = [
        (cell["line"], cell["fault"], cell["step"], _told(cell), str(cell["paid"]) if cell["paid"] else "")
        for cell in cells
    ]
    lines = [_HEADINGS, tuple("---" for _ in _HEADINGS), *rows]
    kinds = Counter(cell["outcome"].split(":")[0] for cell in cells)
    paid = Counter(cell["paid"] for cell in cells)
    asked = sum(count for calls, count in paid.items() if calls)
    counts = ", ".join(f"{count} {kind}" for kind, count in kinds.most_common())
    return "\n".join(
        [
            *(f"| {' | '.join(line)} |" for line in lines),
            "",
            f"{len(cells)} cells: {counts}; {sum(cell['outcome'] == cell['expected'] for cell in cells)} as expected.",
            f"Paintings were paid for in {asked}: once in {paid[1]}, twice (under the written rule) in {paid[2]}, "
            f"more often in {asked - paid[1] - paid[2]}.",
            "",
        ]
    )


def _told(cell: dict[str, Any]) -> str:
    if cell["outcome"] == cell["expected"]:
        return str(cell["outcome"])
    return f"{cell['outcome']} (expected: {cell['expected']})"
