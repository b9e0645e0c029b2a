"""Encoding images, above all the JPEG that Spotify accepts as a playlist image."""

import io
from bisect import bisect_right
from functools import cache
from typing import cast

from PIL import Image, PngImagePlugin

from coverart.errors import PictureError
from coverart.images.decode import decode_image, detect_content_type
from coverart.images.metadata import ImageMetadata

COVER_SIDE_PIXELS = 640
# Spotify accepts 256 KB of Base64. 255,000 bytes of Base64 hold 191,250 bytes of JPEG.
MAX_COVER_BYTES = 255_000 // 4 * 3

# Pillow's numbers for chroma subsampling 4:4:4 and 4:2:0.
FULL_CHROMA, _HALF_CHROMA = 0, 2
# Side, chroma subsampling, and the lowest quality that still looks better than the next row.
_ENCODINGS = (
    (COVER_SIDE_PIXELS, FULL_CHROMA, 82),
    (COVER_SIDE_PIXELS, _HALF_CHROMA, 60),
    (COVER_SIDE_PIXELS // 2, _HALF_CHROMA, 1),
)
# Above it a JPEG grows by half and looks the same.
_MAX_QUALITY = 96


def encode_cover_jpeg(master: Image.Image, metadata: ImageMetadata | None = None) -> bytes:
    """Return the best JPEG that Spotify accepts: at most MAX_COVER_BYTES, metadata included.

    Spotify displays at most 640 pixels and makes the smaller sizes itself, so more pixels would waste bytes, and fewer
    look soft. At 640 pixels it uses the highest quality that fits, with full chroma resolution, because 4:2:0 gives
    saturated shapes on dark grounds dull, jagged edges. It halves chroma only where the quality would otherwise fall
    below 82, where blocks become visible. Pure noise fits neither way and shrinks to half the side. Raises PictureError
    where nothing fits.
    """
    for side, chroma, min_quality in _ENCODINGS:
        resized, qualities = resize_to_fit(master, side), range(min_quality, _MAX_QUALITY + 1)

        @cache
        def encode(quality: int, resized: Image.Image = resized, chroma: int = chroma) -> bytes:
            # Not optimize=True: Pillow then fails on noise, which exceeds its buffer.
            return encode_image(resized, "JPEG", metadata, quality=quality, subsampling=chroma)

        fitting_count = bisect_right(qualities, MAX_COVER_BYTES, key=lambda quality: len(encode(quality)))
        if fitting_count:
            return encode(qualities[fitting_count - 1])
    raise PictureError("The cover does not fit Spotify's size limit.")


def to_uploadable_jpeg(data: bytes) -> bytes:
    """Return `data` unchanged where Spotify accepts it, else the best JPEG of the image. Raises PictureError."""
    if len(data) <= MAX_COVER_BYTES and detect_content_type(data) == "image/jpeg":
        return data
    return encode_cover_jpeg(decode_image(data))


def resize_to_fit(image: Image.Image, side: int) -> Image.Image:
    """Scale the image down, in its proportions, to at most `side` pixels of width and height."""
    scale = min(side / max(image.size), 1)
    width, height = (max(round(length * scale), 1) for length in image.size)
    return image.resize((width, height), Image.Resampling.LANCZOS)


def encode_image(
    image: Image.Image, image_format: str, metadata: ImageMetadata | None = None, **options: object
) -> bytes:
    """Encode with this metadata and no other, so that equal images give equal bytes.

    `image_format`: "JPEG" or "PNG". `options`: those of Pillow for the format.
    """
    if image.info:
        # Pillow would write a comment or color profile of the original file.
        image = image.copy()
        image.info.clear()
    if metadata and image_format == "JPEG":
        options |= {"xmp": metadata.to_xmp(), "extra": metadata.to_iptc_segment()}
    elif metadata:
        chunks = options.setdefault("pnginfo", PngImagePlugin.PngInfo())
        cast("PngImagePlugin.PngInfo", chunks).add_itxt("XML:com.adobe.xmp", metadata.to_xmp().decode())
    buffer = io.BytesIO()
    image.save(buffer, image_format, **options)
    return buffer.getvalue()
