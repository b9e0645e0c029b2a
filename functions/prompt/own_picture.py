"""The listener's own picture in words: what it shows, and never who."""

from coverart.models import CutOut
from prompt.lexicon import load_words
from prompt.taste_profile import Origin

_NUMBERS = ("no", "one", "two", "three", "four", "five")


def describe_subject(cut_out: CutOut) -> str:
    """Return what the picture shows, such as "a dog" or "three people"; "" where nobody knows."""
    faces = len(cut_out.faces)
    if faces > 1 and cut_out.label in {"portrait", ""}:
        return f"{_NUMBERS[faces]} people" if faces < len(_NUMBERS) else "a group of people"
    label = "portrait" if faces and not cut_out.label else cut_out.label
    phrase = load_words()["label_phrases"].get(label, f"{'an' if label[:1] in 'aeiou' else 'a'} {label}")
    return str(phrase) if label else ""


def describe_photograph(cut_out: CutOut) -> str:
    """Return what a layout prints, such as "a photograph of a dog" or "a portrait photograph"."""
    subject = describe_subject(cut_out)
    if subject == "a portrait":
        return "a portrait photograph"
    return f"a photograph of {subject}" if subject else "a photograph"


def find_picture_origin(cut_out: CutOut) -> Origin:
    """Return the source of what the cover shows."""
    subject = describe_subject(cut_out)
    return Origin("picture", f"{subject} on your own picture" if subject else "your own picture")
