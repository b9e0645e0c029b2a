"""Square artwork, cut and printed from the demo photographs or drawn, and files that break image decoders."""

import io
import struct
import zlib
from collections.abc import Iterable
from functools import cache
from typing import Any

from PIL import Image, ImageColor, ImageOps

from scripts import assets
from scripts.fakes.catalog import Artwork
from scripts.fakes.drawings import draw_artwork

SIZES = (640, 300, 64)


@cache
def render_jpeg(artwork: Artwork, size: int) -> bytes:
    """Return a JPEG of `size` x `size` pixels."""
    if artwork.drawing:
        picture = draw_artwork(artwork.drawing, artwork.inks)
        return encode(picture.resize((size, size), Image.Resampling.LANCZOS), "JPEG", quality=90)
    picture = _read_photo(artwork.picture)
    if artwork.whole is not None:
        side = max(picture.size)
        picture = ImageOps.pad(picture, (side, side), color=artwork.whole)
    crop = min(picture.size) / artwork.zoom
    left, top = (picture.width - crop) * artwork.at, (picture.height - crop) / 2
    if picture.height > picture.width:
        left, top = (picture.width - crop) / 2, (picture.height - crop) * artwork.at
    picture = picture.resize((size, size), Image.Resampling.LANCZOS, box=(left, top, left + crop, top + crop))
    if artwork.inks:
        dark, light = (ImageColor.getrgb(ink)[:3] for ink in artwork.inks)
        gray = ImageOps.autocontrast(picture.convert("L"), cutoff=1)
        picture = ImageOps.colorize(gray, dark, light)
    return encode(picture, "JPEG", quality=90)


def render_mosaic(artworks: Iterable[Artwork | str | None], size: int) -> Image.Image:
    """Return what Spotify shows for a playlist without an image of its own: the artwork of four albums."""
    mosaic, side = Image.new("RGB", (size, size), "#282828"), size // 2
    for place, artwork in enumerate(artworks):
        if isinstance(artwork, Artwork):
            with Image.open(io.BytesIO(render_jpeg(artwork, SIZES[0]))) as picture:
                tile = picture.resize((side, side), Image.Resampling.LANCZOS)
            mosaic.paste(tile, (place % 2 * side, place // 2 * side))
    return mosaic


@cache
def _read_photo(name: str) -> Image.Image:
    with Image.open(assets.fetch_photos()[name]) as photo:
        return photo.convert("RGB")


def encode(picture: Image.Image, image_format: str, **options: Any) -> bytes:
    body = io.BytesIO()
    picture.save(body, image_format, **options)
    return body.getvalue()


def oversized_png() -> bytes:
    """Return a small PNG file whose header says 30,000 x 30,000 pixels."""
    header = struct.pack(">IIBBBBB", 30_000, 30_000, 8, 2, 0, 0, 0)
    chunks = [(b"IHDR", header), (b"IDAT", zlib.compress(bytes(1000))), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in chunks
    )
