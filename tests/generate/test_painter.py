import hashlib
import itertools
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

import pictograms
from coverart.images.color import contrast
from coverart.models import Phrase, Prompt
from generate import painter
from generate.painter import composition, paint
from generate.painter.canvas import Canvas
from generate.painter.color_scheme import CONTRAST, MOODS, build_color_scheme
from generate.painter.compositions import COMPOSITIONS, Subjects

PALETTES = [
    ["#d8d4cf", "#c05a28", "#23304d", "#8a2f2b", "#e2a46e"],
    ["#1a1a1a", "#555555", "#888888", "#bbbbbb", "#eeeeee"],
    ["#ff2e88", "#00d5ff", "#1b0f3b", "#ffe600", "#7a2bff"],
    ["#000000"],
    ["#ffffff"],
    ["#f7dd1e", "#d2a829", "#fff7b0"],
    [],
]


def prompt(**told: Any) -> Prompt:
    return Prompt(
        **{
            "text": "A cat under a low moon.",
            "phrases": [],
            "subjects": ["cat"],
            "mood": "warm",
            "energy": 0.5,
            "era": "1970s",
            "palette": PALETTES[0],
            "style_albums": [],
            "seed": 0,
            **told,
        }
    )


def digest(picture: Image.Image) -> str:
    return hashlib.sha256(picture.tobytes()).hexdigest()


def test_the_same_prompt_gives_the_same_bytes_in_every_process() -> None:
    root = Path(__file__).parents[2]
    script = (
        "import hashlib; from coverart.models import Prompt; from generate.painter import paint;"
        f"p = Prompt.model_validate_json({prompt().model_dump_json()!r});"
        "print(hashlib.sha256(paint(p, 128).tobytes()).hexdigest())"
    )
    paths = f"{root}/functions:{root}/layers/painter"
    for seed in ("1", "2"):
        run = subprocess.run(  # noqa: S603  # this interpreter, our script
            [sys.executable, "-c", script],
            env={"PYTHONPATH": paths, "PYTHONHASHSEED": seed, "PYTHONDONTWRITEBYTECODE": "1"},
            capture_output=True,
            check=True,
            text=True,
        )
        assert run.stdout.strip() == digest(paint(prompt(), 128))


@pytest.mark.parametrize("size", [64, 300, 1024])
def test_the_painting_has_the_size_that_was_asked_for(size: int) -> None:
    picture = paint(prompt(), size)
    assert (picture.size, picture.mode) == ((size, size), "RGB")


def test_a_poster_has_the_same_composition_at_every_size() -> None:
    small = np.asarray(paint(prompt(), 96), float)
    large = np.asarray(paint(prompt(), 384).resize((96, 96), Image.Resampling.BOX), float)
    assert np.abs(small - large).mean() < 12


def test_the_prompt_chooses_the_composition_and_no_two_look_alike() -> None:
    assert [composition(prompt(composition=name)) for name in COMPOSITIONS] == list(COMPOSITIONS)
    pictures = [np.asarray(paint(prompt(composition=name), 48), float) for name in COMPOSITIONS]
    for one, other in itertools.combinations(pictures, 2):
        assert np.abs(one - other).mean() > 8


def test_a_prompt_without_a_composition_that_is_known_gets_another_with_each_seed() -> None:
    for unknown in ("", "mosaic"):
        chosen = [composition(prompt(composition=unknown, seed=seed)) for seed in range(len(COMPOSITIONS))]
        assert set(chosen) == set(COMPOSITIONS)


@pytest.mark.parametrize("name", COMPOSITIONS)
def test_the_same_composition_comes_back_in_another_form(name: str) -> None:
    one, other = prompt(seed=1, composition=name), prompt(seed=7, composition=name)
    assert digest(paint(one, 64)) != digest(paint(other, 64))


def test_every_mood_has_an_emblem() -> None:
    assert set(painter.EMBLEMS) == set(MOODS)


