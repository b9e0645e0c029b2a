"""Decoding images from outside, within limits of size and format."""

import io
import warnings

from PIL import Image, ImageOps

from coverart.errors import PictureError

MAX_BYTES = 10_000_000
# 4000x4000: more than Spotify serves or an image model paints. Decoding takes up to 16 bytes a pixel (WebP): 256 MB.
MAX_PIXELS = 16_000_000
_FORMATS = ("JPEG", "PNG", "WEBP", "GIF")


def decode_image(data: bytes) -> Image.Image:
    """Return the first frame as RGB, rotated as its EXIF orientation says, on white where it is transparent.

    It checks the size before it decodes any pixel. Raises PictureError where `data` exceeds MAX_BYTES or MAX_PIXELS, is
    incomplete, or is not a JPEG, PNG, WebP or GIF.
    """
    return _decode(data)[0]


def detect_content_type(data: bytes) -> str:
    """Return the MIME type of a decodable image. Raises PictureError."""
    return _decode(data)[1]


def _decode(data: bytes) -> tuple[Image.Image, str]:
    if len(data) > MAX_BYTES:
        raise PictureError(f"The image has more than {MAX_BYTES // 1_000_000} MB.")
    try:
        with warnings.catch_warnings():
            # Pillow warns about sizes below our own limit, and about files that it can decode nevertheless.
            warnings.simplefilter("ignore")
            image = Image.open(io.BytesIO(data), formats=_FORMATS)
            if image.width * image.height > MAX_PIXELS:
                raise _too_large()
            # MPO is Pillow's name for a JPEG with further images behind it.
            content_type = "image/jpeg" if image.format == "MPO" else Image.MIME[image.format or ""]
            # In place, because a copy takes up to 64 MB more. It decodes the image first.
            ImageOps.exif_transpose(image, in_place=True)
            return flatten(to_8_bit(image)), content_type
    except PictureError:
        raise
    except Image.DecompressionBombError as error:
        raise _too_large() from error
    except Exception as error:  # Pillow's decoders raise many classes for malformed files
        raise PictureError("The image cannot be read.") from error


def to_8_bit(image: Image.Image) -> Image.Image:
    """Return a loaded image with 8 bits a channel, and with a transparent color of as many."""
    if image.mode.startswith("I;16"):
        # Pillow would clip every value above 255 of 65,535.
        image = image.point(lambda value: value * (1 / 256))
    match image.info.get("transparency"):
        # The transparent color of a PNG with 16 bits, which Pillow does not reduce to 8 with the pixels.
        case int(value) if value > 255:
            image.info["transparency"] = value >> 8
        case (red, green, blue) if max(red, green, blue) > 255:
            image.info["transparency"] = (red >> 8, green >> 8, blue >> 8)
    return image


def flatten(image: Image.Image) -> Image.Image:
    """Return the image as RGB, on white where it is transparent."""
    if image.has_transparency_data:
        # Under transparent pixels a file may hold any color.
        image = image.convert("RGBA")
        background = Image.new("RGB", image.size, "white")
        background.paste(image, mask=image.getchannel("A"))
        return background
    return image if image.mode == "RGB" else image.convert("RGB")


def _too_large() -> PictureError:
    return PictureError(f"The image has more than {MAX_PIXELS // 1_000_000} megapixels.")
