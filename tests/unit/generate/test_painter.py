import hashlib
import itertools
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from coverart.models import Phrase
from generate import painter
from generate.painter import choose_composition, choose_subjects, paint
from generate.painter.canvas import Canvas
from generate.painter.color_scheme import MOODS, build_color_scheme
from generate.painter.compositions import COMPOSITIONS, Subjects
from tests.unit.generate.conftest import PALETTES


def digest(image: Image.Image) -> str:
    return hashlib.sha256(image.tobytes()).hexdigest()


def test_same_prompt_gives_same_bytes_in_every_process(make_prompt) -> None:
    root = Path(__file__).parents[3]
    script = (
        "import hashlib; from coverart.models import Prompt; from generate.painter import paint;"
        f"p = Prompt.model_validate_json({make_prompt().model_dump_json()!r});"
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
            timeout=120,
        )
        assert run.stdout.strip() == digest(paint(make_prompt(), 128))


@pytest.mark.parametrize("size", [64, 300, 1024])
def test_painting_has_the_requested_size(make_prompt, size: int) -> None:
    painting = paint(make_prompt(), size)
    assert (painting.size, painting.mode) == ((size, size), "RGB")


def test_composition_is_the_same_at_every_size(make_prompt) -> None:
    small = np.asarray(paint(make_prompt(), 96), float)
    large = np.asarray(paint(make_prompt(), 384).resize((96, 96), Image.Resampling.BOX), float)
    assert np.abs(small - large).mean() < 12


def test_prompt_chooses_composition_and_no_two_look_alike(make_prompt) -> None:
    prompts = [make_prompt(composition=name) for name in COMPOSITIONS]
    assert [choose_composition(prompt) for prompt in prompts] == list(COMPOSITIONS)
    paintings = [np.asarray(paint(prompt, 48), float) for prompt in prompts]
    for one, other in itertools.combinations(paintings, 2):
        assert np.abs(one - other).mean() > 8


@pytest.mark.parametrize("unknown", ["", "mosaic"])
def test_unknown_composition_is_another_one_for_each_seed(make_prompt, unknown: str) -> None:
    prompts = [make_prompt(composition=unknown, seed=seed) for seed in range(len(COMPOSITIONS))]
    assert {choose_composition(prompt) for prompt in prompts} == set(COMPOSITIONS)


@pytest.mark.parametrize("name", COMPOSITIONS)
def test_composition_varies_with_the_seed(make_prompt, name: str) -> None:
    one, other = (make_prompt(seed=seed, composition=name) for seed in (1, 7))
    assert digest(paint(one, 64)) != digest(paint(other, 64))


def test_every_mood_has_an_emblem() -> None:
    assert set(painter.EMBLEMS) == set(MOODS)


@pytest.mark.parametrize("name", COMPOSITIONS)
@pytest.mark.parametrize("mood", ["serene", "energetic", "dark"])
@pytest.mark.parametrize("places", [set(), {"sea", "stars"}, {"peaks", "forest"}], ids=["no place", "sea", "peaks"])
def test_composition_shows_its_motif(name: str, mood: str, places: set[str]) -> None:
    rng = np.random.default_rng(3)
    scheme = build_color_scheme(PALETTES["astronaut"], mood, rng)
    canvas = Canvas(96, rng)
    subjects = Subjects(("cat", "horse", "bird"), MOODS[mood].chroma - 0.5, 1980, frozenset(places))
    COMPOSITIONS[name](canvas, scheme, subjects)
    pixels = np.asarray(canvas.render(grain=0), float) / 255
    is_foreground = np.abs(pixels - scheme.foreground).sum(axis=-1) < 0.15
    # The motif is in the middle of every poster, and is neither tiny nor all of it.
    assert 0.05 < is_foreground[24:72, 24:72].mean() < 0.85


def test_any_palette_can_be_painted(make_prompt, palette: list[str]) -> None:
    assert np.asarray(paint(make_prompt(palette=palette), 64)).std() > 15


def test_painting_keeps_the_hues_of_the_palette(make_prompt) -> None:
    def mean_color(palette: list[str]) -> np.ndarray:
        paintings = [paint(make_prompt(palette=palette, seed=seed), 48) for seed in range(6)]
        return np.mean([np.asarray(painting).mean((0, 1)) for painting in paintings], 0)

    blue, green = mean_color(["#1040c0", "#c02020"]), mean_color(["#108040", "#c0c020"])
    assert blue[2] - blue[1] > green[2] - green[1] + 20


def test_motif_without_objects_comes_from_titles(make_prompt) -> None:
    moon = Phrase(part="subject", text="A thin crescent moon", source="titles", detail="moon")
    assert choose_subjects(make_prompt(subjects=[], phrases=[moon], mood="dreamy")).motif == "moon"


def test_motif_without_objects_or_titles_is_the_emblem(make_prompt) -> None:
    prompt = make_prompt(subjects=[], text="Nothing known.", mood="epic")
    assert choose_subjects(prompt).motif == painter.EMBLEMS["epic"]


def test_motif_from_the_direction_comes_before_objects(make_prompt) -> None:
    direction = Phrase(part="direction", text="A lighthouse in a storm", source="listener", detail="your direction")
    assert choose_subjects(make_prompt(phrases=[direction])).pictograms[:2] == ("lighthouse", "cat")
