"""Layouts that print the listener's photograph: its tones are seen, no face is cropped, lettering has its room."""

from importlib import import_module

import numpy as np
import pytest

from coverart.images.color import to_oklab
from coverart.lettering_room import Room
from coverart.techniques import load_techniques
from generate.painter import choose_layout, paint, render, subject
from generate.painter.framing import choose_window, fill_window, fit_subject
from generate.painter.kit.color import parse
from generate.painter.kit.fields import blur, resize
from generate.painter.kit.inks import Inks
from generate.painter.kit.tones import drop_islands, split
from generate.painter.room import free_frame
from generate.painter.scene import Scene
from scripts.benchmark.pictures import measure_palette
from tests.unit.generate.conftest import PALETTES, make_prompt, read_photograph

SIZE, SMALL = 192, 128
SHEET = (0.0, 0.0, 1.0, 1.0)
LAYOUTS = [
    (technique.name, layout.name)
    for technique in load_techniques().values()
    for layout in technique.layouts.values()
    if layout.photograph
]
# Of the painting's lightness with the photograph's, where it shows the subject.
MIN_CORRELATION = 0.6


def make_scene(*, size=SIZE, whole=False, **fields):
    photograph = read_photograph()
    return Scene(
        size=size,
        rng=np.random.default_rng(3),
        inks=Inks(tuple(parse(color) for color in PALETTES["astronaut"])),
        photograph=photograph._replace(mask=None) if whole else photograph,
        **fields,
    )


@pytest.mark.parametrize("whole", [False, True], ids=["cut out", "whole"])
@pytest.mark.parametrize(("technique", "layout"), LAYOUTS)
def test_photograph_is_seen_in_the_palettes_colors(monkeypatch, technique, layout, whole):
    placed = []
    module = import_module(f"generate.painter.techniques.{technique}.photographs")

    def record(*arguments, **options):
        placed.append(subject.place_subject(*arguments, **options))
        return placed[-1]

    monkeypatch.setattr(module, "place_subject", record)
    image = render(make_scene(size=SMALL, whole=whole), technique, layout)
    assert measure_palette(image, PALETTES["astronaut"]) <= 0.10
    lightness = to_oklab(np.asarray(image, np.float32) / 255)[..., 0]
    mask, light = placed[-1].mask, placed[-1].plain
    if layout == "panels":
        lightness, (mask, light) = lightness[: SMALL // 2, : SMALL // 2], (resize(f, SMALL // 2) for f in (mask, light))
    tones = [blur(np.asarray(field, np.float32), 0.01)[mask > 0.9] for field in (lightness, light)]
    assert np.corrcoef(*tones)[0, 1] >= MIN_CORRELATION


def test_same_photograph_gives_the_same_picture():
    first, again = (render(make_scene(size=SMALL), *LAYOUTS[0]) for _ in range(2))
    assert first == again


def list_places():
    """Each layout with one place for its lettering in turn; the others take longer than they tell."""
    for number, layout in enumerate(LAYOUTS):
        for turn, place in enumerate(("foot", "head", "spine")):
            yield pytest.param(*layout, place, marks=[pytest.mark.long] if (number + turn) % 3 else [])


@pytest.mark.parametrize(("technique", "layout", "place"), [*list_places()])
def test_photograph_leaves_the_lettering_a_calm_ground(technique, layout, place):
    scene = make_scene(room=Room(place, 0.3))
    sheet = np.asarray(render(scene, technique, layout), np.float32) / 255
    beside = {"foot": np.s_[-50:-6, 12:-12], "head": np.s_[6:50, 12:-12], "spine": np.s_[12:-12, -50:-6]}
    assert scene.motif_masks[-1][beside[place]].max() < 0.01
    assert to_oklab(sheet[beside[place]])[..., 0].std() < 0.13


@pytest.mark.parametrize("frame", [SHEET, free_frame(Room("foot", 0.4)), free_frame(Room("spine", 0.4))])
@pytest.mark.parametrize(
    ("shape", "subject_box", "face"),
    [
        pytest.param((200, 200), (0.2, 0.1, 0.8, 1.0), (0.4, 0.15, 0.6, 0.4), id="portrait"),
        pytest.param((400, 180), (0.0, 0.05, 1.0, 1.0), (0.35, 0.08, 0.65, 0.2), id="tall, cut on three sides"),
        pytest.param((120, 300), (0.0, 0.2, 1.0, 1.0), (0.8, 0.22, 0.98, 0.6), id="wide, face at the edge"),
        pytest.param((200, 300), (0.3, 0.0, 0.7, 0.9), (0.4, 0.0, 0.6, 0.3), id="cut above"),
        pytest.param((300, 200), (0.0, 0.3, 0.4, 1.0), (0.05, 0.32, 0.2, 0.45), id="cut on the left"),
        pytest.param((300, 300), (0.45, 0.45, 0.55, 0.6), (0.47, 0.46, 0.53, 0.5), id="small and free"),
        pytest.param((300, 300), (0.1, 0.4, 0.9, 1.0), (0.1, 0.42, 0.9, 0.9), id="face larger than the sheet"),
    ],
)
def test_face_stays_inside_the_frame(shape, subject_box, face, frame):
    rows, columns = shape
    mask = np.zeros(shape, np.float32)
    left, top, right, bottom = subject_box
    mask[int(top * rows) : int(bottom * rows), int(left * columns) : int(right * columns)] = 1
    window = choose_window(frame, columns / rows)
    for area, (scale, (x, y)) in (
        (frame, fit_subject((face,), mask, frame, 0.86, 0.9)),
        (window, fill_window((face,), shape, window)),
    ):
        assert area[0] - 1e-6 <= x + face[0] * columns * scale
        assert area[1] - 1e-6 <= y + face[1] * rows * scale
        assert x + face[2] * columns * scale <= area[2] + 1e-6
        assert y + face[3] * rows * scale <= area[3] + 1e-6


def test_cut_edge_lies_at_the_edge_of_the_sheet():
    assert free_frame(Room("corner", 0.3)) == free_frame(Room("foot", 0.3))
    for room in (None, Room("foot", 0.3)):
        placed = subject.place_subject(make_scene(room=room))
        last = round(placed.frame[3] * SIZE) - 1
        assert placed.mask[last].mean() > 0.5
        assert placed.mask[last + 1 :].max(initial=0) < 0.6


def test_tones_have_no_specks_and_masks_no_islands():
    light = np.full((SIZE, SIZE), 0.6, np.float32)
    light[90:93, 30:33] = light[90:93, 150:153] = 0
    faces = np.zeros_like(light)
    faces[:, SIZE // 2 :] = 1
    (above,) = split(light, (0.5,), faces, 0.02)
    assert above[:, : SIZE // 2].min() > 0.9
    # Faces keep what is smaller.
    assert above.min() < 0.9
    mask = np.zeros((60, 90), np.float32)
    mask[10:50, 10:60], mask[5:8, 80:84] = 1, 1
    cleaned = drop_islands(mask)
    assert cleaned[30, 30] == 1
    assert cleaned[:, 75:].max() == 0


def test_layouts_for_photographs_need_one_and_replace_unknown():
    with pytest.raises(ValueError, match="no photograph"):
        paint(make_prompt(technique="riso", composition="portrait"), 64)
    assert choose_layout(make_prompt(technique="none"), prints_photograph=True)[1].photograph
    assert not choose_layout(make_prompt(technique="none"))[1].photograph
    first = paint(make_prompt(technique="riso", composition="portrait"), 64, read_photograph())
    assert first.size == (64, 64)
