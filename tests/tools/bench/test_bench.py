"""The benchmark runs and reports; no figure is judged here. tests/stack/test_commands.py measures covers."""

import json
from functools import partial

import pytest

from scripts import bench
from scripts.local import deployment


@pytest.fixture(scope="module", autouse=True)
def build_dir():
    deployment.build()


def measure(group):
    """Return what is measured in one run."""
    rows = bench.measure(group, 1)
    assert all(value > 0 for row in rows for value in row["values"])
    return {(row["group"], row["subject"], row["measure"]) for row in rows}


def test_imports_are_measured_and_a_failure_says_the_reason(monkeypatch):
    assert len(bench.list_functions()) == 13
    accept = bench.list_functions()["accept"]
    monkeypatch.setattr(bench, "list_functions", lambda: {"accept": accept})
    assert {("imports", "accept", "import"), ("imports", "accept", "import and clients")} < measure("imports")
    with pytest.raises(RuntimeError, match=r"A measurement failed(.|\n)*No module named '(PIL|numpy)'"):
        bench.run_probe("accept", "imports", "generate")


@pytest.mark.long
def test_steps_and_peers_are_measured(monkeypatch, tmp_path):
    monkeypatch.setattr(bench, "ARTWORKS", 2)
    monkeypatch.setattr(bench, "WORK_DIR", tmp_path)
    measures = {"first call", "warm call", "processor time of a warm call", "peak memory"}
    subjects = {"detection", "cut-out", "painter", "style transfer"}
    assert measure("steps") == {("steps", subject, each) for subject in subjects for each in measures}
    peers = {"detection, ours", "detection, TensorFlow.js", "style network, ours", "style network, plain"}
    monkeypatch.setitem(bench.GROUPS, "peers", partial(bench.list_peers, side=128))
    assert measure("peers") >= {("peers", peer, "warm call") for peer in peers}


def test_report_has_all_values_and_rows_their_median(tmp_path, capsys):
    row = {"group": "covers", "subject": "whole", "measure": "cold", "values": [3, 1, 2]}
    bench.write_report(tmp_path / "out" / "bench.json", [row])
    report = json.loads((tmp_path / "out" / "bench.json").read_text(encoding="utf-8"))
    assert report["rows"] == [row]
    assert {"commit", "measured_at", "cores", "load_average"} < report.keys()
    line = capsys.readouterr().out.splitlines()[-1]
    assert line.split() == ["covers", "whole", "cold", "2.000", "(1.000", "to", "3.000)"]
