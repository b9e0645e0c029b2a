"""Commands that make covers, run on the stack that the tests share instead of their own."""

from contextlib import nullcontext

import pytest
from PIL import Image

from coverart.models import STEPS
from coverart.store.listeners import Listeners, ListenerSettings
from scripts import bench, demo


def test_demo_saves_a_cover_and_its_contact_sheet(local, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(demo, "run_stack", lambda **_: nullcontext(local))
    monkeypatch.setattr(demo, "_SOURCE", demo._SOURCE | {"count": 3})
    monkeypatch.setattr(demo, "OUT", tmp_path / "out")
    monkeypatch.setattr(demo.console, "file", None)
    # Without the style's work.
    Listeners(local.table("Listeners")).save_settings(local.connect(), ListenerSettings(style_strength=0))
    with local.override_environment("ApiFunction", IMAGE_BACKEND="painter"):
        assert demo.main() == 0
    with Image.open(tmp_path / "out" / "cover.jpg") as cover, Image.open(tmp_path / "out" / "steps.jpg") as steps:
        assert cover.size == (640, 640)
        assert steps.width >= 1200
    with Image.open(tmp_path / "out" / "candidates.jpg") as candidates:
        assert candidates.size == (4 * 640 + 3 * 20, 640)
    output = capsys.readouterr().out
    assert "motorcycle" in output
    assert "out/candidates.jpg shows 4 to choose from" in output
    assert "make run" in output


@pytest.mark.long
def test_steps_of_a_cover_are_measured_cold_and_warm(local, monkeypatch):
    monkeypatch.setattr(bench, "COVER_SOURCE", bench.COVER_SOURCE | {"count": 2})
    monkeypatch.setattr(bench.example_events, "list_functions", lambda: ["PublishFunction"])
    monkeypatch.setattr(bench, "run_stack", lambda **_: nullcontext(local))
    rows = bench.measure("covers", 1)
    parts = {*STEPS, "between steps", "whole"}
    states = ("cold", "cold, warmed on request", "cold, page open", "warm")
    assert {(row["subject"], row["measure"]) for row in rows} == {(state, part) for part in parts for state in states}
    assert all(value > 0 for row in rows for value in row["values"])
