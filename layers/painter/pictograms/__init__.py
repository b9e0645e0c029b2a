"""Pictograms for the painter: which glyph stands for what, and the glyph as blocks to print with.

Two fonts lie beside this file, put there by scripts/build_models.py: `notoemoji.ttf` (Noto Emoji in one colour, bold,
OFL-1.1) and, for what it lacks, `materialdesignicons.ttf` (7.2.96, Apache-2.0).
"""

import tomllib
from functools import cache
from importlib.resources import as_file, files
from typing import Any, NamedTuple

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont

_PIXELS = 640
_SMALL = 160  # side at which areas are filled and shrunk: there it takes milliseconds
_STROKE = 9  # pixels of _SMALL, odd: the outline of a glyph of Noto Emoji
_PRIVATE = 0xF0000  # from here on: Material Design Icons
_SOLID = 0.8  # share of ink in its shape above which a glyph is a silhouette without inner drawing


class Pictogram(NamedTuple):
    """Mode L, of one size, about 600 pixels along the longer side: 255 where ink is. Do not draw on them.

    `shape`: everything inside the outline. `block`: the shape with the inner drawing cut out of it, as on a linocut.
    `cuts`: what was cut out.
    """

    shape: Image.Image
    block: Image.Image
    cuts: Image.Image


@cache
def _tables() -> dict[str, dict[str, Any]]:
    return tomllib.loads((files(__name__) / "pictograms.toml").read_text("utf-8"))


def labels() -> list[str]:
    """The COCO labels that have a pictogram: all 80."""
    return list(_tables()["objects"])


def for_object(label: str, mood: str = "") -> str | None:
    """The glyph's name for a COCO label; a person moves with the mood."""
    if label == "person" and mood in _tables()["people"]:
        return str(_tables()["people"][mood])
    return _tables()["objects"].get(label)


def for_word(word: str) -> str | None:
    """The glyph's name for a word of a title or of the listener, such as "moon"; None where there is none."""
    return _tables()["words"].get(word)


@cache
def pictogram(glyph: str) -> Pictogram:
    """Raises KeyError where `glyph` is not in the table."""
    code = _tables()["codepoints"][glyph]
    sheet = Image.new("L", (2 * _PIXELS, 2 * _PIXELS))
    font = _font("materialdesignicons.ttf" if code >= _PRIVATE else "notoemoji.ttf")
    ImageDraw.Draw(sheet).text((_PIXELS, _PIXELS), chr(code), fill=255, font=font, anchor="mm")
    lines = sheet.crop(sheet.getbbox())
    shape, core = _filled(lines)
    solid = code >= _PRIVATE or _ink(lines) > _SOLID * _ink(shape)
    block = lines if solid else ImageChops.subtract(shape, ImageChops.multiply(lines, core))
    return Pictogram(shape, block, ImageChops.subtract(shape, block))


@cache
def _font(name: str) -> ImageFont.FreeTypeFont:
    with as_file(files(__name__) / name) as path:
        return ImageFont.truetype(path, _PIXELS)


def _filled(lines: Image.Image) -> tuple[Image.Image, Image.Image]:
    """The shape inside the outline, and what of it is further inside than the outline is wide."""
    scale = _SMALL / max(lines.size)
    size = (max(1, round(lines.width * scale)), max(1, round(lines.height * scale)))
    around = Image.new("L", (size[0] + 2 * _STROKE, size[1] + 2 * _STROKE))
    around.paste(lines.resize(size, Image.Resampling.BOX).point(lambda ink: 255 * (ink > 90)), (_STROKE, _STROKE))
    ImageDraw.floodfill(around, (0, 0), 128)
    inside = around.point(lambda ink: 255 * (ink != 128))
    box = (_STROKE, _STROKE, _STROKE + size[0], _STROKE + size[1])
    inner, core = (
        inside.filter(ImageFilter.MinFilter(width)).crop(box).resize(lines.size, Image.Resampling.BICUBIC)
        for width in (3, 2 * _STROKE - 1)
    )
    # Filters work in squares: the blur takes the corners off.
    smooth = core.filter(ImageFilter.GaussianBlur(_PIXELS / 90))
    return ImageChops.lighter(lines, inner), smooth.point(lambda ink: max(0, min(255, (ink - 104) * 6)))


def _ink(mask: Image.Image) -> float:
    return float(sum(level * count for level, count in enumerate(mask.histogram())))
