"""Every layout of every technique, at 192 pixels: a warning of NumPy is an error."""

from importlib import import_module
from typing import get_args

import numpy as np
import pytest

from coverart.images.color import to_oklab
from coverart.motifs import load_motifs
from coverart.techniques import load_techniques
from generate.painter.kit.color import Inks, parse
from generate.painter.scene import Place, Scene, TimeOfDay, Weather
from generate.painter.techniques import load_layout
from scripts.benchmark.pictures import measure_palette
from tests.unit.generate.conftest import PALETTES, to_image

SIZE = 192
LAYOUTS = [(name, layout) for name, technique in load_techniques().items() for layout in technique.layouts]
# What a layout declares of a setting, with a layout that shows it.
SETTINGS = [
    (name, layout.name, kind, value)
    for name, technique in load_techniques().items()
    for layout in technique.layouts.values()
    for kind, values in (("place", layout.places), ("time", layout.times), ("weather", layout.weather))
    for value in sorted(values)
]
# Mean difference of 255 that one sees.
MIN_DIFFERENCE = 1.5


def choose_motif(technique: str, layout: str):
    forms = load_techniques()[technique].layouts[layout].motif
    return next((motif for motif in load_motifs().values() if motif.forms & forms), None)


def paint_layout(technique: str, layout: str, palette: str = "astronaut", **fields) -> np.ndarray:
    scene = Scene(
        size=SIZE,
        rng=np.random.default_rng(7),
        inks=Inks(tuple(parse(color) for color in PALETTES[palette])),
        motif=choose_motif(technique, layout),
        **fields,
    )
    sheet = load_layout(technique, layout)[0](scene)
    assert sheet.shape == (SIZE, SIZE, 3)
    assert np.isfinite(sheet).all()
    assert bool(scene.motif_masks) == (scene.motif is not None)
    return np.clip(sheet, 0, 1)


def test_at_least_32_techniques_have_4_layouts_each() -> None:
    techniques = load_techniques()
    assert len(techniques) >= 32
    assert {name: len(technique.layouts) for name, technique in techniques.items() if len(technique.layouts) < 4} == {}
    assert len({technique.medium for technique in techniques.values()}) == len(techniques)


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
    assert ("{motif}" in declared.phrase) == bool(declared.motif)
    assert declared.title in {"", "top", "bottom", "left", "right"}


@pytest.mark.parametrize(("technique", "layout"), LAYOUTS)
def test_layout_keeps_to_the_palette(technique: str, layout: str) -> None:
    sheet = paint_layout(technique, layout)
    assert measure_palette(to_image(sheet), PALETTES["astronaut"]) <= 0.10


@pytest.mark.parametrize(("technique", "layout"), LAYOUTS)
def test_layout_stays_gray_with_a_gray_palette(technique: str, layout: str) -> None:
    lab = to_oklab(paint_layout(technique, layout, "gray"))
    assert np.hypot(lab[..., 1], lab[..., 2]).mean() < 0.012


@pytest.mark.parametrize(("technique", "layout", "kind", "value"), SETTINGS)
def test_layout_shows_the_setting_that_it_declares(technique: str, layout: str, kind: str, value: str) -> None:
    without = paint_layout(technique, layout)
    alternatives = {"day": "night", "night": "day"}
    other = paint_layout(technique, layout, **{kind: alternatives[value]}) if value in alternatives else without
    shown = paint_layout(technique, layout, **{kind: value})
    # The layout may show it without being asked to; then it shows the difference to the opposite.
    difference = max(np.abs(shown - without).mean(), np.abs(shown - other).mean()) * 255
    assert difference >= MIN_DIFFERENCE


@pytest.mark.parametrize("technique", load_techniques())
def test_energy_mood_and_decade_are_seen(technique: str) -> None:
    layout = next(iter(load_techniques()[technique].layouts))
    usual = paint_layout(technique, layout, energy=0.1, mood="serene", decade=2020)
    changes = {"energy": 0.95, "mood": "dark", "decade": 1960}
    invisible = [
        name
        for name, value in changes.items()
        if np.array_equal(
            usual, paint_layout(technique, layout, **{"energy": 0.1, "mood": "serene", "decade": 2020, name: value})
        )
    ]
    assert invisible == []


@pytest.mark.parametrize("palette", ["black", "white", "yellow"])
@pytest.mark.parametrize("technique", load_techniques())
def test_technique_copes_with_few_colors(technique: str, palette: str) -> None:
    for layout in load_techniques()[technique].layouts:
        assert paint_layout(technique, layout, palette).std() > 0.01
