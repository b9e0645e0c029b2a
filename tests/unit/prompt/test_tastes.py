"""The prompts of the sixteen tastes, from detection to text."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from coverart.models import CoverOptions, Prompt
from prompt.compose import MAX_PROMPT_CHARACTERS
from scripts import prompts
from scripts.tastes import DemoTaste, load_tastes

ROOT = Path(__file__).parents[3]
VARIATIONS = [CoverOptions(variation=variation) for variation in range(4)]

# The prompts of four variations, by listener.
Prompts = dict[str, list[Prompt]]


@pytest.fixture(scope="module")
def all_prompts() -> Prompts:
    return {listener.name: prompts.compose_prompts(listener, *VARIATIONS) for listener in load_tastes()}


@pytest.fixture(params=load_tastes(), ids=lambda listener: listener.name)
def listener(request: pytest.FixtureRequest) -> DemoTaste:
    return request.param


def test_four_variations_have_four_layouts(listener: DemoTaste, all_prompts: Prompts) -> None:
    assert len({(prompt.technique, prompt.composition) for prompt in all_prompts[listener.name]}) == 4


def test_prompt_names_no_artist_track_or_album(listener: DemoTaste, all_prompts: Prompts) -> None:
    names = {name.lower() for song in listener.songs for name in (song.artist, song.track, song.album)}
    for prompt in all_prompts[listener.name]:
        assert len(prompt.text) <= MAX_PROMPT_CHARACTERS
        assert not [name for name in {*names, listener.title.lower()} if name in prompt.text.lower()]


def test_artwork_gives_style_and_colors(listener: DemoTaste, all_prompts: Prompts) -> None:
    for prompt in all_prompts[listener.name]:
        assert 2 <= len(prompt.style_albums) <= 3
        assert set(prompt.style_albums) <= {song.album_id for song in listener.songs}
        assert len(prompt.palette) >= 5


def test_prompts_differ_between_tastes(all_prompts: Prompts) -> None:
    first_prompts = {name: variations[0] for name, variations in all_prompts.items()}
    assert {name: prompt.mood for name, prompt in first_prompts.items()} == {
        "ambient": "serene",
        "metal": "dark",
        "disco": "energetic",
        "folk": "warm",
        "hip-hop": "energetic",
        "classical": "serene",
        "shoegaze": "dreamy",
        "children's songs": "playful",
        "afrobeat": "warm",
        "bollywood": "warm",
        "reggaeton": "energetic",
        "k-pop": "playful",
        "bossa": "warm",
        "arabic": "warm",
        "city-pop": "playful",
        "andean": "warm",
    }
    for part in ("medium", "colours"):
        texts = {phrase.text for prompt in first_prompts.values() for phrase in prompt.phrases if phrase.part == part}
        assert len(texts) >= 11, part


def test_page_of_prompts_is_up_to_date() -> None:
    assert prompts.PAGE.read_text(encoding="utf-8") == prompts.render_page(), "run `make prompts`"


def test_prompts_are_the_same_in_every_process(all_prompts: Prompts) -> None:
    script = (
        "from coverart.models import CoverOptions; from scripts.prompts import compose_prompts;"
        "from scripts.tastes import load_tastes;"
        "prompts = compose_prompts(load_tastes()[1], CoverOptions(), CoverOptions(variation=3));"
        "print(*(prompt.model_dump_json() for prompt in prompts), sep='\\n')"
    )
    path = ":".join(str(ROOT / part) for part in ("functions", "layers/detector", "."))
    output = subprocess.run(  # this interpreter, our script
        [sys.executable, "-c", script],
        env={"PYTHONPATH": path, "PYTHONHASHSEED": "1", "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        check=True,
        text=True,
    ).stdout
    metal_prompts = all_prompts[load_tastes()[1].name]
    assert [Prompt.model_validate_json(line) for line in output.splitlines()] == [metal_prompts[0], metal_prompts[3]]


def test_page_lists_every_phrase_with_its_source() -> None:
    sources = re.findall(r"^\| \w+ \| .+ \| (\w+) \| .+ \|$", prompts.render_page(), re.MULTILINE)
    assert set(sources) == {"from", "objects", "genres", "titles", "era", "palette", "built_in"}
    assert len(sources) >= 16 * 6
