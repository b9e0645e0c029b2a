"""The JPEG that Spotify takes for a playlist's image."""

import io
from bisect import bisect_right
from functools import cache

from PIL import Image

from coverart.errors import PictureError
from coverart.images.decode import decode_image, detect_content_type

COVER_SIDE_PIXELS = 640
# Spotify takes 256 KB of Base64; 255,000 bytes of it are 191,250 of JPEG.
MAX_COVER_BYTES = 255_000 // 4 * 3

FULL_CHROMA, _HALF_CHROMA = 0, 2  # Pillow's numbers for 4:4:4 and 4:2:0
# Side, chroma, and the lowest quality that is still better than the next line.
_CHOICES = (
    (COVER_SIDE_PIXELS, FULL_CHROMA, 82),
    (COVER_SIDE_PIXELS, _HALF_CHROMA, 60),
    (COVER_SIDE_PIXELS // 2, _HALF_CHROMA, 1),
)
_BEST_QUALITY = 96  # above it a JPEG grows by half and looks the same


def encode_cover_jpeg(master: Image.Image) -> bytes:
    """The best JPEG that Spotify takes: at most MAX_COVER_BYTES, which is 255,000 bytes of Base64.

    Spotify shows at most 640 pixels and makes its smaller sizes itself: more pixels would spend the bytes on what
    nobody sees, fewer look soft. At 640 the highest quality that fits is taken, with the colours' full resolution,
    since at 4:2:0 saturated shapes on dark grounds get dull, jagged edges; only where that would push quality below
    82, where blocks begin to show, are the colours halved. Mere noise, which fits neither way, is halved in size.
    """
    for side, chroma, lowest in _CHOICES:
        small, qualities = resize_to_fit(master, side), range(lowest, _BEST_QUALITY + 1)

        @cache
        def encode(quality: int, small: Image.Image = small, chroma: int = chroma) -> bytes:
            # Not optimize=True: Pillow then fails on noise, which outgrows its buffer.
            return encode_image(small, "JPEG", quality=quality, subsampling=chroma)

        fitting = bisect_right(qualities, MAX_COVER_BYTES, key=lambda quality: len(encode(quality)))
        if fitting:
            return encode(qualities[fitting - 1])
    raise PictureError("The cover does not fit into what Spotify takes.")


def to_uploadable_jpeg(data: bytes) -> bytes:
    """The picture itself, byte for byte, where Spotify takes it; else the best JPEG of it. Raises PictureError."""
    if len(data) <= MAX_COVER_BYTES and detect_content_type(data) == "image/jpeg":
        return data
    return encode_cover_jpeg(decode_image(data))


def resize_to_fit(picture: Image.Image, side: int) -> Image.Image:
    """In its proportions, at most `side` pixels wide and high."""
    scale = min(side / max(picture.size), 1)
    width, height = (max(round(length * scale), 1) for length in picture.size)
    return picture.resize((width, height), Image.Resampling.LANCZOS)


def encode_image(picture: Image.Image, format: str, **options: object) -> bytes:  # noqa: A002  # Pillow's name for it
    """Without metadata, the same bytes for the same picture."""
    buffer, bare = io.BytesIO(), picture
    if picture.info:
        # Pillow writes a comment or colour profile that came with the picture.
        bare = picture.copy()
        bare.info.clear()
    bare.save(buffer, format, **options)
    return buffer.getvalue()
