"""The briefs for image models, of many random tastes."""

import random
import re
from dataclasses import replace
from functools import cache

from coverart.models import CoverOptions
from coverart.motifs import load_motifs
from prompt.art_direction import Recent, Subject
from prompt.compose import MAX_BRIEF_CHARACTERS, compose
from prompt.decisions import decide
from prompt.lexicon import load_genres, load_words
from prompt.seeding import create_rng
from prompt.sentences import BRIEF_SENTENCES, join_phrases, trim_to_limit
from prompt.shared_style import SharedStyle
from prompt.staging import Stager
from prompt.taste_profile import build_default_profile, build_taste_profile
from tests.unit.prompt.conftest import compose_from, create_objects, create_song, create_taste

SUN = re.compile(r"\b(sun|noon|daylight|golden hour|sunlit|sun-\w+ed)\b")
NIGHT = re.compile(r"\b(night|moon|moonlight|starlight|stars|nocturnal|moonlit|starlit)\b")
SOURCES = {"objects", "genres", "titles", "era", "palette", "built_in"}


def create_random_taste(seed):
    rng = random.Random(seed)
    words = load_words()
    title_words = [word for theme in words["themes"].values() for word in theme["words"]]
    songs = [
        create_song(
            rank,
            artist="",
            album="",
            genres=rng.sample(list(load_genres()), rng.randint(0, 2)),
            track=" ".join(rng.sample(title_words, 2)),
            year=rng.choice([None, 1955, 1968, 1977, 1986, 1994, 2003, 2013, 2022]),
        )
        for rank in range(1, rng.randint(2, 6))
    ]
    artworks = [create_objects(song.rank, rng.choice(list(words["objects"]))) for song in songs[::2]]
    return build_taste_profile(songs, "", artworks, [f"#{rng.randrange(1 << 24):06x}" for _ in range(6)])


@cache
def compose_briefs():
    tastes = [create_random_taste(seed) for seed in range(120)]
    return [(taste, compose(taste, CoverOptions(variation=n % 7), [])) for n, taste in enumerate(tastes)]


def find_parts(prompt):
    assert prompt.brief is not None
    return {phrase.part: phrase for phrase in prompt.brief.phrases}


def test_brief_consists_of_its_phrases_and_names_the_genre():
    for taste, prompt in compose_briefs():
        parts, text, phrases = find_parts(prompt), prompt.brief.text, prompt.brief.phrases
        assert text.startswith("Square cover art for a playlist")
        assert ("genre" in parts) == ("tradition" in parts) == bool(taste.genres)
        if taste.genres:
            first = load_genres()[next(iter(taste.genres))]
            assert first.name in parts["genre"].text or f" {first.word}" in parts["genre"].text
        assert ("era" in parts) == (f"sleeve of the {prompt.era}" in text) == bool(prompt.era)
        assert "no text" in parts["avoid"].text
        assert text == join_phrases(phrases, BRIEF_SENTENCES)
        assert len(text) <= MAX_BRIEF_CHARACTERS
        assert text.isascii()
        assert all(phrase.text in text and phrase.source in SOURCES and phrase.detail for phrase in phrases)
        assert len(parts) == len(phrases)
        shorter = trim_to_limit(phrases, BRIEF_SENTENCES, len(text) - 1)[1]
        assert 0 < len(shorter) < len(text)


def test_framing_has_room_for_the_scene():
    words = load_words()
    kinds = {scene["text"]: scene["kind"] for scene in words["scenes"].values()}
    framings = {framing["text"]: framing.get("near", False) for framing in words["framings"].values()}
    for _, prompt in compose_briefs():
        parts = find_parts(prompt)
        if "scene" in parts:
            kind = kinds[parts["scene"].text]
            assert framings[parts["framing"].text] == (kind == "plain") or prompt.technique == "isometric"
            assert ("time" in parts) == (kind in {"outdoors", "town", "water"})
        else:
            assert parts["framing"].text == words["framings"]["surface"]["text"]
            assert parts.keys().isdisjoint({"time", "setting", "light"})


