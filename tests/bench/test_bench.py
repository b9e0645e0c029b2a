"""The shape that readers of bench.json rely on. No figure is judged here."""

import json
import math
from datetime import datetime

import numpy as np
import pytest

from coverart.cover import STEPS
from scripts.benchmark import covers, fit, functions, machine, pipeline, report, work
from scripts.benchmark.report import Row
from scripts.local import deployment


@pytest.fixture(scope="module")
def built():
    deployment.build()
    deployment.build(platform="lambda")


@pytest.fixture(scope="module")
def taken(built, tmp_path_factory):
    """The folder with the report of a run that is as short as can be."""
    said = []
    rows = [
        *functions.measure(["publish"], said.append, runs=1),
        *work.measure(list(work.FUNCTIONS), said.append, runs=1, artworks=2),
        *fit.measure(said.append, covers=1),
        *covers.measure(said.append, ["ambient"]),
        Row(pipeline.GROUP, "whole", "cold", "s", [3, 1, 2]),
    ]
    works = [f"Running {name}" for name in work.FUNCTIONS]
    assert said == ["Importing publish", *works, "Comparing playlist images", "Looking at covers: ambient"]
    groups = {module.GROUP: module.ABOUT for module in (functions, work, fit, pipeline)} | covers.GROUPS
    folder = tmp_path_factory.mktemp("out")
    report.write(folder, {**machine.about(0, 0), "groups": groups}, rows)
    return folder


def test_a_report_says_what_was_measured_on_what(taken):
    read = json.loads((taken / "bench.json").read_text(encoding="utf-8"))
    assert set(read) == {"schema", "about", "rows"}
    assert read["schema"] == 1
    about = read["about"]
    assert set(about) == {"taken_at", "seconds", "commit", "machine", "load_average", "versions", "groups"}
    assert set(about["machine"]) == {"processor", "cores", "memory_gb", "system"}
    assert {"python", "numpy", "onnxruntime", "boto3"} <= set(about["versions"])
    assert {row["group"] for row in read["rows"]} == set(about["groups"])


def test_every_row_has_its_values_median_and_spread(taken):
    rows = json.loads((taken / "bench.json").read_text(encoding="utf-8"))["rows"]
    fields = {"group", "subject", "measure", "unit", "values", "median", "lowest", "highest"}
    for row in rows:
        assert set(row) == fields
        assert row["unit"] in {"s", "MB", "KB", "SSIM", "OKLab", "ratio"}
        assert row["lowest"] <= row["median"] <= row["highest"]
        assert all(math.isfinite(value) and value > 0 for value in row["values"])
    measured = {(row["subject"], row["measure"]) for row in rows}
    assert {("publish", m) for m in ("unzipped", "import", "import, no bytecode", "AWS clients")} <= measured
    assert {("detect", m) for m in ("model load", "first call", "warm call", "peak memory")} <= measured
    assert {(way, m) for way in ("best fit", "256 pixels", "45 KB") for m in ("likeness", "size")} <= measured
    assert {("ambient", m) for m in ("to its palette", "inks", "painted", "finished", "ambient")} <= measured


def test_colours_and_structures_are_apart_as_they_look():
    rng = np.random.default_rng(0)
    one, other = rng.random((16, 16, 3)), rng.random((16, 16, 3))
    assert covers.colours_apart(one, one) == 0
    assert covers.colours_apart(one * 0.2, one * 0.2 + 0.8) > 0.5
    assert covers.structures_apart(one, one) == pytest.approx(0)
    assert covers.structures_apart(one, 1 - one) == pytest.approx(2)
    assert 0.5 < covers.structures_apart(one, other) < 1.5


def test_the_table_has_a_line_for_each_subject(taken):
    table = (taken / "bench.md").read_text(encoding="utf-8")
    assert "| | cold, s |\n| --- | ---: |\n| whole | 2.000 (1.000 to 3.000) |" in table
    assert "| publish | " in table
    assert "The machine is shared" in table


def test_two_rows_of_one_name_are_refused(tmp_path):
    row = Row("Work", "detect", "warm call", "s", [1])
    with pytest.raises(ValueError, match="Measured twice"):
        report.write(tmp_path, {}, [row, row])


def test_a_failed_measurement_says_why(built):
    with pytest.raises(RuntimeError, match=r"Measuring imports failed(.|\n)*No module named 'PIL'"):
        list(functions.repeated("Functions", "x", 1, lambda: functions.probe("accept", "imports", "detect", "with")))


def test_a_covers_seconds_are_shared_out_among_steps_and_what_lies_between():
    timings = {
        step: {"began_at": f"2026-11-22T12:00:{3 * i + 1:02}+00:00", "seconds": 2.5} for i, step in enumerate(STEPS)
    }
    asked_at = datetime.fromisoformat("2026-11-22T12:00:00+00:00")
    spent = pipeline.parts(asked_at, {"timings": timings})
    assert spent["asked → fetch"] == 1
    assert spent["fetch → detect"] == pytest.approx(0.5)
    assert spent["all steps"] == pytest.approx(6 * 2.5)
    assert spent["whole"] == pytest.approx(spent["all steps"] + spent["all between"]) == pytest.approx(18.5)


def test_every_step_that_works_is_measured_on_the_layers_of_a_function():
    assert set(work.FUNCTIONS.values()) <= set(STEPS)
