"""Square artwork, cut and printed from the demo photographs; and pictures that no honest server would send."""

import io
import struct
import zlib
from functools import cache

from PIL import Image, ImageColor, ImageOps

from scripts import assets
from scripts.standins.catalogue import Artwork

SIZES = (640, 300, 64)


@cache
def jpeg(artwork: Artwork, size: int) -> bytes:
    """Artwork of `size` x `size` pixels."""
    with Image.open(assets.pictures()[artwork.picture]) as photograph:
        picture = photograph.convert("RGB")
    if artwork.whole is not None:
        side = max(picture.size)
        picture = ImageOps.pad(picture, (side, side), color=artwork.whole)
    side = min(picture.size) / artwork.zoom
    left, top = (picture.width - side) * artwork.at, (picture.height - side) / 2
    if picture.height > picture.width:
        left, top = (picture.width - side) / 2, (picture.height - side) * artwork.at
    picture = picture.resize((size, size), Image.Resampling.LANCZOS, box=(left, top, left + side, top + side))
    if artwork.inks is not None:
        dark, light = (ImageColor.getrgb(ink) for ink in artwork.inks)
        picture = ImageOps.colorize(ImageOps.autocontrast(picture.convert("L"), cutoff=1), dark, light)
    body = io.BytesIO()
    picture.save(body, "JPEG", quality=90)
    return body.getvalue()


def cut_off() -> bytes:
    whole = jpeg(Artwork("coffee"), 640)
    return whole[: len(whole) // 2]


def too_many_pixels() -> bytes:
    """A sound, small PNG file of 30,000 x 30,000 pixels, according to its header."""
    header = struct.pack(">IIBBBBB", 30_000, 30_000, 8, 2, 0, 0, 0)
    chunks = [(b"IHDR", header), (b"IDAT", zlib.compress(bytes(1000))), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in chunks
    )