def test_brief_does_not_contradict_itself():
    contradictions = {"at night": SUN, "by day": NIGHT}
    weather_lights = {light for lights in load_words()["weather_lights"].values() for light in lights.values()}
    assert not re.search(r"\b(sun|shadows|moon)\b", " ".join(weather_lights))
    for _, prompt in compose_briefs():
        texts = {part: phrase.text for part, phrase in find_parts(prompt).items()}
        described = [texts.get(part, "") for part in ("tradition", "subject", "action", "mood", "light", "colours")]
        if (contradiction := contradictions.get(texts.get("time"))) is not None:
            assert not contradiction.search(" ".join(described)), described
        assert ("setting" in texts) == (texts.get("light") in weather_lights)
        if prompt.technique == "engraving":
            assert "accent" not in texts["colours"]
    song = create_song(genres=["noir"], track="Rain")
    for variation, rains in enumerate([True, False]):
        parts = find_parts(compose_from(song, options=CoverOptions(variation=variation)))
        assert ("setting" in parts) == ("rain-slicked" in parts["mood"].text) == rains


def test_briefs_of_variations_differ():
    prompts = [compose(create_random_taste(7), CoverOptions(variation=variation), []) for variation in range(12)]
    assert len({prompt.brief.text for prompt in prompts}) == 12


def test_every_motif_and_family_can_be_staged():
    words = load_words()
    members = [name for group in words["groups"].values() for name in group.get("members", "").split()]
    assert len(members) == len(set(members))
    assert {*members, *words["brief_phrases"]} <= load_motifs().keys()
    assert {motif.kind for motif in load_motifs().values()} == {
        group["file"] for group in words["groups"].values() if "file" in group
    }
    assert words["families"].keys() == {genre.family for genre in load_genres().values()}
    scenes = [group["home"] for group in words["groups"].values()]
    scenes += [family["scenes"].split() for family in words["families"].values()]
    assert {name for names in scenes for name in names} <= words["scenes"].keys()
    assert {*words["genre_names"], *words["qualifying_genres"]} <= load_genres().keys()


def stage(motif, genre="ambient"):
    """Return how a motif is staged in eight variations."""
    stagings = []
    for variation in range(8):
        decisions = decide(create_taste(genre), variation, "", [], None, Recent())
        art = replace(decisions.art, subject=Subject(load_motifs()[motif], decisions.mood_origin))
        stagings.append(Stager(replace(decisions, art=art), decisions.mood_origin).stage())
    return stagings


def test_motif_decides_place_time_and_light():
    scenes = load_words()["scenes"]
    assert {scenes[staging.scene]["kind"] for staging in stage("whale-tail")} == {"water"}
    assert {staging.light for staging in stage("candle-flame")} == {"the glow of the flame and nothing else"}
    for motif, genre, nights in (
        ("moon", "disco", 8),
        ("sunrise", "black metal", 0),
        ("oak", "black metal", 4),
        ("oak", "folk", 2),
        ("lotus-flower", "folk", 2),
    ):
        assert [staging.time for staging in stage(motif, genre)].count("night") == nights


def test_direction_replaces_the_scene_that_it_names():
    for direction, has_own_scene in {
        "an owl in a forest": False,
        "Kyoto in autumn": False,
        "make it darker": True,
        "a watercolor at dusk": True,
        "no people": True,
    }.items():
        prompt = compose(create_random_taste(3), CoverOptions(direction=direction), [])
        parts = find_parts(prompt)
        assert f". {direction[0].upper()}{direction[1:]}. " in prompt.brief.text
        assert parts.keys() >= {"purpose", "genre", "direction", "mood", "avoid"}
        assert ("framing" in parts) == has_own_scene


def test_brief_is_only_for_image_models():
    taste = create_random_taste(3)
    prompt = compose(taste, CoverOptions(), [])
    painters_prompt = compose(taste, CoverOptions(), [], has_image_model=False)
    assert painters_prompt == prompt.model_copy(update={"brief": None})
    assert compose(taste, CoverOptions(prompt="Two swans"), []).brief is None
    words_only = compose(build_default_profile("", create_rng(1)), CoverOptions(), [])
    assert find_parts(words_only).keys().isdisjoint({"genre", "tradition"})
    assert {phrase.source for phrase in words_only.brief.phrases} == {"built_in"}


def test_look_is_shared_with_the_brief_and_scene_is_not():
    first = compose(create_random_taste(8), CoverOptions(), [])
    second = compose(create_random_taste(13), CoverOptions(), [], SharedStyle("the look", first))
    parts, shared_parts = find_parts(second), find_parts(first)
    for part in ("medium", "mood", "colours"):
        assert (parts[part].text, parts[part].source) == (shared_parts[part].text, "look")
    assert parts["genre"].text != shared_parts["genre"].text
    assert "Scene: " in second.brief.text
    earlier = first.model_copy(update={"brief": None})
    assert (
        "Medium: " in compose(create_random_taste(13), CoverOptions(), [], SharedStyle("the look", earlier)).brief.text
    )
