"""The benchmark runs and reports; no figure is judged here. tests/stack/test_commands.py measures covers."""

import json

import pytest

from scripts.bench import write_report
from scripts.benchmark import processes, steps
from scripts.benchmark.processes import Row
from scripts.local import deployment


@pytest.fixture(scope="module", autouse=True)
def build_dir():
    deployment.build()


def names(rows):
    rows = list(rows)
    assert all(value > 0 for row in rows for value in row.values)
    return {(row.group, row.subject, row.measure) for row in rows}


def test_imports_of_every_function_are_measured(monkeypatch):
    assert len(processes.list_functions()) == 13
    monkeypatch.setattr(steps, "list_functions", lambda: ["accept"])
    rows = names(steps.measure_imports(1))
    assert {("imports", "accept", "import"), ("imports", "accept", "import and clients")} < rows


@pytest.mark.long
def test_steps_and_peers_are_measured(monkeypatch, tmp_path):
    monkeypatch.setattr(steps, "ARTWORKS", 2)
    monkeypatch.setattr(steps, "WORK_DIR", tmp_path)
    monkeypatch.setattr(steps, "_ARTWORK_DIR", tmp_path / "artwork")
    assert names(steps.measure_steps(1)) >= {
        ("steps", "detection", "with decoding"),
        ("steps", "cut-out", "warm call"),
        ("steps", "painter", "warm call"),
        ("steps", "style transfer", "peak memory"),
    }
    rows = names(steps.measure_peers(1, side=128))
    assert {("peers", f"detection, {name}", "inference") for name in ("ours", "TensorFlow.js")} <= rows
    assert {("peers", f"style network, {name}", "warm call") for name in ("ours", "plain")} <= rows


def test_failed_measurement_reports_the_reason():
    with pytest.raises(RuntimeError, match=r"A measurement failed(.|\n)*No module named '(PIL|numpy)'"):
        processes.run_probe("accept", "imports", "generate", "s3")


def test_row_is_described_with_its_median_and_spread():
    row = Row("covers", "whole", "cold", "s", [3, 1, 2])
    assert row.describe().split() == ["covers", "whole", "cold", "2.000", "(1.000", "to", "3.000)", "s"]
    assert Row("steps", "painter", "peak memory", "MB", [7]).describe().endswith(" 7.0 MB")


def test_report_contains_the_commit_and_all_values(tmp_path):
    write_report(tmp_path / "out" / "bench.json", [Row("covers", "whole", "cold", "s", [3, 1, 2])])
    report = json.loads((tmp_path / "out" / "bench.json").read_text(encoding="utf-8"))
    assert report["rows"] == [
        {"group": "covers", "subject": "whole", "measure": "cold", "unit": "s", "values": [3, 1, 2]}
    ]
    assert {"commit", "measured_at", "cores", "load_average"} < report.keys()
