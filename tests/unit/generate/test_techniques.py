"""Every layout of every technique, at 96 pixels and painted once where that will do: a warning of NumPy is an error."""

import ast
import itertools
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import get_args

import numpy as np
import pytest

from coverart.images.color import to_oklab
from coverart.motifs import load_motifs
from coverart.techniques import load_techniques
from generate import painter
from generate.painter import render
from generate.painter.kit.color import parse
from generate.painter.kit.inks import Inks
from generate.painter.scene import Place, Scene, TimeOfDay, Weather
from scripts.benchmark.pictures import measure_palette
from tests.unit.generate.conftest import PALETTES, read_photograph, to_image

SIZE = 96
LAYOUTS = [(name, layout) for name, technique in load_techniques().items() for layout in technique.layouts]
# The values of a kind of setting that a layout declares. One alone is what the layout always shows, or a night.
SETTINGS = [
    (name, layout.name, kind, sorted(values))
    for name, technique in load_techniques().items()
    for layout in technique.layouts.values()
    for kind, values in (("place", layout.places), ("time", layout.times), ("weather", layout.weather))
    if len(values) > 1 or "night" in values
]
USUAL = {"energy": 0.1, "mood": "serene", "decade": 2020}
# Mean difference of 255 that one sees.
MIN_DIFFERENCE = 1.5
# Mean lightness in OKLab of a picture that shows the night.
MAX_NIGHT_LIGHTNESS = 0.65


def choose_motif(technique: str, layout: str):
    data = load_techniques()[technique].layouts[layout]
    return next(motif for motif in load_motifs().values() if data.can_show(motif)) if data.motif else None


@cache
def paint_layout(technique: str, layout: str, palette: str = "astronaut", **fields) -> np.ndarray:
    scene = Scene(
        size=SIZE,
        rng=np.random.default_rng(7),
        inks=Inks(tuple(parse(color) for color in PALETTES[palette])),
        motif=choose_motif(technique, layout),
        photograph=read_photograph() if load_techniques()[technique].layouts[layout].photograph else None,
        **fields,
    )
    sheet = np.asarray(render(scene, technique, layout), np.float32) / 255
    assert sheet.shape == (SIZE, SIZE, 3)
    assert bool(scene.motif_masks) == (scene.motif is not None or scene.photograph is not None)
    return sheet


def test_at_least_32_techniques_have_4_layouts_each() -> None:
    techniques = load_techniques()
    assert len(techniques) >= 32
    assert {name: len(technique.layouts) for name, technique in techniques.items() if len(technique.layouts) < 4} == {}
    assert len({technique.medium for technique in techniques.values()}) == len(techniques)


def test_modules_of_the_painter_are_short_and_described() -> None:
    modules = {file: file.read_text("utf-8") for file in Path(str(painter.__file__)).parent.rglob("*.py")}
    assert [file.name for file, source in modules.items() if len(source.splitlines()) >= 200] == []
    assert [file.name for file, source in modules.items() if not ast.get_docstring(ast.parse(source))] == []


@pytest.mark.parametrize("technique", load_techniques())
def test_technique_has_a_module_with_its_layouts(technique: str) -> None:
    module = import_module(f"generate.painter.techniques.{technique}")
    assert set(module.LAYOUTS) == set(load_techniques()[technique].layouts)


@pytest.mark.parametrize(("technique", "layout"), LAYOUTS)
def test_layout_declares_what_a_scene_can_have(technique: str, layout: str) -> None:
    declared = load_techniques()[technique].layouts[layout]
    assert declared.places <= set(get_args(Place))
    assert declared.times <= set(get_args(TimeOfDay))
    assert declared.weather <= set(get_args(Weather))
    assert declared.motif <= {"closed", "soft", "fine"}
    assert ("{motif}" in declared.phrase) == (bool(declared.motif) or declared.photograph)
    assert not (declared.motif and declared.photograph)
    assert declared.title in {"", "top", "bottom", "left", "right"}


@pytest.mark.parametrize(("technique", "layout"), LAYOUTS)
def test_layout_keeps_to_the_palette(technique: str, layout: str) -> None:
    sheet = paint_layout(technique, layout, **USUAL)
    assert measure_palette(to_image(sheet), PALETTES["astronaut"]) <= 0.10


@pytest.mark.parametrize("technique", load_techniques())
def test_technique_stays_gray_with_a_gray_palette(technique: str) -> None:
    lab = to_oklab(paint_layout(technique, next(iter(load_techniques()[technique].layouts)), "gray"))
    assert np.hypot(lab[..., 1], lab[..., 2]).mean() < 0.012


@pytest.mark.parametrize(("technique", "layout", "kind", "values"), SETTINGS)
def test_settings_of_a_layout_differ_to_the_eye(technique: str, layout: str, kind: str, values: list[str]) -> None:
    sheets = [paint_layout(technique, layout, **{kind: value}) for value in values]
    differences = [np.abs(one - other).mean() * 255 for one, other in itertools.combinations(sheets, 2)]
    assert min(differences, default=255) >= MIN_DIFFERENCE
    if "night" in values:
        assert to_oklab(sheets[values.index("night")])[..., 0].mean() <= MAX_NIGHT_LIGHTNESS


@pytest.mark.parametrize("technique", load_techniques())
def test_energy_mood_and_decade_are_seen(technique: str) -> None:
    changes = {"energy": 0.95, "mood": "dark", "decade": 1960}
    for name, value in changes.items():
        differences = (
            np.abs(paint_layout(technique, layout, **USUAL) - paint_layout(technique, layout, **USUAL | {name: value}))
            for layout in load_techniques()[technique].layouts
        )
        assert any(difference.mean() * 255 > MIN_DIFFERENCE for difference in differences), name


@pytest.mark.parametrize(
    ("technique", "layout"),
    [
        # A technique's layouts share its colors and strokes: one of them is quick enough for every run.
        pytest.param(
            technique, layout, marks=[] if layout == [*load_techniques()[technique].layouts][-1] else [pytest.mark.long]
        )
        for technique, layout in LAYOUTS
    ],
)
def test_layout_copes_with_a_single_color(technique: str, layout: str) -> None:
    assert paint_layout(technique, layout, "black").std() > 0.01
