import pytest

from coverart.techniques import load_techniques
from generate.prompt_sanitizer import remove_blocked_words
from prompt.lexicon import load_words


@pytest.mark.parametrize(
    ("prompt", "shorter", "categories"),
    [
        ("A cat with two guns, by the sea.", "A cat with two, by the sea.", ["weapons"]),
        ("Knives. A rose. Guns, a cat.", "A rose. a cat.", ["weapons"]),
        ("Mood: brutal, raw, violent.", "Mood: raw.", ["violence"]),
        ("NAKED and DEAD", "and", ["nudity and sex", "gore"]),
        ("A skilful grasshopper at Gunnar's.", "A skilful grasshopper at Gunnar's.", []),
        ("Кровь и розы", "Кровь и розы", []),
        ("", "", []),
    ],
)
def test_blocked_words_are_removed_without_gaps(prompt, shorter, categories):
    assert remove_blocked_words(prompt) == (shorter, categories)


def test_second_removal_changes_nothing():
    shorter, _ = remove_blocked_words("A bloody war; dead, naked, armed, and a killer: a cat.")
    assert remove_blocked_words(shorter) == (shorter, [])


def test_texts_of_techniques_and_briefs_are_not_blocked():
    words = load_words()
    techniques = load_techniques().values()
    texts = [text for technique in techniques for text in (technique.medium, technique.texture)]
    texts += [layout.phrase for technique in techniques for layout in technique.layouts.values()]
    texts += [family[key] for family in words["families"].values() for key in ("sleeves", "patterns") if key in family]
    texts += [scene[key] for scene in words["scenes"].values() for key in ("text", "focus", "light") if key in scene]
    texts += [action for group in words["groups"].values() for action in group["actions"]]
    texts += [light for mood in words["moods"].values() for lights in mood["lights"].values() for light in lights]
    assert [text for text in texts if remove_blocked_words(text) != (text, [])] == []
