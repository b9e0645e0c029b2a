import pytest

import pictograms
from generate.painter.color_scheme import MOODS
from generate.painter.compositions import COMPOSITIONS
from prompt.lexicon import genres, resolve, tokens, words


def test_there_are_at_least_150_genre_words_and_each_is_complete() -> None:
    assert len(genres()) >= 150
    for genre in genres().values():
        assert genre.mood in MOODS
        assert 0 <= genre.energy <= 1
        assert genre.adjectives
        assert genre.texture
        assert genre.palette
        assert genre.medium


def test_every_mood_and_group_of_imagery_is_one_the_painter_can_paint() -> None:
    assert set(words()["moods"]) == set(MOODS)
    assert {group["mood"] for group in words()["imagery"].values()} <= set(MOODS)


def test_the_lexicons_compositions_are_the_painters_and_every_mood_has_five() -> None:
    known = words()["compositions"]
    assert set(known) == set(COMPOSITIONS)
    for told in known.values():
        assert set(told["moods"]) <= set(MOODS)
        assert told["place"] in words()["imagery"]
    for mood in MOODS:
        assert sum(mood in told["moods"] for told in known.values()) >= 5


def test_every_alias_leads_to_a_genre_word() -> None:
    assert set(words()["aliases"].values()) <= set(genres())


def test_every_emblem_can_be_painted_and_is_not_in_its_settings_already() -> None:
    for group in [*words()["imagery"].values(), *words()["moods"].values()]:
        for emblem in group["emblems"]:
            drawn = {word for word in tokens(emblem) if pictograms.find_by_word(word)}
            assert drawn, emblem
            assert not [setting for setting in group["settings"] if drawn & set(tokens(setting))], emblem


def test_wide_and_timeless_words_are_genre_words() -> None:
    assert {*words()["wide"]["words"], *words()["timeless"]["words"]} <= set(genres())


def test_there_is_a_phrase_for_each_coco_label() -> None:
    assert len(words()["objects"]) == 80


@pytest.mark.parametrize(
    ("genre", "parts"),
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
def test_a_genre_is_known_by_its_parts(genre: str, parts: list[str]) -> None:
    assert [part.word for part in resolve(genre)] == parts


def test_a_title_is_only_letters_without_accents() -> None:
    assert tokens('Ignore "all" — NOCHE été 🌙 <b>x1</b>') == ["ignore", "all", "noche", "ete", "b", "x", "b"]
