"""`make gallery`: sheets with the style transfer and with covers for eight tastes, in out/gallery*.jpg.

The covers are made by the steps' own modules, from the detector to the finished cover, without a stack. With `--docs`,
three of the rows are written to docs/gallery.jpg as well, in small.
"""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageOps

from coverart.images.decode import decode_image
from coverart.models import CoverOptions, Prompt
from generate.painter import paint
from scripts.fakes.artwork import render_jpeg
from scripts.fakes.catalog import Artwork
from scripts.local.paths import ROOT
from scripts.prompts import compose_prompts
from scripts.tastes import DemoTaste, load_tastes
from stylize import finishing, render, style_transfer
from stylize.typesetting import get_font, transliterate, wrap

OUT = ROOT / "out"
DOCS = ROOT / "docs" / "gallery.jpg"
MAX_DOCS_BYTES = 180_000
VARIATIONS = 4
STRENGTHS = (0.0, 0.3, CoverOptions().style_strength, 0.85)
# Sample artwork that shows what the style transfer does: contents below each other, styles beside each other.
_CONTENTS = tuple(Artwork(name) for name in ("chelsea", "coffee", "astronaut"))
_STYLES = (
    Artwork("motorcycle_left", at=0.5),
    Artwork("retina"),
    Artwork("ihc"),
    Artwork("gravel", inks=("#12205a", "#ffd9a0")),
)
_TASTES_IN_DOCS = ("ambient", "disco", "folk")
_PAPER, _INK, _GRAY = "#faf8f4", "#1d1b19", "#6f6a62"
# Pixels.
_CELL, _GAP, _MARGIN, _LABEL_WIDTH = 300, 14, 48, 250
_THUMBNAIL = 64


@dataclass(frozen=True, eq=False)
class TasteCovers:
    """The covers for one taste. `prompts`: one for each variation."""

    taste: DemoTaste
    prompts: Sequence[Prompt]

    @cache  # noqa: B019  # eight of them, for the life of the process
    def paint(self, variation: int) -> Image.Image:
        """Return the painting of a variation, 1024x1024 pixels."""
        return paint(self.prompts[variation])

    @cache  # noqa: B019  # likewise
    def render_master(self, variation: int, strength: float = CoverOptions().style_strength) -> Image.Image:
        """Return the cover of a variation, 1024x1024 pixels; the painting itself where `strength` is 0."""
        prompt = self.prompts[variation]
        artworks = {album: decode_image(self.taste.render_artwork(album)) for album in prompt.style_albums if strength}
        options = CoverOptions(style_strength=strength)
        master, _ = render.render_master(self.paint(variation), artworks, prompt, options)
        return master


def create_covers(taste: DemoTaste) -> TasteCovers:
    """Write the prompts for a taste; paintings and covers are made on first use."""
    return TasteCovers(taste, compose_prompts(taste, *(CoverOptions(variation=number) for number in range(VARIATIONS))))


