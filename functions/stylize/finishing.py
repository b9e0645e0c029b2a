"""The files of a finished cover: sRGB, without metadata, the same bytes for the same picture."""

import io
from bisect import bisect_right

import numpy as np
from PIL import Image, ImageFilter, ImageOps, PngImagePlugin

from coverart.errors import PictureError

MASTER_SIDE = 1024
COVER_SIDE = 640
THUMBNAIL_SIDE = 300
# Spotify takes 256 KB of Base64; 255,000 bytes of it are 191,250 of JPEG.
MAX_COVER_BYTES = 255_000 // 4 * 3

_LANCZOS = Image.Resampling.LANCZOS
_FULL_CHROMA, _HALF_CHROMA = 0, 2  # Pillow's numbers for 4:4:4 and 4:2:0
# Side, chroma, and the lowest quality that is still better than the next line.
_CHOICES = (
    (COVER_SIDE, _FULL_CHROMA, 82),
    (COVER_SIDE, _HALF_CHROMA, 60),
    (COVER_SIDE // 2, _HALF_CHROMA, 1),
)
_BEST_QUALITY = 96  # above it a JPEG grows by half and looks the same
_MAX_GAIN = 1.1


def fit(painting: Image.Image) -> Image.Image:
    """The middle square of a painting, 1024x1024."""
    return ImageOps.fit(painting.convert("RGB"), (MASTER_SIDE, MASTER_SIDE), _LANCZOS)


def finish(styled: Image.Image) -> Image.Image:
    """The master, 1024x1024, of what the style network painted: enlarged, toned and sharpened.

    Tones are stretched towards black and white until half a percent of the pixels is at either end, by a tenth at
    most (mist stays misty) and alike for all channels (no colour shifts).
    """
    master = fit(styled)
    low, high = np.percentile(np.asarray(master.convert("L")), (0.5, 99.5))
    span = max(float(high - low), 1.0)
    if span < 255:
        gain = min(_MAX_GAIN, 255 / span)
        # Where the gain is bounded, what is missing stays in its proportion above and below.
        floor = low * (255 - span * gain) / (255 - span)
        master = master.point([round((value - low) * gain + floor) for value in range(256)] * 3)
    # Answers the softness of an enlargement by a third.
    return master.filter(ImageFilter.UnsharpMask(radius=1.2, percent=35, threshold=2))


def master_png(master: Image.Image) -> bytes:
    chunks = PngImagePlugin.PngInfo()
    chunks.add(b"sRGB", b"\0")  # perceptual (PNG specification, 11.3.2.5)
    return _saved(master, "PNG", pnginfo=chunks)


def cover_jpeg(master: Image.Image) -> bytes:
    """The best JPEG that Spotify takes: at most MAX_COVER_BYTES, which is 255,000 bytes of Base64.

    Spotify shows at most 640 pixels and makes its smaller sizes itself: more pixels would spend the bytes on what
    nobody sees, fewer look soft. At 640 the highest quality that fits is taken, with the colours' full resolution,
    since at 4:2:0 saturated shapes on dark grounds get dull, jagged edges; only where that would push quality below
    82, where blocks begin to show, are the colours halved. Mere noise, which fits neither way, is halved in size.
    """
    for side, chroma, lowest in _CHOICES:
        small, qualities = _reduced(master, side), range(lowest, _BEST_QUALITY + 1)

        def encode(quality: int, small: Image.Image = small, chroma: int = chroma) -> bytes:
            # Not optimize=True: Pillow then fails on noise, which outgrows its buffer.
            return _saved(small, "JPEG", quality=quality, subsampling=chroma)

        fitting = bisect_right(qualities, MAX_COVER_BYTES, key=lambda quality: len(encode(quality)))
        if fitting:
            return encode(qualities[fitting - 1])
    raise PictureError("The cover does not fit into what Spotify takes.")


def thumbnail_jpeg(master: Image.Image) -> bytes:
    """300x300, sharpened a little once more: reducing softens the strokes that a list of covers should show."""
    small = _reduced(master, THUMBNAIL_SIDE).filter(ImageFilter.UnsharpMask(radius=0.8, percent=25, threshold=2))
    return _saved(small, "JPEG", quality=85, subsampling=_FULL_CHROMA)


def sheet_jpeg(sheet: Image.Image) -> bytes:
    """With full colour resolution, which small letters and thin boxes need."""
    return _saved(sheet, "JPEG", quality=85, subsampling=_FULL_CHROMA)


def _reduced(master: Image.Image, side: int) -> Image.Image:
    return master.resize((side, side), _LANCZOS)


def _saved(picture: Image.Image, format: str, **options: object) -> bytes:  # noqa: A002  # Pillow's name for it
    buffer = io.BytesIO()
    bare = picture.copy()
    # Pillow writes a comment or colour profile that came with the picture.
    bare.info.clear()
    bare.save(buffer, format, **options)
    return buffer.getvalue()
