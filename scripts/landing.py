"""The pictures of the landing page and of the looks to choose from, cut from sheets by the page's style sheet.

`make gallery DOCS=1` writes them into the page's folder. Each sheet is one file, because a new AWS account serves ten
requests at once.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path

from PIL import Image

from coverart.models import CoverOptions, Prompt
from generate.painter import paint_scene
from scripts.local.paths import ROOT
from scripts.prompts import compose_prompts
from scripts.tastes import DemoTaste, load_tastes

WEB = ROOT / "functions" / "api" / "web"
MAX_BYTES = {"wall.jpg": 130_000, "looks.jpg": 90_000, "pairs.jpg": 70_000}
# Taste and a listener's direction; welcome.html describes them in the same order. A phone shows the first six.
WALL = (
    ("reggaeton", "a neon palm"),
    ("folk", "wheat, linocut"),
    ("classical", "a candle, stained glass"),
    ("k-pop", "an isometric city"),
    ("arabic", "mosaic"),
    ("andean", "mountains, embroidery"),
    ("afrobeat", "a trumpet, risograph"),
    ("ambient", "a heron, star chart"),
)
# A listener's direction, which decides the technique; looks.js has the same in the same order.
LOOKS = {
    "linocut": ("afrobeat", "folk", "metal"),
    "risograph": ("bossa", "disco", "afrobeat"),
    "sumi": ("ambient", "classical", "shoegaze"),
    "papercut": ("children's songs", "folk", "ambient"),
    "neon": ("reggaeton", "k-pop", "city-pop"),
    "mosaic": ("bossa", "arabic", "reggaeton"),
}
# A library in one look; welcome.html has the titles in the same order.
PAIRS = ("ambient", "metal", "folk", "bossa", "afrobeat", "reggaeton", "hip-hop", "city-pop")
_WALL_PIXELS, _SMALL_PIXELS = 300, 128
_PAINTED_PIXELS = 512


def draw_wall() -> Image.Image:
    """Return eight covers, four by two."""
    tastes = {taste.name: taste for taste in load_tastes()}
    return _join((_paint_in_look(tastes[name], direction) for name, direction in WALL), (4, 2), _WALL_PIXELS)


def draw_looks() -> Image.Image:
    """Return three covers of each look, a row for each."""
    tastes = {taste.name: taste for taste in load_tastes()}
    tiles = (_paint_in_look(tastes[name], look) for look, names in LOOKS.items() for name in names)
    return _join(tiles, (3, len(LOOKS)), _SMALL_PIXELS)


def draw_pairs() -> Image.Image:
    """Return what Spotify shows for a playlist and its cover in the first look, a row for each."""
    tastes = {taste.name: taste for taste in load_tastes()}
    tiles = (
        tile
        for name in PAIRS
        for tile in (tastes[name].render_mosaic(), _paint_in_look(tastes[name], next(iter(LOOKS))))
    )
    return _join(tiles, (2, len(PAIRS)), _SMALL_PIXELS)


def draw_sheets() -> dict[Path, Image.Image]:
    """Return the sheets by file."""
    return {WEB / "wall.jpg": draw_wall(), WEB / "looks.jpg": draw_looks(), WEB / "pairs.jpg": draw_pairs()}


def _paint_in_look(taste: DemoTaste, look: str) -> Image.Image:
    return _paint(compose_prompts(taste, CoverOptions(direction=look))[0])


def _paint(prompt: Prompt) -> Image.Image:
    return paint_scene(prompt, _PAINTED_PIXELS)[0]


def _join(tiles: Iterable[Image.Image], grid: Sequence[int], side: int) -> Image.Image:
    columns, rows = grid
    sheet = Image.new("RGB", (columns * side, rows * side))
    for place, tile in enumerate(tiles):
        resized = tile.convert("RGB").resize((side, side), Image.Resampling.LANCZOS)
        sheet.paste(resized, (place % columns * side, place // columns * side))
    return sheet
