"""Joins phrases into a text: the painter's prompt, or the brief for an image model."""

from collections.abc import Sequence

from coverart.models import Phrase

# A sentence: its label, and the parts that it consists of. It skips a missing part.
Sentences = Sequence[tuple[str, Sequence[str]]]
PAINTER_SENTENCES: Sentences = (
    ("", ("direction",)),
    ("", ("subject", "composition", "setting")),
    ("Mood: ", ("mood",)),
    ("", ("medium", "era")),
    ("Colours: ", ("colours",)),
    ("", ("avoid",)),
)
BRIEF_SENTENCES: Sentences = (
    ("", ("purpose", "genre", "era", "tradition")),
    ("", ("direction",)),
    ("Scene: ", ("scene", "time", "setting")),
    ("Subject: ", ("subject", "composition", "action")),
    ("Framing: ", ("framing", "room")),
    ("Medium: ", ("medium",)),
    ("Mood: ", ("mood",)),
    ("Light: ", ("light",)),
    ("Colors: ", ("colours",)),
    ("Constraints: ", ("avoid",)),
)
# What joins a part to the one before it, unless it is a comma.
_JOINTS = {"genre": " of ", "tradition": ", in the genre's tradition of "}
# A text that would be too long loses its parts in this order.
_DISPENSABLE_PARTS = ("era", "setting", "tradition", "framing")


def trim_to_limit(phrases: Sequence[Phrase], sentences: Sentences, limit: int) -> tuple[list[Phrase], str]:
    """Drop dispensable parts until the text has at most `limit` characters. Return the phrases left, and their text."""
    phrases = list(phrases)
    for part in (*_DISPENSABLE_PARTS, None):
        text = join_phrases(phrases, sentences)
        if len(text) <= limit:
            break
        phrases = [phrase for phrase in phrases if phrase.part != part]
    return phrases, text


def join_phrases(phrases: Sequence[Phrase], sentences: Sentences) -> str:
    """Return the text."""
    texts = {phrase.part: phrase.text for phrase in phrases}
    joined = []
    for label, parts in sentences:
        first, *others = [part for part in parts if part in texts] or [""]
        if first:
            body = texts[first] + "".join(f"{_JOINTS.get(part, ', ')}{texts[part]}" for part in others)
            joined.append(f"{label}{body}.")
    return " ".join(joined)
