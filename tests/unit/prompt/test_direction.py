"""What the listener writes: a direction, a whole prompt, or anything with DataMode words_only."""

import pytest

from coverart.models import CoverOptions
from prompt.compose import MAX_PROMPT_CHARACTERS, compose
from prompt.decisions import create_rng
from prompt.taste_profile import build_default_profile
from tests.unit.prompt.conftest import compose_from


def test_direction_leads_the_prompt(disco_profile):
    prompt = compose(disco_profile, CoverOptions(direction="  a horse\n\non the beach,   gloomy \u202e"), [])
    assert prompt.text.startswith("A horse on the beach, gloomy. ")
    assert prompt.phrases[0].source == "listener"
    assert prompt.subjects[0] == "horse"
    assert prompt.mood == "dark"
    assert len(compose(disco_profile, CoverOptions(direction="long " * 60), []).text) <= MAX_PROMPT_CHARACTERS


def test_prompt_that_is_too_long_loses_era_and_light_first(disco_profile, monkeypatch):
    def list_parts(limit):
        monkeypatch.setattr("prompt.compose.MAX_PROMPT_CHARACTERS", limit)
        return [phrase.part for phrase in compose(disco_profile, CoverOptions(), []).phrases]

    length = len(compose(disco_profile, CoverOptions(), []).text)
    whole = list_parts(length)
    assert list_parts(length - 1) == [part for part in whole if part != "era"]
    assert list_parts(0) == [part for part in whole if part not in {"era", "light", "setting", "composition"}]


@pytest.mark.parametrize(
    ("direction", "overridden_parts"),
    [
        ("a fox in a watercolour", {"medium"}),
        ("A castle at dusk, pixel art", {"medium", "light"}),
        ("an 80s arcade, black and white", {"era", "colours"}),
        ("lightning rods and painters", set()),
    ],
)
def test_direction_overrides_parts(disco_profile, direction, overridden_parts):
    prompt = compose(disco_profile, CoverOptions(direction=direction), [])
    all_parts = {"direction", "subject", "composition", "mood", "medium", "era", "light", "colours", "avoid"}
    assert {phrase.part for phrase in prompt.phrases} == all_parts - overridden_parts


def test_direction_without_music_gives_mood_and_composition(create_song):
    prompt = compose_from(create_song(1), options=CoverOptions(direction="a paper boat on a lake"))
    assert (prompt.mood, prompt.composition) == ("serene", "waves")
    assert {phrase.source for phrase in prompt.phrases if phrase.part == "mood"} == {"listener"}


def test_own_prompt_replaces_text_and_subjects(disco_profile):
    text = "Two elephants under an orange sky and a kite"
    prompt = compose(disco_profile, CoverOptions(prompt=text), [])
    assert prompt.text == text
    assert prompt.subjects == ["elephant", "kite"]
    assert [phrase.text for phrase in prompt.phrases] == [prompt.text]
    assert compose(disco_profile, CoverOptions(prompt="Just fog"), []).subjects == ["cat", "person"]


def test_text_of_control_characters_counts_as_none(disco_profile):
    prompt = compose(disco_profile, CoverOptions(), [])
    assert compose(disco_profile, CoverOptions(direction="\u202e\u200b \x00"), []) == prompt
    assert compose(disco_profile, CoverOptions(prompt="\u202e\u200b \x00"), []) == prompt


def test_words_only_uses_built_in_and_listeners_words():
    def compose_default(options):
        return compose(build_default_profile(options.direction or "", create_rng(options.variation)), options, [])

    prompts = [compose_default(CoverOptions(variation=variation)) for variation in range(12)]
    assert len({prompt.text for prompt in prompts}) == 12
    assert {phrase.source for prompt in prompts for phrase in prompt.phrases} == {"built_in"}
    prompt = compose_default(CoverOptions(direction="smoky jazz, a cat on a piano"))
    assert {phrase.source for phrase in prompt.phrases} == {"built_in", "listener"}
    assert prompt.subjects == ["cat"]
