"""Pictograms for the painter: which glyph of Material Design Icons stands for what, and the glyph as a mask.

The font `materialdesignicons.ttf` (7.2.96, Apache-2.0) lies beside this file; scripts/build_models.py puts it there.
"""

import tomllib
from functools import cache
from importlib.resources import as_file, files
from typing import Any

from PIL import Image, ImageDraw, ImageFont

_PIXELS = 640


@cache
def _tables() -> dict[str, dict[str, Any]]:
    return tomllib.loads((files(__name__) / "pictograms.toml").read_text("utf-8"))


def labels() -> list[str]:
    """The COCO labels that have a pictogram: all 80."""
    return list(_tables()["objects"])


def for_object(label: str, mood: str = "") -> str | None:
    """The glyph's name for a COCO label, the nearest one where the font has none; a person moves with the mood."""
    if label == "person" and mood in _tables()["people"]:
        return str(_tables()["people"][mood])
    return _tables()["objects"].get(label)


def for_word(word: str) -> str | None:
    """The glyph's name for a word of a title or of the listener, such as "moon"; None where there is none."""
    return _tables()["words"].get(word)


@cache
def _font() -> ImageFont.FreeTypeFont:
    with as_file(files(__name__) / "materialdesignicons.ttf") as path:
        return ImageFont.truetype(path, _PIXELS)


@cache
def mask(glyph: str) -> Image.Image:
    """Mode L, cropped to its ink: 255 where ink is, about 600 pixels along the longer side. Do not draw on it.

    Raises KeyError where `glyph` is not in the table.
    """
    character = chr(_tables()["codepoints"][glyph])
    sheet = Image.new("L", (2 * _PIXELS, 2 * _PIXELS))
    ImageDraw.Draw(sheet).text((_PIXELS, _PIXELS), character, fill=255, font=_font(), anchor="mm")
    return sheet.crop(sheet.getbbox())
