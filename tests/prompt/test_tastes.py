"""The prompts of eight tastes, with detection, palette and all."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from coverart.models import CoverOptions, Prompt
from prompt.compose import MAX_PROMPT_CHARACTERS
from scripts import prompts
from scripts.tastes import DemoTaste, tastes

ROOT = Path(__file__).parents[2]
VARIATIONS = [CoverOptions(variation=variation) for variation in range(4)]


@pytest.fixture(scope="module")
def written() -> dict[str, list[Prompt]]:
    return {listener.name: prompts.prompts_of(listener, *VARIATIONS) for listener in tastes()}


@pytest.fixture(params=tastes(), ids=lambda listener: listener.name)
def listener(request: pytest.FixtureRequest) -> DemoTaste:
    return request.param


def test_four_variations_have_four_compositions(listener: DemoTaste, written: dict[str, list[Prompt]]) -> None:
    assert len({prompt.composition for prompt in written[listener.name]}) == 4


def test_no_artist_track_or_album_is_named(listener: DemoTaste, written: dict[str, list[Prompt]]) -> None:
    names = {name.lower() for song in listener.songs for name in (song.artist, song.track, song.album)}
    for prompt in written[listener.name]:
        assert len(prompt.text) <= MAX_PROMPT_CHARACTERS
        assert not [name for name in {*names, listener.title.lower()} if name in prompt.text.lower()]


def test_artwork_lends_its_style_and_its_colours(listener: DemoTaste, written: dict[str, list[Prompt]]) -> None:
    for prompt in written[listener.name]:
        assert 2 <= len(prompt.style_albums) <= 3
        assert set(prompt.style_albums) <= {song.album_id for song in listener.songs}
        assert len(prompt.palette) >= 5


def test_the_prompts_differ_as_the_tastes_differ(written: dict[str, list[Prompt]]) -> None:
    first = {name: variations[0] for name, variations in written.items()}
    assert {name: prompt.mood for name, prompt in first.items()} == {
        "ambient": "serene",
        "metal": "dark",
        "disco": "energetic",
        "folk": "warm",
        "hip-hop": "energetic",
        "classical": "serene",
        "shoegaze": "dreamy",
        "children's songs": "playful",
    }
    for part in ("setting", "medium", "colours"):
        texts = {phrase.text for prompt in first.values() for phrase in prompt.phrases if phrase.part == part}
        assert len(texts) >= 7, part


def test_the_page_of_prompts_is_what_the_steps_write_now() -> None:
    assert prompts.PAGE.read_text(encoding="utf-8") == prompts.page(), "run `make prompts`"


def test_prompts_are_the_same_in_every_process(written: dict[str, list[Prompt]]) -> None:
    script = (
        "from coverart.models import CoverOptions; from scripts.prompts import prompts_of;"
        "from scripts.tastes import tastes;"
        "prompts = prompts_of(tastes()[1], CoverOptions(), CoverOptions(variation=3));"
        "print(*(prompt.model_dump_json() for prompt in prompts), sep='\\n')"
    )
    path = ":".join(str(ROOT / part) for part in ("functions", "layers/detector", "."))
    told = subprocess.run(  # noqa: S603  # this interpreter, our script
        [sys.executable, "-c", script],
        env={"PYTHONPATH": path, "PYTHONHASHSEED": "1", "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        check=True,
        text=True,
    ).stdout
    metal = written[tastes()[1].name]
    assert [Prompt.model_validate_json(line) for line in told.splitlines()] == [metal[0], metal[3]]


def test_every_phrase_is_listed_with_its_source() -> None:
    sources = re.findall(r"^\| \w+ \| .+ \| (\w+) \| .+ \|$", prompts.page(), re.MULTILINE)
    assert set(sources) == {"from", "objects", "genres", "titles", "era", "palette", "built_in"}
    assert len(sources) >= 8 * 9
