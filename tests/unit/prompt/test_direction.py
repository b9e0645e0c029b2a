"""What the listener writes: a direction, a whole prompt, or anything with DataMode words_only."""

from coverart.models import CoverOptions
from coverart.motifs import load_motifs
from prompt.compose import MAX_PROMPT_CHARACTERS, compose
from prompt.lexicon import load_words
from prompt.seeding import create_rng
from prompt.taste_profile import build_default_profile
from tests.unit.prompt.conftest import compose_from, create_song


def test_direction_leads_the_prompt(disco_profile):
    prompt = compose(disco_profile, CoverOptions(direction="  a horse\n\non the beach,   gloomy \u202e"), [])
    assert prompt.text.startswith("A horse on the beach, gloomy. ")
    assert {phrase.part for phrase in prompt.phrases if phrase.source == "listener"} >= {"direction", "subject", "mood"}
    assert "horse" in load_motifs()[prompt.motif].words
    assert prompt.mood == "dark"
    assert len(compose(disco_profile, CoverOptions(direction="long " * 60), []).text) <= MAX_PROMPT_CHARACTERS


def test_direction_overrides_parts(disco_profile):
    for direction, overridden_parts in {
        "a fox in a watercolour": {"medium"},
        "A castle at dusk, pixel art": {"medium"},
        "an 80s arcade, black and white": {"era", "colours"},
        "lightning rods and painters": set(),
    }.items():
        prompt = compose(disco_profile, CoverOptions(direction=direction), [])
        parts = {phrase.part for phrase in prompt.phrases} - {"subject", "composition", "setting"}
        assert parts == {"direction", "mood", "medium", "era", "colours", "avoid"} - overridden_parts


def test_direction_without_music_gives_mood_and_motif():
    prompt = compose_from(create_song(1), options=CoverOptions(direction="a paper boat on a lake"))
    assert prompt.mood == "serene"
    assert {phrase.source for phrase in prompt.phrases if phrase.part == "mood"} == {"listener"}
    options = [CoverOptions(direction="a traffic light and people", variation=n) for n in range(4)]
    prompts = [compose_from(create_song(1), options=choice) for choice in options]
    assert [prompt.subjects for prompt in prompts if prompt.subjects] == [["traffic light"], ["person"]]
    assert {prompt.phrases[1].source for prompt in prompts if prompt.subjects} == {"listener"}


def test_unwanted_objects_are_not_shown(disco_profile):
    prompts = [compose(disco_profile, CoverOptions(direction="no cats", variation=n), []) for n in range(8)]
    assert [prompt.subjects for prompt in prompts if "cat" in prompt.subjects] == []
    assert {tuple(prompt.undrawn) for prompt in prompts} == {()}


def test_own_prompt_replaces_text_and_motif(disco_profile):
    text = "Two elephants under an orange sky and a kite"
    prompt = compose(disco_profile, CoverOptions(prompt=text), [])
    assert prompt.text == text
    assert "elephants" in load_motifs()[prompt.motif].words
    assert [phrase.text for phrase in prompt.phrases] == [prompt.text]
    # A text of control characters counts as none.
    for options in (CoverOptions(direction="\u202e\u200b \x00"), CoverOptions(prompt="\u202e\u200b \x00")):
        assert compose(disco_profile, options, []) == compose(disco_profile, CoverOptions(), [])


def test_words_only_uses_built_in_and_listeners_words():
    def compose_default(options):
        return compose(build_default_profile(options.direction or "", create_rng(options.variation)), options, [])

    prompts = [compose_default(CoverOptions(variation=variation)) for variation in range(12)]
    assert len({prompt.text for prompt in prompts}) == 12
    assert {phrase.source for prompt in prompts for phrase in prompt.phrases} == {"built_in"}
    themes = load_words()["themes"]
    profiles = [build_default_profile("doom", create_rng(variation)) for variation in range(9)]
    assert {themes[name]["mood"] for profile in profiles for name in profile.themes} == {"dark"}
    prompt = compose_default(CoverOptions(direction="smoky jazz, a cat on a piano"))
    assert {phrase.source for phrase in prompt.phrases} == {"built_in", "listener"}
    assert "cat" in load_motifs()[prompt.motif].words
