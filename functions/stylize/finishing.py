"""The files of a finished cover: sRGB, with the metadata of how it was made, and the same bytes for the same image."""

import numpy as np
from PIL import Image, ImageFilter, ImageOps, PngImagePlugin

from coverart.images.jpeg import FULL_CHROMA, encode_image, resize_to_fit
from coverart.images.metadata import ImageMetadata

MASTER_PIXELS = 1024
THUMBNAIL_PIXELS = 300

_LANCZOS = Image.Resampling.LANCZOS
_MAX_GAIN = 1.1
_JPEG_QUALITY = 85


def fit_to_master(painting: Image.Image) -> Image.Image:
    """Return the middle square of a painting as RGB, 1024x1024 pixels."""
    return ImageOps.fit(painting.convert("RGB"), (MASTER_PIXELS, MASTER_PIXELS), _LANCZOS)


def finish(styled: Image.Image) -> Image.Image:
    """Return the master of what the style network painted: enlarged to 1024x1024 pixels, toned and sharpened.

    Tones are stretched toward black and white until half a percent of the pixels is at either end, by a tenth at most
    (mist stays misty) and equally in all channels (colors do not shift).
    """
    master = fit_to_master(styled)
    low, high = np.percentile(np.asarray(master.convert("L")), (0.5, 99.5))
    tone_range = max(float(high - low), 1.0)
    if tone_range < 255:
        gain = min(_MAX_GAIN, 255 / tone_range)
        # Where the gain is limited, the remaining space is split in the same proportion as before.
        floor = low * (255 - tone_range * gain) / (255 - tone_range)
        master = master.point([round((value - low) * gain + floor) for value in range(256)] * 3)
    # Offsets about a third of the softness that comes from enlarging.
    return master.filter(ImageFilter.UnsharpMask(radius=1.2, percent=35, threshold=2))


def encode_master(master: Image.Image, metadata: ImageMetadata | None = None) -> bytes:
    """Return the master as PNG."""
    chunks = PngImagePlugin.PngInfo()
    chunks.add(b"sRGB", b"\0")  # perceptual (PNG specification, 11.3.2.5)
    # Level 3 takes half the time of the default and a twelfth more bytes.
    return encode_image(master, "PNG", metadata, pnginfo=chunks, compress_level=3)


def encode_thumbnail(master: Image.Image, metadata: ImageMetadata | None = None) -> bytes:
    """Return a JPEG of 300x300 pixels, sharpened: reducing softens the strokes that a list of covers should show."""
    small = resize_to_fit(master, THUMBNAIL_PIXELS).filter(ImageFilter.UnsharpMask(radius=0.8, percent=25, threshold=2))
    return encode_image(small, "JPEG", metadata, quality=_JPEG_QUALITY, subsampling=FULL_CHROMA)


def encode_contact_sheet(sheet: Image.Image, metadata: ImageMetadata | None = None) -> bytes:
    """Return the contact sheet as JPEG with full chroma resolution, which small letters and thin boxes need."""
    return encode_image(sheet, "JPEG", metadata, quality=_JPEG_QUALITY, subsampling=FULL_CHROMA)
