"""A prompt that was blocked, in fewer words."""

import re
import tomllib
from functools import cache
from importlib.resources import files


def remove_blocked_words(prompt: str) -> tuple[str, list[str]]:
    """The prompt without the words of blocked_words.toml, and the kinds of words that went, such as "weapons".

    Both are as before and empty where there are none.
    """
    gone: dict[str, None] = {}

    def take_out(found: re.Match[str]) -> str:
        kind = _kind(found[0].lower())
        if kind is None:
            return found[0]
        gone[kind] = None
        return ""

    shorter = re.sub(r"[^\W\d_]+(?:-[^\W\d_]+)*", take_out, prompt)
    return (_tidy(shorter), list(gone)) if gone else (prompt, [])


def _kind(word: str) -> str | None:
    singulars = (word, word.removesuffix("s"), word.removesuffix("es"))
    return next((kind for singular in singulars if (kind := _kinds().get(singular))), None)


def _tidy(text: str) -> str:
    """Without the gaps and lonely commas that words leave behind."""
    text = re.sub(r"\s+", " ", text)
    text = re.sub(r"\s+([.,;:!?])", r"\1", text)
    text = re.sub(r"([,;:])(?:\s*[,;:])+", r"\1", text)
    text = re.sub(r"(^|[.!?])\s*[,;:]\s*", r"\1 ", text)
    text = re.sub(r"[,;:]\s*([.!?])", r"\1", text)
    return re.sub(r"([.!?])(?:\s*[.!?])+", r"\1", text).lstrip(" .,;:!?").rstrip()


@cache
def _kinds() -> dict[str, str]:
    kinds = tomllib.loads(files(__package__).joinpath("blocked_words.toml").read_text("utf-8"))
    return {word: kind.replace("_", " ") for kind, words in kinds.items() for word in words}
