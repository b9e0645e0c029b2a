"""Text in Pillow's own font (Aileron), which has little more than ASCII: other letters are put into Latin ones."""

import re
import unicodedata
from bisect import bisect_right
from functools import cache

from PIL import ImageFont

# Where a letter's Unicode name does not say how it sounds.
_CYRILLIC = "абвгдеёжзийклмнопрстуфхцчшщыэюяіїєґ"
_FROM_CYRILLIC = "a b v g d e yo zh z i y k l m n o p r s t u f kh ts ch sh shch y e yu ya i yi ye g"
_GREEK = "αβγδεζηθικλμνξοπρςστυφχψω"
_FROM_GREEK = "a v g d e z i th i k l m n x o p r s s t y f ch ps o"
_SOUNDS = dict(zip(_CYRILLIC + _GREEK, f"{_FROM_CYRILLIC} {_FROM_GREEK}".split(), strict=True)) | {"ß": "ss", "þ": "th"}
_SOUNDS |= {"–": "-", "—": "-", "…": "...", "×": "x", "•": "·"}
_NAMED = re.compile(
    r"(?:LATIN (?:SMALL|CAPITAL) LETTER|(?:HIRAGANA|KATAKANA) LETTER(?: SMALL)?|HANGUL SYLLABLE) ([A-Z]+)(?: WITH .+)?"
)


@cache
def font(size: int) -> ImageFont.FreeTypeFont:
    found = ImageFont.load_default(size)
    if not isinstance(found, ImageFont.FreeTypeFont):
        raise RuntimeError("Pillow was built without FreeType.")
    return found


def legible(text: str, instead: str = "") -> str:
    """The text in letters that the font has; what cannot be transliterated (Chinese, Arabic, emoji) is left out.

    `instead` where nothing is left.
    """
    letters = "".join(map(_letter, unicodedata.normalize("NFC", text)))
    kept = " ".join(letters.split())
    return kept if any(map(str.isalnum, kept)) else instead


def shorten(text: str, size: int, width: float) -> str:
    """Cut with dots so that it is at most `width` pixels wide."""
    if font(size).getlength(text) <= width:
        return text
    lengths = range(1, len(text) + 1)
    fitting = bisect_right(lengths, width, key=lambda length: font(size).getlength(f"{text[:length].rstrip()}..."))
    return f"{text[:fitting].rstrip()}..."


def wrap(text: str, size: int, width: float, most: int) -> list[str]:
    """At most `most` lines of at most `width` pixels; the last is cut with dots."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if font(size).getlength(longer) <= width or not lines[-1]:
            lines[-1] = longer
        else:
            lines.append(word)
    if len(lines) > most:
        lines = [*lines[: most - 1], " ".join(lines[most - 1 :])]
    return [shorten(line, size, width) for line in lines]


@cache
def _letter(letter: str) -> str:
    if letter.isspace() or _has(letter):
        return " " if letter.isspace() else letter
    sound = _SOUNDS.get(letter.lower()) or _spelled(letter)
    return sound.capitalize() if letter.isupper() else sound


def _spelled(letter: str) -> str:
    if match := _NAMED.fullmatch(unicodedata.name(letter, "")):
        return match[1].lower()
    plain = unicodedata.normalize("NFKD", letter)
    return "" if plain == letter else "".join(_letter(part) for part in plain if not unicodedata.combining(part))


def _has(letter: str) -> bool:
    return _drawn(letter) != _drawn("\uffff")


def _drawn(letter: str) -> tuple[tuple[int, int], bytes]:
    mask = font(20).getmask(letter)
    return mask.size, bytes(mask)
