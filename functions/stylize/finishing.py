"""The files of a finished cover: sRGB, without metadata, the same bytes for the same picture."""

import numpy as np
from PIL import Image, ImageFilter, ImageOps, PngImagePlugin

from coverart.images.jpeg import FULL_CHROMA, encode_image, resize_to_fit

MASTER_SIDE = 1024
THUMBNAIL_SIDE = 300

_LANCZOS = Image.Resampling.LANCZOS
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
    # Level 3: half the time of the default for a twelfth more bytes.
    return encode_image(master, "PNG", pnginfo=chunks, compress_level=3)


def thumbnail_jpeg(master: Image.Image) -> bytes:
    """300x300, sharpened a little once more: reducing softens the strokes that a list of covers should show."""
    small = resize_to_fit(master, THUMBNAIL_SIDE).filter(ImageFilter.UnsharpMask(radius=0.8, percent=25, threshold=2))
    return encode_image(small, "JPEG", quality=85, subsampling=FULL_CHROMA)


def sheet_jpeg(sheet: Image.Image) -> bytes:
    """With full colour resolution, which small letters and thin boxes need."""
    return encode_image(sheet, "JPEG", quality=85, subsampling=FULL_CHROMA)
