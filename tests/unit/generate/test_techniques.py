"""Every layout of every technique, at 96 pixels and painted once where that will do: a warning of NumPy is an error."""

import ast
import itertools
from functools import cache, partial
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
from generate.painter.kit import hues
from generate.painter.kit.color import parse
from generate.painter.kit.inks import Inks
from generate.painter.scene import Place, Scene, TimeOfDay, Weather
from scripts.benchmark.pictures import measure_palette
from tests.unit.generate.conftest import PALETTES, read_photograph, to_image

SIZE = 96
TECHNIQUES = load_techniques()
LAYOUTS = [(name, layout) for name, technique in TECHNIQUES.items() for layout in technique.layouts]
USUAL = {"palette": "astronaut", "energy": 0.1, "mood": "serene", "decade": 2020}
# Layouts that take much less time than others of their techniques.
QUICK_LAYOUTS = {
    "celestial": "orrery",
    "chrome": "drops",
    "cyanotype": "algae",
    "dither": "tunnel",
    "embroidery": "sampler",
    "engraving": "rosette",
    "film": "burn",
    "isometric": "stairs",
    "light": "aurora",
    "linocut": "hills",
    "marble": "combed",
    "mosaic": "sun",
    "neon": "sweep",
    "plotter": "raked",
    "relief": "planet",
    "scratchboard": "peaks",
    "stained_glass": "rose",
}
# Mean difference of 255 that one sees.
MIN_DIFFERENCE = 1.5
# Mean lightness in OKLab of a picture that shows the night.
MAX_NIGHT_LIGHTNESS = 0.65


def is_slow(technique, layout):
    return QUICK_LAYOUTS.get(technique) != layout


def parametrize_by_technique(names, cases):
    """A technique's layouts share its colors and strokes, so one case of each, a quick one, is enough for every run."""
    groups, parameters = set(), []
    for case in sorted(cases, key=lambda case: is_slow(*case[:2])):
        group = (case[0], *case[2:])
        parameters.append(pytest.param(*case, marks=[pytest.mark.long] if group in groups else []))
        groups.add(group)
    return pytest.mark.parametrize(names, parameters)


@cache
def list_settings(technique, layout):
    """Return the values of each kind of setting that a layout declares.

    One value alone is what the layout always shows, or a night.
    """
    declared = TECHNIQUES[technique].layouts[layout]
    values_by_kind = {"place": declared.places, "time": declared.times, "weather": declared.weather}
    return {kind: sorted(values) for kind, values in values_by_kind.items() if len(values) > 1 or "night" in values}


@pytest.fixture(scope="module", autouse=True)
def one_table_of_hues():
    """Let the pictures of a palette share its table of hues, which takes a fifth of their time at this size."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(hues, "_make_table", cache(hues._make_table))
        yield


@cache
def create_inks(palette):
    return Inks(tuple(parse(color) for color in PALETTES[palette]))


def paint_layout(technique, layout, **changes):
    """Paint a layout in the first of its places, but for these changes."""
    place = list_settings(technique, layout).get("place", [""])[0]
    return paint_scene(technique, layout, tuple(sorted((USUAL | {"place": place} | changes).items())))


@cache
def paint_scene(technique, layout, fields):
    declared = TECHNIQUES[technique].layouts[layout]
    fields = dict(fields)
    scene = Scene(
        size=SIZE,
        rng=np.random.default_rng(7),
        inks=create_inks(fields.pop("palette")),
        motif=next(filter(declared.can_show, load_motifs().values())) if declared.motif else None,
        photograph=read_photograph() if declared.photograph else None,
        **fields,
    )
    sheet = np.asarray(render(scene, technique, layout), np.float32) / 255
    assert sheet.shape == (SIZE, SIZE, 3)
    assert bool(scene.motif_masks) == (scene.motif is not None or scene.photograph is not None)
    return sheet


def test_at_least_32_techniques_have_4_layouts_each():
    assert len(TECHNIQUES) >= 32
    assert min(len(technique.layouts) for technique in TECHNIQUES.values()) >= 4
    assert len({technique.medium for technique in TECHNIQUES.values()}) == len(TECHNIQUES)


def test_modules_of_the_painter_are_short_and_described():
    modules = {file: file.read_text("utf-8") for file in Path(str(painter.__file__)).parent.rglob("*.py")}
    assert [file.name for file, source in modules.items() if len(source.splitlines()) >= 200] == []
    assert [file.name for file, source in modules.items() if not ast.get_docstring(ast.parse(source))] == []


def test_technique_has_a_module_with_the_layouts_it_declares():
    for name, technique in TECHNIQUES.items():
        assert set(import_module(f"generate.painter.techniques.{name}").LAYOUTS) == set(technique.layouts)
        for layout in technique.layouts.values():
            assert layout.places <= set(get_args(Place)), layout
            assert layout.times <= set(get_args(TimeOfDay)), layout
            assert layout.weather <= set(get_args(Weather)), layout
            assert layout.motif <= {"closed", "soft", "fine"}, layout
            assert ("{motif}" in layout.phrase) == (bool(layout.motif) or layout.photograph), layout
            assert not (layout.motif and layout.photograph), layout
            assert layout.title in {"", "top", "bottom", "left", "right"}, layout


@pytest.mark.parametrize("technique", TECHNIQUES)
def test_layouts_keep_to_the_palette(technique):
    sheets = {layout: paint_layout(technique, layout) for layout in TECHNIQUES[technique].layouts}
    foreign = {layout: measure_palette(to_image(sheet), PALETTES["astronaut"]) for layout, sheet in sheets.items()}
    assert {layout: share for layout, share in foreign.items() if share > 0.10} == {}


@parametrize_by_technique(
    ("technique", "layout", "kind"), [(*layout, kind) for layout in LAYOUTS for kind in list_settings(*layout)]
)
def test_settings_of_a_layout_differ_to_the_eye(technique, layout, kind):
    sheets = {
        value: paint_layout(technique, layout, **{kind: value}) for value in list_settings(technique, layout)[kind]
    }
    differences = [np.abs(one - other).mean() * 255 for one, other in itertools.combinations(sheets.values(), 2)]
    assert min(differences, default=255) >= MIN_DIFFERENCE
    if "night" in sheets:
        assert to_oklab(sheets["night"])[..., 0].mean() <= MAX_NIGHT_LIGHTNESS


@pytest.mark.parametrize("technique", TECHNIQUES)
def test_energy_mood_and_decade_are_seen(technique):
    layouts = sorted(TECHNIQUES[technique].layouts, key=partial(is_slow, technique))
    for changes in ({"energy": 0.95}, {"mood": "dark"}, {"decade": 1960}):
        differences = (
            np.abs(paint_layout(technique, layout) - paint_layout(technique, layout, **changes)) for layout in layouts
        )
        assert any(difference.mean() * 255 > MIN_DIFFERENCE for difference in differences), changes


@parametrize_by_technique(("technique", "layout"), reversed(LAYOUTS))
def test_layout_copes_with_a_single_color(technique, layout):
    assert paint_layout(technique, layout, palette="black").std() > 0.01
