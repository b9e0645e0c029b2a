"""Sheets of pictures for the documentation, the page and the eye, as JPEGs of limited size."""

from collections.abc import Iterable
from pathlib import Path

from PIL import Image

from scripts.local.paths import ROOT

DOCS, WEB = ROOT / "docs", ROOT / "functions" / "api" / "web"
PAPER = "#faf8f4"


def draw_grid(tiles: Iterable[Image.Image], columns: int, side: int, gap: int = 0, paper: str = PAPER) -> Image.Image:
    """Return square pictures in rows, each `side` pixels wide."""
    images = [resize(tile, side) for tile in tiles]
    step, rows = side + gap, -(-len(images) // columns)
    sheet = Image.new("RGB", (columns * step - gap, rows * step - gap), paper)
    for place, image in enumerate(images):
        sheet.paste(image, (place % columns * step, place // columns * step))
    return sheet


def resize(image: Image.Image, side: int) -> Image.Image:
    return image.convert("RGB").resize((side, side), Image.Resampling.LANCZOS)


def save_jpeg(sheet: Image.Image, file: Path, max_bytes: int | None = None) -> None:
    """Save the best JPEG of at most `max_bytes`."""
    file.parent.mkdir(parents=True, exist_ok=True)
    for quality in range(90, 40, -2):
        sheet.save(file, "JPEG", quality=quality)
        if max_bytes is None or file.stat().st_size <= max_bytes:
            break
    print(f"{file}: {sheet.width}x{sheet.height}, {file.stat().st_size // 1000} KB")
