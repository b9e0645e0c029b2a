"""Technique, layout and motif, and what a prompt says of them."""

import itertools
import random

import pytest

from coverart.models import CoverOptions
from coverart.motifs import HOUSEHOLD, find_by_label, load_motifs
from coverart.techniques import load_techniques
from prompt.art_direction import Recent
from prompt.compose import compose
from prompt.lexicon import load_genres, load_words
from prompt.taste_profile import build_taste_profile
from tests.unit.prompt.conftest import PALETTE, create_objects, create_song, create_taste, texts_by_part


@pytest.fixture(scope="module")
def random_tastes():
    """100 tastes, each of three genres drawn by lot."""
    lot = random.Random(5)  # not for secrets
    genres = list(load_genres())
    return [create_taste(*lot.sample(genres, 3)) for _ in range(100)]


def list_variations(taste, count=4, **options):
    variations = [CoverOptions(variation=number, **options) for number in range(count)]
    return [compose(taste, options, [], has_image_model=False) for options in variations]


@pytest.fixture(scope="module")
def variations(random_tastes):
    """Four prompts of each random taste."""
    return [list_variations(taste) for taste in random_tastes]


def test_four_variations_differ(variations):
    for prompts in variations:
        assert len({prompt.technique for prompt in prompts}) >= 3
        assert len({(prompt.technique, prompt.composition) for prompt in prompts}) == 4
        for first, second in itertools.pairwise(prompts):
            assert first.motif != second.motif or first.motif == ""


def test_every_technique_is_used_and_a_third_has_no_motif(variations):
    prompts = [*itertools.chain(*variations)]
    sources = {(phrase.part, phrase.source) for prompt in prompts for phrase in prompt.phrases}
    assert sources >= {("subject", "genres"), ("composition", "built_in")}
    assert {prompt.technique for prompt in prompts} == set(load_techniques())
    assert 0.28 <= sum(prompt.motif == "" for prompt in prompts) / len(prompts) <= 0.45


@pytest.mark.parametrize("genre", ["ambient", "techno", "classical", "jazz"])
def test_most_covers_of_abstract_music_have_no_motif(genre):
    assert sum(prompt.motif == "" for prompt in list_variations(create_taste(genre), 20)) > 10


def test_technique_suits_the_genres_and_is_not_repeated(random_tastes, variations):
    for taste, prompts in zip(random_tastes, variations, strict=True):
        genres = [load_genres()[word] for word in taste.genres]
        for prompt in prompts:
            technique = load_techniques()[prompt.technique]
            details = [phrase.detail for phrase in prompt.phrases if phrase.part == "medium"]
            suitable = [g.word for g in genres if technique.medium in g.media or technique.families & {g.family}]
            assert {*", ".join(details).split(", ")} <= {*suitable}
        recent = Recent(prompts[0].technique, prompts[0].motif)
        following = compose(taste, CoverOptions(), [], recent=recent, has_image_model=False)
        assert following.technique != recent.technique
        assert following.motif != recent.motif or recent.motif == ""


def test_emblem_is_preferred_to_household_objects():
    songs = [create_song(1, genres=["black metal"])]
    profile = build_taste_profile(songs, "", [create_objects(1, "chair", "cup")], PALETTE)
    household = {motif.name for label in HOUSEHOLD for motif in find_by_label(label)}
    assert not {prompt.motif for prompt in list_variations(profile, 6)} & household


@pytest.mark.parametrize("label", ["horse", "bridge", "lion"])
def test_object_on_the_artwork_is_a_motif(label):
    songs = [create_song(1, genres=["country"]), create_song(2)]
    # What weighs less than half as much is none.
    artworks = [create_objects(1, label), create_objects(2, "dog", score=0.5)]
    prompts = list_variations(build_taste_profile(songs, "", artworks, PALETTE), 16)
    assert {*itertools.chain(*(prompt.subjects for prompt in prompts))} == {label}
    for prompt in [prompt for prompt in prompts if prompt.subjects]:
        assert load_motifs()[prompt.motif] in find_by_label(label)
        (phrase,) = [phrase for phrase in prompt.phrases if phrase.part == "subject"]
        assert (phrase.source, phrase.detail) == ("objects", f"{label} on “Album 1”")


def test_other_object_is_shown_where_few_techniques_show_one():
    profile = build_taste_profile([create_song(1, genres=["disco"])], "", [create_objects(1, "horse", "reef")], PALETTE)
    # An object leads the first of four variations.
    assert [prompt.subjects for prompt in list_variations(profile, 16)[::4]] == [["horse"]] * 4


def test_prompt_says_only_what_the_layout_shows():
    words = load_words()["setting_phrases"]
    tracks = ["Night Sea", "Mountain Rain", "City Snow", "Desert Sun", "Forest Mist"]
    songs = [create_song(1, genres=[genre], track=track) for track in tracks for genre in ("folk", "techno", "metal")]
    for prompt in [
        prompt for song in songs for prompt in list_variations(build_taste_profile([song], "", [], PALETTE))
    ]:
        layout = load_techniques()[prompt.technique].layouts[prompt.composition]
        values = [prompt.place, prompt.time, prompt.weather]
        assert set(filter(None, values)) <= layout.places | layout.times | layout.weather
        texts = texts_by_part(prompt)
        assert texts.get("setting", "") == ", ".join(words[value] for value in values if value)
        assert "light" not in texts
        assert bool(prompt.motif) == ("subject" in texts) == bool(layout.motif)


@pytest.mark.parametrize(
    ("direction", "expected"),
    [
        ("a whale in the rain at night", {"time": "night", "weather": "rain", "undrawn": []}),
        ("two swans beside a theremin", {"place": "", "time": "", "weather": "", "undrawn": ["theremin"]}),
        ("a string art fox", {"technique": "string_art", "undrawn": []}),
        ("a kilim of a fox", {"technique": "weave", "undrawn": []}),
    ],
)
def test_direction_is_obeyed(disco_profile, direction, expected):
    noun = next(word for word in ("whale", "swans", "fox") if word in direction)
    for prompt in list_variations(disco_profile, direction=direction):
        assert noun in load_motifs()[prompt.motif].words
        assert expected.items() <= prompt.model_dump().items()
        medium = next(phrase for phrase in prompt.phrases if phrase.part == "medium")
        assert (medium.source == "listener") == ("technique" in expected)
    prompt = compose(disco_profile, CoverOptions(direction="an owl in a forest"), [])
    assert (prompt.place, prompt.undrawn) in [("forest", []), ("", ["forest"])]
