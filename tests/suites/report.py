"""What each suite (a folder of tests) took, and how many examples hypothesis tried there: told when all have ended."""

from collections import defaultdict
from dataclasses import astuple, dataclass
from typing import Any

import pytest
from hypothesis.statistics import collector

_EXAMPLES = "hypothesis examples"
_HEADINGS = ("suite", "tests", "seconds", "examples")
_LINE = "{:12}{:>7}{:>10}{:>10}"


@dataclass
class Took:
    """`seconds`: of all processes together, fixtures included. `examples`: that hypothesis made and a test took."""

    tests: int = 0
    seconds: float = 0.0
    examples: int = 0


@pytest.hookimpl(wrapper=True, trylast=True)
def pytest_runtest_call(item: pytest.Item) -> Any:
    """Counts beside hypothesis's own plugin, around which this is not: it has set its own collector before."""
    note = collector.value
    if note is None:
        return (yield)

    def count(statistics: Any) -> None:
        phases = [told for phase, told in statistics.items() if phase.endswith("-phase")]
        cases = [case for phase in phases for case in phase["test-cases"]]
        item.user_properties.append((_EXAMPLES, sum(case["status"] in {"valid", "interesting"} for case in cases)))
        note(statistics)

    with collector.with_value(count):
        return (yield)


def told(terminalreporter: Any) -> None:
    reports = [
        report
        for category in terminalreporter.stats.values()
        for report in category
        if isinstance(report, pytest.TestReport)
    ]
    if reports:
        terminalreporter.section("what each suite took")
        terminalreporter.write(table_of(suites_of(reports)))


def suites_of(reports: list[pytest.TestReport]) -> dict[str, Took]:
    suites: dict[str, Took] = defaultdict(Took)
    for report in reports:
        took = suites[report.nodeid.split("/")[1]]
        took.seconds += report.duration
        # A test has a report of each of its parts, and this is its first.
        took.tests += report.when == "setup"
        if report.when == "call":
            took.examples += sum(count for name, count in report.user_properties if name == _EXAMPLES)
    return suites


def table_of(suites: dict[str, Took]) -> str:
    """The slowest first, and all together at the end."""
    everything = Took(*map(sum, zip(*map(astuple, suites.values()), strict=True)))
    rows = [*sorted(suites.items(), key=lambda row: -row[1].seconds), ("all", everything)]
    lines = [
        _LINE.format(*_HEADINGS),
        *(
            _LINE.format(name, f"{took.tests:,}", f"{took.seconds:,.1f}", f"{took.examples or 0:,}")
            for name, took in rows
        ),
    ]
    return "\n".join([*lines, ""])
