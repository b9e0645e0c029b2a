"""Removing words that image models block from a prompt."""

import re
import tomllib
from functools import cache
from importlib.resources import files

_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")


def remove_blocked_words(prompt: str) -> tuple[str, list[str]]:
    """Return the prompt without the words of blocked_words.toml, and their categories, such as "weapons".

    A prompt without such words stays unchanged, with no categories.
    """
    categories: dict[str, None] = {}

    def remove(match: re.Match[str]) -> str:
        category = _find_category(match[0].lower())
        if category is None:
            return match[0]
        categories[category] = None
        return ""

    shorter = _WORD.sub(remove, prompt)
    return (_close_gaps(shorter), list(categories)) if categories else (prompt, [])


def _find_category(word: str) -> str | None:
    singulars = (word, word.removesuffix("s"), word.removesuffix("es"))
    return next((category for singular in singulars if (category := _load_categories().get(singular))), None)


def _close_gaps(text: str) -> str:
    """Remove the spaces and the punctuation that belong to removed words."""
    text = re.sub(r"\s+", " ", text)
    text = re.sub(r"\s+([.,;:!?])", r"\1", text)
    text = re.sub(r"([,;:])(?:\s*[,;:])+", r"\1", text)
    text = re.sub(r"(^|[.!?])\s*[,;:]\s*", r"\1 ", text)
    text = re.sub(r"[,;:]\s*([.!?])", r"\1", text)
    return re.sub(r"([.!?])(?:\s*[.!?])+", r"\1", text).lstrip(" .,;:!?").rstrip()


@cache
def _load_categories() -> dict[str, str]:
    """Return the category of each blocked word."""
    table = tomllib.loads(files(__package__).joinpath("blocked_words.toml").read_text("utf-8"))
    return {word: name.replace("_", " ") for name, words in table.items() for word in words}
