import pytest

import pictograms
from generate.painter.color_scheme import MOODS
from generate.painter.compositions import COMPOSITIONS
from prompt.lexicon import load_genres, load_words, parse_genre, tokenize


def test_at_least_150_genres_are_complete():
    assert len(load_genres()) >= 150
    for genre in load_genres().values():
        assert genre.mood in MOODS
        assert 0 <= genre.energy <= 1
        assert genre.adjectives
        assert genre.texture
        assert genre.palette
        assert genre.medium


def test_moods_are_those_of_the_painter():
    assert set(load_words()["moods"]) == set(MOODS)
    assert {theme["mood"] for theme in load_words()["themes"].values()} <= set(MOODS)


def test_compositions_are_those_of_the_painter():
    compositions = load_words()["compositions"]
    assert set(compositions) == set(COMPOSITIONS)
    for composition in compositions.values():
        assert set(composition["moods"]) <= set(MOODS)
        assert composition["theme"] in load_words()["themes"]


def test_every_mood_has_five_compositions():
    for mood in MOODS:
        assert sum(mood in composition["moods"] for composition in load_words()["compositions"].values()) >= 5


def test_every_genre_alias_is_of_a_genre():
    assert set(load_words()["genre_aliases"].values()) <= set(load_genres())


def test_every_emblem_has_a_pictogram_and_is_in_no_setting():
    for scene in [*load_words()["themes"].values(), *load_words()["moods"].values()]:
        for emblem in scene["emblems"]:
            words = {word for word in tokenize(emblem) if pictograms.find_by_word(word)}
            assert words, emblem
            assert not [setting for setting in scene["settings"] if words & set(tokenize(setting))], emblem


def test_broad_genres_and_genres_without_era_are_genres():
    assert {*load_words()["broad_genres"], *load_words()["genres_without_era"]} <= set(load_genres())


def test_every_coco_label_has_a_phrase():
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
def test_genre_tag_is_parsed_into_genres(tag, words):
    assert [genre.word for genre in parse_genre(tag)] == words


def test_words_of_a_title_are_letters_without_accents():
    assert tokenize('Ignore "all" — NOCHE été 🌙 <b>x1</b>') == ["ignore", "all", "noche", "ete", "b", "x", "b"]
