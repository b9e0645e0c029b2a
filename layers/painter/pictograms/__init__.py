"""Pictograms for the painter: which one depicts what, and its drawing as masks to print with.

scripts/build_models.py puts two fonts beside this file: `notoemoji.ttf` (Noto Emoji, monochrome, bold, OFL-1.1) and,
for what it lacks, `materialdesignicons.ttf` (7.2.96, Apache-2.0).
"""

import tomllib
from functools import cache
from importlib.resources import as_file, files
from typing import Any, NamedTuple

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont

from pictograms.masks import list_masks as list_masks
from pictograms.masks import load_mask as load_mask

_FONT_PIXELS = 640
_FILL_PIXELS = 160  # side at which areas are filled and eroded: it takes milliseconds there
_STROKE_PIXELS = 9  # outline width of a glyph of Noto Emoji at _FILL_PIXELS; odd, as MinFilter needs
_FIRST_PRIVATE_CODE_POINT = 0xF0000  # Material Design Icons from here on, Noto Emoji below
_SOLID_INK_SHARE = 0.8  # share of its shape above which a glyph's ink is a silhouette without inner drawing


class Pictogram(NamedTuple):
    """Three masks of one size: mode L, about 600 pixels along the longer side, 255 for ink. They are shared: copy them.

    `shape`: everything inside the outline. `block`: the shape without its inner drawing, like the block of a linocut.
    `cuts`: the inner drawing, which is `shape` minus `block`.
    """

    shape: Image.Image
    block: Image.Image
    cuts: Image.Image


@cache
def _load_tables() -> dict[str, dict[str, Any]]:
    return tomllib.loads((files(__name__) / "pictograms.toml").read_text("utf-8"))


def list_labels() -> list[str]:
    """Return the COCO labels that have a pictogram: all 80."""
    return list(_load_tables()["objects"])


def find_by_label(label: str, mood: str = "") -> str | None:
    """Return the name of a COCO label's pictogram, or None. The mood decides how a person moves."""
    if label == "person" and mood in _load_tables()["people"]:
        return str(_load_tables()["people"][mood])
    return _load_tables()["objects"].get(label)


def find_by_word(word: str) -> str | None:
    """Return the name of the pictogram for a word of a title or of the listener, such as "moon", or None."""
    return _load_tables()["words"].get(word)


@cache
def draw_pictogram(name: str) -> Pictogram:
    """Draw a pictogram of the table. Raises KeyError where it has none of this name."""
    code_point = _load_tables()["codepoints"][name]
    is_private = code_point >= _FIRST_PRIVATE_CODE_POINT
    sheet = Image.new("L", (2 * _FONT_PIXELS, 2 * _FONT_PIXELS))
    font = _load_font("materialdesignicons.ttf" if is_private else "notoemoji.ttf")
    ImageDraw.Draw(sheet).text((_FONT_PIXELS, _FONT_PIXELS), chr(code_point), fill=255, font=font, anchor="mm")
    lines = sheet.crop(sheet.getbbox())
    shape, core = _fill_outline(lines)
    is_solid = is_private or _sum_ink(lines) > _SOLID_INK_SHARE * _sum_ink(shape)
    block = lines if is_solid else ImageChops.subtract(shape, ImageChops.multiply(lines, core))
    return Pictogram(shape, block, ImageChops.subtract(shape, block))


@cache
def _load_font(name: str) -> ImageFont.FreeTypeFont:
    with as_file(files(__name__) / name) as path:
        return ImageFont.truetype(path, _FONT_PIXELS)


def _fill_outline(lines: Image.Image) -> tuple[Image.Image, Image.Image]:
    """Return the shape inside the outline, and its core: what is further inside than the outline is wide."""
    scale = _FILL_PIXELS / max(lines.size)
    size = (max(1, round(lines.width * scale)), max(1, round(lines.height * scale)))
    padded = Image.new("L", (size[0] + 2 * _STROKE_PIXELS, size[1] + 2 * _STROKE_PIXELS))
    small = lines.resize(size, Image.Resampling.BOX).point(lambda ink: 255 * (ink > 90))
    padded.paste(small, (_STROKE_PIXELS, _STROKE_PIXELS))
    ImageDraw.floodfill(padded, (0, 0), 128)
    inside = padded.point(lambda ink: 255 * (ink != 128))
    box = (_STROKE_PIXELS, _STROKE_PIXELS, _STROKE_PIXELS + size[0], _STROKE_PIXELS + size[1])
    inner, core = (
        inside.filter(ImageFilter.MinFilter(width)).crop(box).resize(lines.size, Image.Resampling.BICUBIC)
        for width in (3, 2 * _STROKE_PIXELS - 1)
    )
    # MinFilter erodes in squares: the blur rounds the corners.
    smooth = core.filter(ImageFilter.GaussianBlur(_FONT_PIXELS / 90))
    return ImageChops.lighter(lines, inner), smooth.point(lambda ink: max(0, min(255, (ink - 104) * 6)))


def _sum_ink(mask: Image.Image) -> float:
    return float(sum(level * count for level, count in enumerate(mask.histogram())))
