"""Text in Pillow's built-in font (Aileron), which has little more than ASCII."""

import unicodedata
from bisect import bisect_right
from functools import cache

from anyascii import anyascii
from PIL import ImageFont

# The font's characters beyond ASCII that texts use.
FONT_PUNCTUATION = "·…‘’“”"
# Other symbols, above all emoji, and control characters. anyascii would spell an emoji out, as in ":fire:".
_DROPPED_CATEGORIES = {"So", "Cc"}


@cache
def get_font(size_pixels: int) -> ImageFont.FreeTypeFont:
    """Return the font in a size. Raises RuntimeError where Pillow was built without FreeType."""
    font = ImageFont.load_default(size_pixels)
    if not isinstance(font, ImageFont.FreeTypeFont):
        raise RuntimeError("Pillow was built without FreeType.")
    return font


def transliterate(text: str, fallback: str = "") -> str:
    """Return the text in characters that the font has, on one line; `fallback` where no letter or digit remains.

    anyascii romanizes other scripts character by character: Chinese characters have their Mandarin reading, in Japanese
    names too. It drops emoji.
    """
    # NFC composes decomposed Hangul, which has one romanization per syllable.
    characters = map(_transliterate_character, unicodedata.normalize("NFC", text))
    line = " ".join("".join(characters).split())
    return line if any(map(str.isalnum, line)) else fallback


def shorten(text: str, size_pixels: int, width: float) -> str:
    """Return the text, cut and with an ellipsis where it is wider than `width` pixels."""
    font = get_font(size_pixels)
    if font.getlength(text) <= width:
        return text
    lengths = range(1, len(text) + 1)
    fitting = bisect_right(lengths, width, key=lambda length: font.getlength(f"{text[:length].rstrip()}..."))
    return f"{text[:fitting].rstrip()}..."


def wrap(text: str, size_pixels: int, width: float, max_lines: int) -> list[str]:
    """Return at most `max_lines` lines of at most `width` pixels. Where text is left over, the last is shortened."""
    font = get_font(size_pixels)
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if font.getlength(longer) <= width or not lines[-1]:
            lines[-1] = longer
        else:
            lines.append(word)
    if len(lines) > max_lines:
        lines = [*lines[: max_lines - 1], " ".join(lines[max_lines - 1 :])]
    return [shorten(line, size_pixels, width) for line in lines]


def _transliterate_character(character: str) -> str:
    if character.isspace():
        return " "
    if unicodedata.category(character) in _DROPPED_CATEGORIES:
        return ""
    return character if character in FONT_PUNCTUATION else str(anyascii(character))  # type: ignore[no-untyped-call]  # has no types
