"""Titles before they are set: clean text, case, script and direction."""

import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

from coverart.typefaces import Typeface

# First and last character -> script. What is in none of these is Latin, or belongs to every script.
_SCRIPTS = (
    (0x370, 0x3FF, "greek"),
    (0x400, 0x52F, "cyrillic"),
    (0x590, 0x5FF, "hebrew"),
    (0x600, 0x77F, "arabic"),
    (0x900, 0x97F, "devanagari"),
    (0xE00, 0xE7F, "thai"),
    (0x1E00, 0x1EFF, "latin"),
    (0x3041, 0x30FF, "japanese"),
    (0x3131, 0x318E, "korean"),
    (0x3400, 0x9FFF, "han"),
    (0xAC00, 0xD7A3, "korean"),
)
_DROPPED = ("So", "Sk", "Cc", "Cf", "Cn", "Co", "Cs")  # Unicode's categories
_PLAIN_SYMBOLS = "°©®™№"
_JOINERS = "\u200c\u200d"  # Arabic and Indic scripts use them, and emoji do
_LIGATURES = {code: unicodedata.normalize("NFKC", chr(code)) for code in range(0xFB00, 0xFB07)}


class Run(NamedTuple):
    """Text of one direction."""

    text: str
    is_right_to_left: bool


def clean_title(title: str) -> str:
    """Return the title in composed characters, with typographic quotes, without emoji, controls and double spaces."""
    text = unicodedata.normalize("NFC", title).translate(_LIGATURES)
    joins = find_scripts(text) & {"arabic", "devanagari"}
    text = "".join(
        " " if unicodedata.category(char).startswith("Z") or char in "\t\n" else char
        for char in text
        if unicodedata.category(char) not in _DROPPED
        or char in _PLAIN_SYMBOLS
        or char in "\t\n"
        or (joins and char in _JOINERS)
    )
    text = re.sub(r"[\ufe00-\ufe0f\u20e3]", "", text)  # variation selectors and keycaps are marks, not symbols
    text = " ".join(text.split())
    text = text.replace("...", "…").replace(" - ", " – ").replace(" -- ", " – ")
    text = re.sub(r"'(?=\d)|'(?=n'(\s|$))", "’", text)  # '90s, rock 'n' roll
    text = re.sub(r"(^|[\s(\[“])'(?=\S)", r"\1‘", text).replace("'", "’")
    return re.sub(r'(^|[\s(\[‘])"(?=\S)', r"\1“", text).replace('"', "”")


def find_scripts(text: str) -> set[str]:
    """Return the scripts of the letters; "han" for characters that Chinese and Japanese share."""
    return {find_script(char) for char in text if char.isalpha()}


def find_script(char: str) -> str:
    """Return a letter's script."""
    code = ord(char)
    return next((script for first, last, script in _SCRIPTS if first <= code <= last), "latin")


def apply_case(text: str, typeface: Typeface) -> str:
    """Return the text in the case that the typeface is set in."""
    match typeface.case:
        case "upper":
            # Greek capitals carry no accents in a line of capitals.
            decomposed = unicodedata.normalize("NFD", text.replace("ß", "ẞ").upper())
            bare = re.sub(r"([\u0370-\u03ff])[\u0301\u0342]", r"\1", decomposed)
            return unicodedata.normalize("NFC", bare)
        case "lower":
            return text.lower()
        case "title":
            return re.sub(r"\b\w{2,}\b", lambda word: word[0].capitalize() if word[0].isupper() else word[0], text)
        case _:
            return text


def split_words(text: str) -> list[tuple[str, bool]]:
    """Return the parts between which a line may end, each with whether a space comes before it.

    Chinese and Japanese break between all characters but before closing punctuation and small kana.
    """
    parts: list[tuple[str, bool]] = []
    for word in text.split():
        pieces = re.findall(
            r"[\u3040-\u9fff\uff01-\uff5e][\u3001\u3002\u30fb\u30fc\u3041\u3043\u3063\u3083\u3085"
            r"\u3087\u30a1\u30a3\u30c3\u30e3\u30e5\u30e7\uff01\uff1f]*|[^\u3040-\u9fff\uff01-\uff5e]+",
            word,
        )
        parts += [(piece, index == 0 and bool(parts)) for index, piece in enumerate(pieces)]
    return parts


def is_right_to_left(text: str) -> bool:
    """Return whether the first letter that has a direction runs from right to left."""
    classes = (unicodedata.bidirectional(char) for char in text)
    return next((kind != "L" for kind in classes if kind in ("L", "R", "AL")), False)


def order_runs(text: str, base: bool) -> list[Run]:
    """Return the runs of a line from left to right; `base`: whether the paragraph runs from right to left.

    The levels are those of the Unicode bidirectional algorithm (UAX 9) without explicit embeddings, which titles lack.
    """
    levels = _find_levels(text, int(base))
    runs: list[tuple[str, int]] = []
    for char, level in zip(text, levels, strict=True):
        if runs and runs[-1][1] == level:
            runs[-1] = (runs[-1][0] + char, level)
        else:
            runs.append((char, level))
    for level in range(max(levels, default=0), 0, -1):
        runs = list(_reverse(runs, level))
    return [Run(run, bool(level % 2)) for run, level in runs]


def _find_levels(text: str, base: int) -> list[int]:
    strong, levels = base, []
    for char in text:
        kind = unicodedata.bidirectional(char)
        if kind in ("L", "R", "AL"):
            strong = int(kind != "L")
            levels.append(strong if not base else 2 - strong)
        elif kind in ("EN", "AN"):
            levels.append(2 if strong or base else 0)
        else:
            levels.append(levels[-1] if kind == "NSM" and levels else -1)
    for index, level in enumerate(levels):
        if level == -1:
            before = levels[index - 1] if index else base
            after = next((later for later in levels[index:] if later != -1), base)
            levels[index] = (
                1 if before > 0 and after > 0 and 1 in (before, after) else before if before == after else base
            )
    return levels


def _reverse(runs: list[tuple[str, int]], level: int) -> Iterator[tuple[str, int]]:
    """Yield the runs with every sequence of this level or a higher one reversed (rule L2)."""
    sequence: list[tuple[str, int]] = []
    for run in runs:
        if run[1] >= level:
            sequence.append(run)
        else:
            yield from reversed(sequence)
            sequence = []
            yield run
    yield from reversed(sequence)
