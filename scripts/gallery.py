"""`make gallery`: what the style transfer does, and covers of eight tastes, labelled, into out/gallery*.jpg.

The steps' own modules make them, from the detector to the finished cover; only the stack is not there. With `--docs`
three of the rows go into docs/gallery.jpg as well, small.
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
from scripts.local.paths import ROOT
from scripts.prompts import compose_prompts
from scripts.standins.artwork import jpeg
from scripts.standins.catalogue import Artwork
from scripts.tastes import DemoTaste, load_tastes
from stylize import finishing, render, style_transfer
from stylize.typesetting import font, legible, wrap

OUT = ROOT / "out"
DOCS = ROOT / "docs" / "gallery.jpg"
DOCS_BYTES = 180_000
VARIATIONS = 4
STRENGTHS = (0.0, 0.3, CoverOptions().style_strength, 0.85)
# Sample artwork that shows what the transfer does: contents down, styles across.
_CONTENTS = tuple(Artwork(name) for name in ("chelsea", "coffee", "astronaut"))
_STYLES = (
    Artwork("motorcycle_left", at=0.5),
    Artwork("retina"),
    Artwork("ihc"),
    Artwork("gravel", inks=("#12205a", "#ffd9a0")),
)
_IN_DOCS = ("ambient", "disco", "folk")
_PAPER, _INK, _GREY = "#faf8f4", "#1d1b19", "#6f6a62"
_CELL, _GAP, _MARGIN, _LABEL = 300, 14, 48, 250
_SMALL = 64


@dataclass(frozen=True, eq=False)
class Covers:
    """What one taste got: `prompts` by variation, `masters` by (variation, strength)."""

    listener: DemoTaste
    prompts: Sequence[Prompt]

    @cache  # noqa: B019  # eight of them, as long as the process
    def painting(self, variation: int) -> Image.Image:
        return paint(self.prompts[variation])

    @cache  # noqa: B019
    def master(self, variation: int, strength: float = CoverOptions().style_strength) -> Image.Image:
        """At strength 0 the painting as it is."""
        prompt = self.prompts[variation]
        artworks = {
            album: decode_image(self.listener.render_artwork(album)) for album in prompt.style_albums if strength
        }
        made, _ = render.finished(self.painting(variation), artworks, prompt, CoverOptions(style_strength=strength))
        return made


def covers_of(listener: DemoTaste) -> Covers:
    return Covers(
        listener, compose_prompts(listener, *(CoverOptions(variation=number) for number in range(VARIATIONS)))
    )


def introduction() -> Image.Image:
    """Contents down, styles across: the style transfer alone, on sample artwork."""
    sheet = _Sheet("What the style transfer does: the picture on the left in the manner of the one above", len(_STYLES))
    sheet.row("", "", [("", _sample(style)) for style in _STYLES], height=_CELL // 2)
    for content in _CONTENTS:
        sheet.row("", "", [("", _transferred(content, style)) for style in _STYLES], beside=_sample(content))
    return sheet.done()


def variations(rows: Sequence[Covers]) -> Image.Image:
    """Below one row of the style transfer alone."""
    sheet = _Sheet(f"Eight tastes, {VARIATIONS} variations, strength {CoverOptions().style_strength:.0%}", VARIATIONS)
    told = "the picture below in the manner of each of the four small ones"
    shown = [("", _inset(_transferred(_CONTENTS[0], style), _sample(style))) for style in _STYLES]
    sheet.row("style alone", told, shown, beside=_sample(_CONTENTS[0]))
    for row in rows:
        cells = [(row.prompts[number].composition, row.master(number)) for number in range(VARIATIONS)]
        sheet.row(*_told(row), cells, palette=row.prompts[0].palette, small=True)
    return sheet.done()


def strengths(rows: Sequence[Covers]) -> Image.Image:
    """Each taste with a variation of its own, so that all compositions are seen."""
    sheet = _Sheet("The same painting, more and more in the manner of the artwork", len(STRENGTHS))
    for number, row in enumerate(rows):
        cells = [(f"strength {strength:.0%}", row.master(number % VARIATIONS, strength)) for strength in STRENGTHS]
        sheet.row(*_told(row), cells, palette=row.prompts[0].palette)
    return sheet.done()


def small_rows(rows: Sequence[Covers]) -> Image.Image:
    """For the README: covers alone, without a word."""
    side, gap = 216, 8
    sheet = Image.new("RGB", (VARIATIONS * (side + gap) - gap, len(rows) * (side + gap) - gap), _PAPER)
    for y, row in enumerate(rows):
        for x in range(VARIATIONS):
            sheet.paste(_reduced(row.master(x), side), (x * (side + gap), y * (side + gap)))
    return sheet


def save(sheet: Image.Image, file: Path, most: int | None = None) -> None:
    """The best JPEG of at most `most` bytes."""
    file.parent.mkdir(exist_ok=True)
    for quality in range(90, 40, -2):
        sheet.save(file, "JPEG", quality=quality, subsampling=0)
        if most is None or file.stat().st_size <= most:
            break
    print(f"{file.relative_to(ROOT)}: {sheet.width}x{sheet.height}, {file.stat().st_size // 1000} KB")


def _told(row: Covers) -> tuple[str, str]:
    genres = dict.fromkeys(genre for song in row.listener.songs for genre in song.genres)
    return row.listener.name, ", ".join(genres)


class _Sheet:
    """Rows of pictures with words on their left."""

    def __init__(self, title: str, columns: int) -> None:
        width = _MARGIN + _LABEL + columns * (_CELL + _GAP) + _SMALL + _MARGIN
        self._sheet, self._y = Image.new("RGB", (width, 10 * (_CELL + 90)), _PAPER), _MARGIN
        self._pen = ImageDraw.Draw(self._sheet)
        self._pen.text((_MARGIN, self._y), title, fill=_INK, font=font(34))
        self._y += 74

    def row(
        self,
        title: str,
        below: str,
        cells: Sequence[tuple[str, Image.Image]],
        *,
        height: int = _CELL,
        palette: Sequence[str] = (),
        beside: Image.Image | None = None,
        small: bool = False,
    ) -> None:
        """`beside`: a picture instead of words. `small`: the cells once more as a list of covers would show them."""
        if beside is not None:
            side = _LABEL - (90 if title else 40)
            self._sheet.paste(
                _reduced(beside, side), (_MARGIN, self._y + height - (side if title else (height + side) // 2))
            )
        self._pen.text((_MARGIN, self._y), title, fill=_INK, font=font(28))
        for line, words in enumerate(wrap(legible(below), 17, _LABEL - 24, 7)):
            self._pen.text((_MARGIN, self._y + 46 + 23 * line), words, fill=_GREY, font=font(17))
        for place, colour in enumerate(palette):
            left, top = _MARGIN + 34 * place, self._y + height - 40
            self._pen.rectangle((left, top, left + 29, top + 29), fill=colour)
        for place, (caption, picture) in enumerate(cells):
            x = _MARGIN + _LABEL + place * (_CELL + _GAP)
            self._sheet.paste(ImageOps.contain(picture, (_CELL, height), Image.Resampling.LANCZOS), (x, self._y))
            self._pen.text((x, self._y + height + 6), caption, fill=_GREY, font=font(16))
            if small:
                end = _MARGIN + _LABEL + len(cells) * (_CELL + _GAP) + 10
                self._sheet.paste(_reduced(picture, _SMALL), (end, self._y + place * (_SMALL + 14)))
        self._y += height + (40 if any(caption for caption, _ in cells) else _GAP)

    def done(self) -> Image.Image:
        return self._sheet.crop((0, 0, self._sheet.width, self._y + _MARGIN - _GAP))


def _sample(made: Artwork) -> Image.Image:
    return decode_image(jpeg(made, 640))


def _transferred(content: Artwork, style: Artwork) -> Image.Image:
    """At full strength: the network alone."""
    return finishing.finish(style_transfer.stylize(_sample(content), style_transfer.bottleneck(_sample(style)), 1))


def _inset(picture: Image.Image, small: Image.Image) -> Image.Image:
    """With the other in a corner, in a narrow frame."""
    both, side = picture.copy(), picture.width * 3 // 10
    both.paste(_PAPER, (0, picture.height - side - 12, side + 12, picture.height))
    both.paste(_reduced(small, side), (0, picture.height - side))
    return both


def _reduced(picture: Image.Image, side: int) -> Image.Image:
    return picture.resize((side, side), Image.Resampling.LANCZOS)


def main() -> int:
    parser = argparse.ArgumentParser(description="Covers of eight tastes, side by side.")
    parser.add_argument("--docs", action="store_true", help="also docs/gallery.jpg, small")
    docs = parser.parse_args().docs
    rows = [covers_of(listener) for listener in load_tastes()]
    save(introduction(), OUT / "gallery-style.jpg")
    save(variations(rows), OUT / "gallery.jpg")
    save(strengths(rows), OUT / "gallery-strengths.jpg")
    if docs:
        save(small_rows([row for row in rows if row.listener.name in _IN_DOCS]), DOCS, DOCS_BYTES)
    return 0


if __name__ == "__main__":
    sys.exit(main())