@pytest.mark.parametrize("name", COMPOSITIONS)
@pytest.mark.parametrize("mood", ["serene", "energetic", "dark"])
def test_every_composition_shows_its_motif(name: str, mood: str) -> None:
    for places in (frozenset[str](), frozenset({"sea", "stars"}), frozenset({"peaks", "forest"})):
        rng = np.random.default_rng(3)
        scheme = build_color_scheme(PALETTES[0], mood, rng)
        press = Canvas(96, rng)
        COMPOSITIONS[name](press, scheme, Subjects(("cat", "horse", "bird"), MOODS[mood].chroma - 0.5, 1980, places))
        sheet = np.asarray(press.finish(0), float) / 255
        in_front = np.abs(sheet - scheme.front).sum(axis=-1) < 0.15
        # The motif is in the middle of every poster, and it is neither a speck nor everything.
        assert 0.05 < in_front[24:72, 24:72].mean() < 0.85


@pytest.mark.parametrize("palette", PALETTES, ids=["astronaut", "grey", "neon", "black", "white", "yellow", "none"])
@pytest.mark.parametrize("mood", MOODS)
def test_the_motif_stands_out_from_everything_behind_it(palette: list[str], mood: str) -> None:
    for seed in range(6):
        scheme = build_color_scheme(palette, mood, np.random.default_rng(seed))
        for back in scheme.back:
            assert contrast(scheme.front, back) >= CONTRAST
            assert contrast(scheme.echo, back) >= CONTRAST


@pytest.mark.parametrize("palette", PALETTES)
def test_any_palette_can_be_painted(palette: list[str]) -> None:
    assert np.asarray(paint(prompt(palette=palette), 64)).std() > 15


def test_the_inks_keep_the_hues_of_the_palette() -> None:
    blue = np.mean(
        [np.asarray(paint(prompt(palette=["#1040c0", "#c02020"], seed=s), 48)).mean((0, 1)) for s in range(6)], 0
    )
    green = np.mean(
        [np.asarray(paint(prompt(palette=["#108040", "#c0c020"], seed=s), 48)).mean((0, 1)) for s in range(6)], 0
    )
    assert blue[2] - blue[1] > green[2] - green[1] + 20


def test_without_subjects_the_titles_or_the_mood_give_the_motif() -> None:
    moon = Phrase(part="subject", text="A thin crescent moon", source="titles", detail="moon")
    assert painter._cast(prompt(subjects=[], phrases=[moon]), "dreamy").motif == "moon"
    assert painter._cast(prompt(subjects=[], text="Nothing known."), "epic").motif == painter.EMBLEMS["epic"]


def test_what_the_listener_asked_for_leads() -> None:
    asked = Phrase(part="direction", text="A lighthouse in a storm", source="listener", detail="your direction")
    assert painter._cast(prompt(phrases=[asked]), "warm").glyphs[:2] == ("lighthouse", "cat")


def test_all_eighty_labels_have_a_pictogram_with_ink() -> None:
    assert len(pictograms.labels()) == 80
    for label in pictograms.labels():
        for mood in MOODS if label == "person" else [""]:
            glyph = pictograms.for_object(label, mood)
            assert glyph is not None
            shape, block, cuts = (np.asarray(part) / 255 for part in pictograms.pictogram(glyph))
            assert shape.shape == block.shape == cuts.shape
            assert min(shape.shape) > 80
            assert 0.1 < block.mean() <= shape.mean() < 0.99
            assert np.abs(block + cuts - shape).max() < 0.01
            # Enough of it stays when the drawing is cut out.
            assert block.sum() > 0.3 * shape.sum()


def test_every_word_and_emblem_has_a_pictogram_with_ink() -> None:
    words = ("moon", "rose", "fire", "castle", "piano", "lighthouse")
    for glyph in [*painter.EMBLEMS.values(), *(pictograms.for_word(word) for word in words)]:
        assert glyph is not None
        assert np.asarray(pictograms.pictogram(glyph).block).max() == 255


def test_an_unknown_label_has_no_pictogram() -> None:
    assert pictograms.for_object("gryphon") is None
    assert pictograms.for_word("gryphon") is None
