import pytest

from generate.prompt_sanitizer import remove_blocked_words
from prompt.lexicon import load_genres, load_words


@pytest.mark.parametrize(
    ("blocked", "softened", "kinds"),
    [
        ("A cat with two guns, by the sea.", "A cat with two, by the sea.", ["weapons"]),
        ("Knives. A rose.", "A rose.", ["weapons"]),
        ("Mood: brutal, raw, violent.", "Mood: raw.", ["violence"]),
        ("NAKED and DEAD", "and", ["nudity and sex", "gore"]),
        ("A skilful grasshopper at Gunnar's.", "A skilful grasshopper at Gunnar's.", []),
        ("Кровь и розы", "Кровь и розы", []),
        ("", "", []),
    ],
)
def test_words_go_by_what_they_stand_for_and_leave_no_gap(blocked: str, softened: str, kinds: list[str]) -> None:
    assert remove_blocked_words(blocked) == (softened, kinds)


def test_softening_a_second_time_changes_nothing() -> None:
    once, _ = remove_blocked_words("A bloody war; dead, naked, armed, and a killer: a cat.")
    assert remove_blocked_words(once) == (once, [])


def test_what_the_lexicon_itself_writes_about_composition_stays() -> None:
    for told in load_words()["compositions"].values():
        assert remove_blocked_words(told["text"]) == (told["text"], [])
    assert all(remove_blocked_words(genre.medium)[1] == [] for genre in load_genres().values())
