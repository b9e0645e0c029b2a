"""The prompts of the sixteen tastes, from detection to text."""

import re

import pytest

from coverart.models import WHOLE_PICTURE, ArtworkObjects, CoverOptions, DetectedObject
from prompt.compose import MAX_PROMPT_CHARACTERS
from scripts import prompts
from scripts.tastes import load_tastes

VARIATIONS = [CoverOptions(variation=variation) for variation in range(4)]
detect_objects = prompts.detect_objects


@pytest.fixture(scope="module", autouse=True)
def stated_objects():
    """What the page says is on the artwork of each album, from which all prompts are composed here."""
    lines = re.findall(r"^- .+, \d{4}\): (.+)$", prompts.PAGE.read_text("utf-8"), re.MULTILINE)
    albums = [song.album_id for listener in load_tastes() for song in listener.songs]
    artworks = {}
    for album, line in zip(albums, lines, strict=True):
        scores = re.findall(r"; ([a-z ]+) ([\d.]+)", line)
        objects = [DetectedObject(label=label, score=float(score), box=WHOLE_PICTURE) for label, score in scores]
        artworks[album] = ArtworkObjects(album_id=album, objects=objects)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(prompts, "detect_objects", lambda listener: [artworks[song.album_id] for song in listener.songs])
        yield artworks


@pytest.fixture(scope="module")
def prompts_by_taste(stated_objects):
    return {listener: prompts.compose_prompts(listener, *VARIATIONS) for listener in load_tastes()}


# These two have all kinds of objects.
@pytest.mark.parametrize(
    "taste",
    [
        pytest.param(taste, marks=[] if taste.name in {"folk", "hip-hop"} else pytest.mark.long)
        for taste in load_tastes()
    ],
    ids=lambda taste: taste.name,
)
def test_page_states_the_objects_that_are_detected(stated_objects, taste):
    for artwork in detect_objects(taste):
        stated = stated_objects[artwork.album_id].objects
        assert [(each.label, each.score) for each in artwork.objects] == [(each.label, each.score) for each in stated]


def test_prompts_differ_and_have_style_colors_and_no_names(prompts_by_taste):
    for listener, variations in prompts_by_taste.items():
        assert len({(prompt.technique, prompt.composition) for prompt in variations}) == 4, listener.name
        names = {name.lower() for song in listener.songs for name in (song.artist, song.track, song.album)}
        for prompt in variations:
            assert len(prompt.text) <= MAX_PROMPT_CHARACTERS
            assert not [name for name in {*names, listener.title.lower()} if name in prompt.text.lower()]
            assert 2 <= len(prompt.style_albums) <= 3
            assert set(prompt.style_albums) <= {song.album_id for song in listener.songs}
            assert len(prompt.palette) >= 5


def test_prompts_differ_between_tastes(prompts_by_taste):
    names_by_mood = {
        "serene": "ambient, classical",
        "dark": "metal",
        "energetic": "disco, hip-hop, reggaeton",
        "warm": "folk, afrobeat, bollywood, bossa, arabic, andean",
        "dreamy": "shoegaze",
        "playful": "children's songs, k-pop, city-pop",
    }
    moods = {name: mood for mood, names in names_by_mood.items() for name in names.split(", ")}
    assert {listener.name: variations[0].mood for listener, variations in prompts_by_taste.items()} == moods
    phrases = [phrase for variations in prompts_by_taste.values() for phrase in variations[0].phrases]
    for part in ("medium", "colours"):
        assert len({phrase.text for phrase in phrases if phrase.part == part}) >= 11, part


def test_page_of_prompts_is_what_every_process_composes():
    page = prompts.PAGE.read_text(encoding="utf-8")
    assert page == prompts.render_page(), "run `make prompts`"
    sources = re.findall(r"^\| \w+ \| .+ \| (\w+) \| .+ \|$", page, re.MULTILINE)
    assert set(sources) == {"from", "objects", "genres", "titles", "era", "palette", "built_in"}
    assert len(sources) >= 16 * 6
