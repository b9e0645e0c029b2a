"""The prompts of the sixteen tastes, from detection to text."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from coverart.models import CoverOptions, Prompt
from prompt.compose import MAX_PROMPT_CHARACTERS
from scripts import prompts
from scripts.tastes import load_tastes

ROOT = Path(__file__).parents[3]
VARIATIONS = [CoverOptions(variation=variation) for variation in range(4)]


@pytest.fixture(scope="module")
def all_prompts():
    return {listener.name: prompts.compose_prompts(listener, *VARIATIONS) for listener in load_tastes()}


@pytest.mark.parametrize("listener", load_tastes(), ids=lambda listener: listener.name)
def test_prompts_differ_and_have_style_colors_and_no_names(listener, all_prompts):
    prompts = all_prompts[listener.name]
    assert len({(prompt.technique, prompt.composition) for prompt in prompts}) == 4
    names = {name.lower() for song in listener.songs for name in (song.artist, song.track, song.album)}
    for prompt in prompts:
        assert len(prompt.text) <= MAX_PROMPT_CHARACTERS
        assert not [name for name in {*names, listener.title.lower()} if name in prompt.text.lower()]
        assert 2 <= len(prompt.style_albums) <= 3
        assert set(prompt.style_albums) <= {song.album_id for song in listener.songs}
        assert len(prompt.palette) >= 5


def test_prompts_differ_between_tastes(all_prompts):
    first_prompts = [variations[0] for variations in all_prompts.values()]
    names_by_mood = {
        "serene": "ambient, classical",
        "dark": "metal",
        "energetic": "disco, hip-hop, reggaeton",
        "warm": "folk, afrobeat, bollywood, bossa, arabic, andean",
        "dreamy": "shoegaze",
        "playful": "children's songs, k-pop, city-pop",
    }
    moods = {name: mood for mood, names in names_by_mood.items() for name in names.split(", ")}
    assert {name: variations[0].mood for name, variations in all_prompts.items()} == moods
    for part in ("medium", "colours"):
        texts = {phrase.text for prompt in first_prompts for phrase in prompt.phrases if phrase.part == part}
        assert len(texts) >= 11, part


def test_page_of_prompts_lists_every_phrase_with_its_source():
    page = prompts.PAGE.read_text(encoding="utf-8")
    assert page == prompts.render_page(), "run `make prompts`"
    sources = re.findall(r"^\| \w+ \| .+ \| (\w+) \| .+ \|$", page, re.MULTILINE)
    assert set(sources) == {"from", "objects", "genres", "titles", "era", "palette", "built_in"}
    assert len(sources) >= 16 * 6


def test_prompts_are_the_same_in_every_process(all_prompts):
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
