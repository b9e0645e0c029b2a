"""`python -m scripts.looks`: a library of ten invented playlists in each built-in look, as a wall.

Files in out/looks: a wall for each look, its covers at 300 pixels and below them at 64, as in a list. With `--docs`,
three walls (docs/looks.jpg) and the page's pictures of all looks (functions/api/web/series.jpg) are written, too.
"""

import argparse
import sys
from collections.abc import Sequence
from functools import cache

from PIL import Image

from coverart.looks import load_looks
from coverart.models import CoverOptions
from generate.painter import paint_scene
from prompt.compose import compose
from prompt.looks import plan_series_part
from scripts.gallery import save_jpeg
from scripts.local.paths import ROOT
from scripts.prompts import read_profile
from scripts.tastes import DemoTaste, load_tastes
from stylize import render

OUT = ROOT / "out" / "looks"
DOCS_SHEET, PAGE_SHEET = ROOT / "docs" / "looks.jpg", ROOT / "functions" / "api" / "web" / "series.jpg"
MAX_DOCS_BYTES, MAX_PAGE_BYTES = 220_000, 140_000
# Of tastes.toml, in the order of a library; a name of the playlist, and a second line where it has one.
LIBRARY = {
    "folk": ("Kitchen Door", "from the high road"),
    "hip-hop": ("Corner Store", ""),
    "ambient": ("Slow Weather", "for mornings"),
    "bossa": ("Domingo", "Rio, 1962 and after"),
    "metal": ("Iron Liturgy", ""),
    "city-pop": ("Expressway", "1984"),
    "classical": ("Second Movement", "piano, left and right"),
    "afrobeat": ("Lagos Heat", "vol. 2"),
    "shoegaze": ("Blur Me", ""),
    "reggaeton": ("Perreo", "hasta las seis"),
}
DOCS_LOOKS = ("block-print", "poster", "arcade")
PAGE_TILES = 3
_PIXELS = 640
_PAPER = "#faf8f4"
_SIDE, _SMALL, _TILE, _GAP = 300, 64, 112, 10


@cache
def make_series(look: str) -> list[Image.Image]:
    """Return the covers of the library in a look, with their titles."""
    tastes = {taste.name: taste for taste in load_tastes()}
    return [
        _make_cover(
            tastes[name], title, CoverOptions(look=look, position=place, lettering="title", second_line=line or None)
        )
        for place, (name, (title, line)) in enumerate(LIBRARY.items())
    ]


def draw_wall(look: str, side: int = _SIDE) -> Image.Image:
    """Return the library in two rows, and in a third at the size of a list."""
    covers = make_series(look)
    columns = len(covers) // 2
    step = side + _GAP
    sheet = Image.new("RGB", (columns * step - _GAP, 2 * step + _SMALL), _PAPER)
    for place, cover in enumerate(covers):
        sheet.paste(_resize(cover, side), (place % columns * step, place // columns * step))
        sheet.paste(_resize(cover, _SMALL), (place * (_SMALL + _GAP), 2 * step))
    return sheet


def draw_docs() -> Image.Image:
    """Return three walls, one below the other."""
    return _stack([draw_wall(look, 150) for look in DOCS_LOOKS], 2 * _GAP)


def draw_page_sheet() -> Image.Image:
    """Return the first covers of each look, a row for each, without gaps."""
    sheet = Image.new("RGB", (PAGE_TILES * _TILE, len(load_looks()) * _TILE))
    for row, look in enumerate(load_looks()):
        for column, cover in enumerate(make_series(look)[:PAGE_TILES]):
            sheet.paste(_resize(cover, _TILE), (column * _TILE, row * _TILE))
    return sheet


def _make_cover(taste: DemoTaste, title: str, options: CoverOptions) -> Image.Image:
    profile = read_profile(taste)
    prompt = compose(
        profile, options, [], title=title, series_part=plan_series_part(options, []), has_image_model=False
    )
    painting, _ = paint_scene(prompt, _PIXELS)
    master = render.render_master(painting, {}, prompt, options).image
    image, note, _cap = render.set_title(master, prompt, options)
    if note:
        print(f"{options.look}, {title}: {note}")
    return image


def _resize(image: Image.Image, side: int) -> Image.Image:
    return image.resize((side, side), Image.Resampling.LANCZOS)


def _stack(sheets: Sequence[Image.Image], gap: int) -> Image.Image:
    height = sum(sheet.height + gap for sheet in sheets) - gap
    stack = Image.new("RGB", (max(sheet.width for sheet in sheets), height), _PAPER)
    y = 0
    for sheet in sheets:
        stack.paste(sheet, (0, y))
        y += sheet.height + gap
    return stack


def main() -> int:
    """Write the walls."""
    parser = argparse.ArgumentParser(description="A library in each built-in look.")
    parser.add_argument("looks", nargs="*", help="ids of looks; none: all")
    parser.add_argument("--docs", action="store_true", help="also the pictures of the docs and the page")
    arguments = parser.parse_args()
    for look in arguments.looks or load_looks():
        save_jpeg(draw_wall(look), OUT / f"{look}.jpg")
    if arguments.docs:
        save_jpeg(draw_docs(), DOCS_SHEET, MAX_DOCS_BYTES)
        save_jpeg(draw_page_sheet(), PAGE_SHEET, MAX_PAGE_BYTES)
    return 0


if __name__ == "__main__":
    sys.exit(main())
