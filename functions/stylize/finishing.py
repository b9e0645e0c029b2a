"""The files of a finished cover: sRGB, with the metadata of how it was made, and the same bytes for the same image."""

import zlib

from PIL import Image, ImageFilter, ImageOps, PngImagePlugin

from coverart.images.jpeg import FULL_CHROMA, encode_image, resize_to_fit
from coverart.images.metadata import ImageMetadata

MASTER_PIXELS = 1024
THUMBNAIL_PIXELS = 300

_LANCZOS = Image.Resampling.LANCZOS
_JPEG_QUALITY = 85


def fit_to_master(painting: Image.Image) -> Image.Image:
    """Return the middle square of a painting as RGB, 1024x1024 pixels."""
    return ImageOps.fit(painting.convert("RGB"), (MASTER_PIXELS, MASTER_PIXELS), _LANCZOS)


def encode_master(master: Image.Image, metadata: ImageMetadata | None = None) -> bytes:
    """Return the master as PNG."""
    chunks = PngImagePlugin.PngInfo()
    chunks.add(b"sRGB", b"\0")  # perceptual (PNG specification, 11.3.2.5)
    # A fifth of the default's time and a ninth more bytes: grain repeats nothing that a longer search would find.
    return encode_image(master, "PNG", metadata, pnginfo=chunks, compress_type=zlib.Z_RLE)


def encode_thumbnail(master: Image.Image, metadata: ImageMetadata | None = None) -> bytes:
    """Return a JPEG of 300x300 pixels, sharpened: reducing softens the strokes that a list of covers should show."""
    small = resize_to_fit(master, THUMBNAIL_PIXELS).filter(ImageFilter.UnsharpMask(radius=0.8, percent=25, threshold=2))
    return encode_image(small, "JPEG", metadata, quality=_JPEG_QUALITY, subsampling=FULL_CHROMA)


def encode_contact_sheet(sheet: Image.Image, metadata: ImageMetadata | None = None) -> bytes:
    """Return the contact sheet as JPEG with full chroma resolution, which small letters and thin boxes need."""
    return encode_image(sheet, "JPEG", metadata, quality=_JPEG_QUALITY, subsampling=FULL_CHROMA)


def encode_story(story: Image.Image, metadata: ImageMetadata | None = None) -> bytes:
    """Return the story as JPEG."""
    return encode_image(story, "JPEG", metadata, quality=_JPEG_QUALITY)
