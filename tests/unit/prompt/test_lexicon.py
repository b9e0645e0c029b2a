import pytest

from coverart.techniques import load_techniques
from prompt.lexicon import load_genres, load_words, parse_genre, tokenize

MOODS = ["serene", "dreamy", "melancholic", "warm", "playful", "energetic", "dark", "epic"]


def test_at_least_150_genres_are_complete() -> None:
    assert len(load_genres()) >= 150
    for genre in load_genres().values():
        assert genre.mood in MOODS
        assert 0 <= genre.energy <= 1
        assert genre.adjectives
        assert genre.palette
        assert genre.family
        assert len(genre.media) >= 3


def test_media_are_those_of_the_painter() -> None:
    media = {technique.medium for technique in load_techniques().values()}
    assert {medium for genre in load_genres().values() for medium in genre.media} == media


def test_families_of_techniques_and_abstract_families_exist() -> None:
    families = {genre.family for genre in load_genres().values()}
    assert {family for technique in load_techniques().values() for family in technique.families} <= families
    assert set(load_words()["abstract_families"]) <= families


def test_moods_are_known_to_themes() -> None:
    assert set(load_words()["moods"]) == set(MOODS)
    assert {theme["mood"] for theme in load_words()["themes"].values()} <= set(MOODS)


def test_every_genre_alias_is_of_a_genre() -> None:
    assert set(load_words()["genre_aliases"].values()) <= set(load_genres())


def test_settings_of_themes_have_phrases() -> None:
    words = load_words()
    for theme in words["themes"].values():
        setting = theme.get("setting", {})
        assert setting.keys() <= {"place", "time", "weather"}
        assert set(setting.values()) <= words["setting_phrases"].keys()
    values = {*words["places"], *words["weathers"], *words["times_of_day"]}
    assert values == words["setting_phrases"].keys()


def test_broad_genres_and_genres_without_era_are_genres() -> None:
    assert {*load_words()["broad_genres"], *load_words()["genres_without_era"]} <= set(load_genres())


def test_every_coco_label_has_a_weight() -> None:
    assert len(load_words()["objects"]) == 80


@pytest.mark.parametrize(
    ("tag", "words"),
    [
        ("jazz", ["jazz"]),
        ("norwegian space disco", ["disco", "space", "nordic"]),
        ("drum and bass", ["drum and bass"]),
        ("liquid drum n bass", ["drum and bass"]),
        ("Hip-Hop", ["hip hop"]),
        ("folktronica", ["folk"]),
        ("synthpop", ["pop", "synth"]),
        ("post-rock", ["post-rock"]),
        ("alt-country", ["country"]),
        ("R&B", ["r&b"]),
        ("música forró", ["forro", "latin"]),
        ("children's music", ["children"]),
        ("string quartet", ["chamber"]),
        ("chopped and screwed", ["trap"]),
        ("yé-yé", ["bubblegum"]),
        ("nu gaze", ["shoegaze"]),
        ("sea shanties", ["shanty"]),
        ("qwertyuiop", []),
        ("", []),
    ],
)
def test_genre_tag_is_parsed_into_genres(tag: str, words: list[str]) -> None:
    assert [genre.word for genre in parse_genre(tag)] == words


def test_words_of_a_title_are_letters_without_accents() -> None:
    assert tokenize('Ignore "all" — NOCHE été 🌙 <b>x1</b>') == ["ignore", "all", "noche", "ete", "b", "x", "b"]