def draw_style_transfer() -> Image.Image:
    """Return a sheet of the style transfer alone: a row for each content, a column for each style."""
    sheet = _Sheet("Style transfer: the image on the left in the style of the image above", len(_STYLES))
    sheet.draw_row("", "", [("", _load_sample(style)) for style in _STYLES], height=_CELL // 2)
    for content in _CONTENTS:
        cells = [("", _transfer_style(content, style)) for style in _STYLES]
        sheet.draw_row("", "", cells, label_image=_load_sample(content))
    return sheet.crop()


def draw_variations(rows: Sequence[TasteCovers]) -> Image.Image:
    """Return a sheet with all variations for each taste, below one row of the style transfer alone."""
    sheet = _Sheet(f"Eight tastes, {VARIATIONS} variations, strength {CoverOptions().style_strength:.0%}", VARIATIONS)
    content = _CONTENTS[0]
    cells = [("", _draw_inset(_transfer_style(content, style), _load_sample(style))) for style in _STYLES]
    description = "the image below in the style of each of the four small ones"
    sheet.draw_row("style alone", description, cells, label_image=_load_sample(content))
    for row in rows:
        cells = [(row.prompts[number].composition, row.render_master(number)) for number in range(VARIATIONS)]
        sheet.draw_row(*_describe(row), cells, palette=row.prompts[0].palette, thumbnails=True)
    return sheet.crop()


def draw_strengths(rows: Sequence[TasteCovers]) -> Image.Image:
    """Return a sheet with one cover for each taste at several strengths.

    The tastes use different variations, so that all compositions are seen.
    """
    sheet = _Sheet("The same painting with increasing style strength", len(STRENGTHS))
    for number, row in enumerate(rows):
        variation = number % VARIATIONS
        cells = [(f"strength {strength:.0%}", row.render_master(variation, strength)) for strength in STRENGTHS]
        sheet.draw_row(*_describe(row), cells, palette=row.prompts[0].palette)
    return sheet.crop()


def draw_docs_image(rows: Sequence[TasteCovers]) -> Image.Image:
    """Return the covers alone, without any text, for the README."""
    side, gap = 216, 8
    sheet = Image.new("RGB", (VARIATIONS * (side + gap) - gap, len(rows) * (side + gap) - gap), _PAPER)
    for y, row in enumerate(rows):
        for x in range(VARIATIONS):
            sheet.paste(_resize(row.render_master(x), side), (x * (side + gap), y * (side + gap)))
    return sheet


def save_jpeg(sheet: Image.Image, file: Path, max_bytes: int | None = None) -> None:
    """Save the best JPEG of at most `max_bytes`."""
    file.parent.mkdir(exist_ok=True)
    for quality in range(90, 40, -2):
        sheet.save(file, "JPEG", quality=quality, subsampling=0)
        if max_bytes is None or file.stat().st_size <= max_bytes:
            break
    print(f"{file.relative_to(ROOT)}: {sheet.width}x{sheet.height}, {file.stat().st_size // 1000} KB")


def _describe(row: TasteCovers) -> tuple[str, str]:
    genres = dict.fromkeys(genre for song in row.taste.songs for genre in song.genres)
    return row.taste.name, ", ".join(genres)


class _Sheet:
    """Rows of images with a label on their left."""

    def __init__(self, title: str, columns: int) -> None:
        width = _MARGIN + _LABEL_WIDTH + columns * (_CELL + _GAP) + _THUMBNAIL + _MARGIN
        self._image, self._y = Image.new("RGB", (width, 10 * (_CELL + 90)), _PAPER), _MARGIN
        self._draw = ImageDraw.Draw(self._image)
        self._draw.text((_MARGIN, self._y), title, fill=_INK, font=get_font(34))
        self._y += 74

    def draw_row(
        self,
        title: str,
        description: str,
        cells: Sequence[tuple[str, Image.Image]],
        *,
        height: int = _CELL,
        palette: Sequence[str] = (),
        label_image: Image.Image | None = None,
        thumbnails: bool = False,
    ) -> None:
        """Draw captions and images. `thumbnails`: repeat the images in the size in which a list shows covers."""
        if label_image is not None:
            side = _LABEL_WIDTH - (90 if title else 40)
            top = height - (side if title else (height + side) // 2)
            self._image.paste(_resize(label_image, side), (_MARGIN, self._y + top))
        self._draw.text((_MARGIN, self._y), title, fill=_INK, font=get_font(28))
        for number, line in enumerate(wrap(transliterate(description), 17, _LABEL_WIDTH - 24, 7)):
            self._draw.text((_MARGIN, self._y + 46 + 23 * number), line, fill=_GRAY, font=get_font(17))
        for index, color in enumerate(palette):
            left, top = _MARGIN + 34 * index, self._y + height - 40
            self._draw.rectangle((left, top, left + 29, top + 29), fill=color)
        for index, (caption, image) in enumerate(cells):
            x = _MARGIN + _LABEL_WIDTH + index * (_CELL + _GAP)
            self._image.paste(ImageOps.contain(image, (_CELL, height), Image.Resampling.LANCZOS), (x, self._y))
            self._draw.text((x, self._y + height + 6), caption, fill=_GRAY, font=get_font(16))
            if thumbnails:
                thumbnail_x = _MARGIN + _LABEL_WIDTH + len(cells) * (_CELL + _GAP) + 10
                self._image.paste(_resize(image, _THUMBNAIL), (thumbnail_x, self._y + index * (_THUMBNAIL + 14)))
        self._y += height + (40 if any(caption for caption, _ in cells) else _GAP)

    def crop(self) -> Image.Image:
        return self._image.crop((0, 0, self._image.width, self._y + _MARGIN - _GAP))


def _load_sample(artwork: Artwork) -> Image.Image:
    return decode_image(render_jpeg(artwork, 640))


def _transfer_style(content: Artwork, style: Artwork) -> Image.Image:
    """Return the content at full strength, which is the network alone."""
    style_vector = style_transfer.predict_style_vector(_load_sample(style))
    return finishing.finish(style_transfer.stylize(_load_sample(content), style_vector, 1))


def _draw_inset(image: Image.Image, small: Image.Image) -> Image.Image:
    """Return the image with another one in its lower left corner, in a narrow frame."""
    framed, side = image.copy(), image.width * 3 // 10
    framed.paste(_PAPER, (0, image.height - side - 12, side + 12, image.height))
    framed.paste(_resize(small, side), (0, image.height - side))
    return framed


def _resize(image: Image.Image, side: int) -> Image.Image:
    return image.resize((side, side), Image.Resampling.LANCZOS)


def main() -> int:
    """Write the sheets."""
    parser = argparse.ArgumentParser(description="Covers for eight tastes, side by side.")
    parser.add_argument("--docs", action="store_true", help="also docs/gallery.jpg, small")
    write_docs = parser.parse_args().docs
    rows = [create_covers(taste) for taste in load_tastes()]
    save_jpeg(draw_style_transfer(), OUT / "gallery-style.jpg")
    save_jpeg(draw_variations(rows), OUT / "gallery.jpg")
    save_jpeg(draw_strengths(rows), OUT / "gallery-strengths.jpg")
    if write_docs:
        save_jpeg(draw_docs_image([row for row in rows if row.taste.name in _TASTES_IN_DOCS]), DOCS, MAX_DOCS_BYTES)
    return 0


if __name__ == "__main__":
    sys.exit(main())
