"""Sheets of pictures for the documentation, the page and the eye, as JPEGs of limited size."""

from collections.abc import Iterable, Sequence
from itertools import zip_longest
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from scripts.local.paths import ROOT

DOCS, WEB = ROOT / "docs", ROOT / "functions" / "api" / "web"
PAPER = "#faf8f4"
_CAPTION_HEIGHT = 34


def draw_grid(
    tiles: Iterable[Image.Image],
    columns: int,
    side: int,
    gap: int = 0,
    paper: str = PAPER,
    captions: Sequence[str] = (),
) -> Image.Image:
    """Return square pictures in rows, each `side` pixels wide, with a caption below each if there are any."""
    images = [tile.convert("RGB").resize((side, side), Image.Resampling.LANCZOS) for tile in tiles]
    across, down = side + gap, side + gap + (_CAPTION_HEIGHT if captions else 0)
    sheet = Image.new("RGB", (columns * across - gap, -(-len(images) // columns) * down - gap), paper)
    draw = ImageDraw.Draw(sheet)
    for place, (image, caption) in enumerate(zip_longest(images, captions)):
        x, y = place % columns * across, place // columns * down
        sheet.paste(image, (x, y))
        if caption:
            draw.text((x, y + side + 4), caption, fill="#1d1b19", font=ImageFont.load_default(15))
    return sheet


def stack(sheets: Sequence[Image.Image], gap: int) -> Image.Image:
    """Return sheets one below the other."""
    column = Image.new("RGB", (max(sheet.width for sheet in sheets), sum(s.height + gap for s in sheets) - gap), PAPER)
    y = 0
    for sheet in sheets:
        column.paste(sheet, (0, y))
        y += sheet.height + gap
    return column


def save_jpeg(sheet: Image.Image, file: Path, max_bytes: int | None = None) -> None:
    """Save the best JPEG of at most `max_bytes`."""
    file.parent.mkdir(parents=True, exist_ok=True)
    for quality in range(90, 40, -2):
        sheet.save(file, "JPEG", quality=quality)
        if max_bytes is None or file.stat().st_size <= max_bytes:
            break
    print(f"{file}: {sheet.width}x{sheet.height}, {file.stat().st_size // 1000} KB")
