"""The shape that readers of bench.json rely on. No figure is judged here.

shape.json is what `report.shape` makes of the rows of a whole run.
"""

import itertools
import json
import math
import re
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest

from coverart.models import STEPS
from scripts import bench
from scripts.benchmark import (
    covers,
    fetching,
    fit,
    functions,
    invocations,
    machine,
    pipeline,
    report,
    settings,
    style,
    throughput,
    work,
)
from scripts.benchmark.probing import layers_of
from scripts.benchmark.report import Row
from scripts.local import deployment
from scripts.local.paths import ROOT
from scripts.metering import Taken

SHAPE = json.loads(Path(__file__).with_name("shape.json").read_text(encoding="utf-8"))
CITATION = re.compile(r"`([^`/\n]+) / ([^`/\n]+) / ([^`/\n]+)`")
TAKEN = Taken(seconds=[0.5], processor=0.3, queued=0.1, paired=0.1, peak_mb=100, lines=[])


def names():
    """(group, subject, measure, unit) of each row of a whole run."""
    return {
        (group, subject, measure, unit)
        for group, blocks in SHAPE.items()
        for block in blocks
        for subject in block["subjects"]
        for measure, unit in block["measures"].items()
    }


@pytest.fixture(scope="module")
def built():
    deployment.build()
    deployment.build(platform="lambda")


@pytest.fixture(scope="module")
def taken(built, tmp_path_factory):
    """The folder with the report of a run that is as short as can be."""
    said = []
    seen = {room: invocations.Seen(cold=[TAKEN], warm=[TAKEN]) for room in layers_of()}
    rows = [
        *functions.measure(["publish"], said.append, runs=1),
        *work.measure(list(work.FUNCTIONS), said.append, runs=1, artworks=2),
        *throughput.measure(said.append, at_once=[1], threads=[1], artworks=2),
        *style.measure(said.append, sizes=[(384, 1)]),
        *fetching.measure(said.append, count=3, runs=1),
        *invocations.rows(seen),
        *fit.measure(said.append, covers=1),
        *covers.measure(said.append, ["ambient"]),
        Row(pipeline.GROUP, "whole", "cold", "s", [3, 1, 2]),
    ]
    rows += settings.measure(invocations.functions(seen, rows))
    assert said == [
        "Importing publish",
        *(f"Running {name}" for name in work.FUNCTIONS),
        "Detecting on one processor",
        "Styling 384 pixels, 1 thread",
        "Fetching 3 artworks",
        "Comparing playlist images",
        "Looking at covers: ambient",
    ]
    folder = tmp_path_factory.mktemp("out")
    report.write(folder, {**machine.about(0, 0), "groups": bench.GROUPS}, rows)
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
        assert row["lowest"] <= row["median"] <= row["highest"]
        assert all(math.isfinite(value) and value >= 0 for value in row["values"])


def test_every_row_is_one_that_the_written_shape_has(taken):
    rows = json.loads((taken / "bench.json").read_text(encoding="utf-8"))["rows"]
    assert {(row["group"], row["subject"], row["measure"], row["unit"]) for row in rows} <= names()
    assert {row["group"] for row in rows} == set(SHAPE)


def test_the_written_shape_has_a_line_for_all_that_is_measured(built):
    def subjects(group):
        return {subject for _, subject, *_ in (name for name in names() if name[0] == group)}

    rooms = set(layers_of())
    assert subjects(functions.GROUP) == subjects(invocations.GROUP) == rooms
    assert subjects(settings.CHOICE) == rooms | {settings.PAINTED_ELSEWHERE, settings.EITHER}
    assert subjects(work.GROUP) == set(work.FUNCTIONS)
    assert len(subjects(style.GROUP)) == len(style.SIZES)
    assert len(subjects(throughput.GROUP)) == len(throughput.THREADS)
    parts = {f"{a} → {b}" for a, b in itertools.pairwise(["asked", *STEPS])} | {*STEPS, *pipeline.BETWEEN}
    assert subjects(pipeline.GROUP) == parts | {"all steps", "all between", "whole"}


def test_every_figure_that_the_documents_cite_is_one_of_the_shape():
    """`Group / subject / measure`, in a code span."""
    citations = {
        found
        for document in (ROOT / "README.md", *(ROOT / "docs").glob("*.md"))
        for found in CITATION.findall(document.read_text(encoding="utf-8"))
    }
    assert ("Playlist image", "best fit", "likeness") in citations
    assert citations <= {name[:3] for name in names()}


def test_every_memory_setting_cites_its_row():
    template = (ROOT / "template.yaml").read_text(encoding="utf-8")
    cited = re.findall(r"MemorySize: \d+  # (.+) / (.+) / (.+)", template)
    assert len(cited) == template.count("MemorySize: ") > 0
    assert set(cited) <= {name[:3] for name in names()}


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
        list(functions.repeated("Functions", "x", 1, lambda: functions.probe("accept", "imports", "detect", "layers")))


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


def test_what_lies_between_is_told_apart_by_the_executions_events():
    def at(second):
        return datetime.fromisoformat(f"2026-11-22T12:00:{second:06.3f}+00:00")

    # Of each step's 3 seconds: called at 0.3, its own work from 1 to 2.5, answered at 2.8.
    timings = {step: {"began_at": at(3 * i + 1).isoformat(), "seconds": 1.5} for i, step in enumerate(STEPS)}
    events = [{"type": "ExecutionStarted", "timestamp": at(0.1)}]
    for i in range(len(STEPS)):
        events.append({"type": "TaskScheduled", "timestamp": at(3 * i + 0.3)})
        events.append({"type": "TaskSucceeded", "timestamp": at(3 * i + 2.8)})
    spent = pipeline.between(at(0), {"timings": timings}, events)
    assert spent == pytest.approx(
        {"accepting": 0.1, "starting": 6 * 0.7, "ending": 5 * 0.3, "state machine": 0.2 + 5 * 0.5}
    )
    assert set(spent) == set(pipeline.BETWEEN)
    assert sum(spent.values()) == pytest.approx(pipeline.parts(at(0), {"timings": timings})["all between"])


def test_a_shape_gathers_subjects_that_have_the_same_measures():
    rows = [Row("A", subject, measure, "s", [1]).to_json() for subject in "xy" for measure in "mn"]
    rows.append(Row("A", "z", "m", "s", [1]).to_json())
    assert report.shape(rows) == {
        "A": [{"subjects": ["x", "y"], "measures": {"m": "s", "n": "s"}}, {"subjects": ["z"], "measures": {"m": "s"}}]
    }


def test_every_step_that_works_is_measured_on_the_layers_of_a_function():
    assert set(work.FUNCTIONS.values()) <= set(STEPS)
