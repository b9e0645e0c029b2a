"""Reading pictures that others made."""

import io
import warnings

from PIL import Image, ImageOps

from coverart.errors import PictureError

MAX_BYTES = 10_000_000
# 4000x4000: more than Spotify serves or an image model paints. Reading takes up to 16 bytes a pixel (WebP): 256 MB.
MAX_PIXELS = 16_000_000
_FORMATS = ("JPEG", "PNG", "WEBP", "GIF")


def decode_image(data: bytes) -> Image.Image:
    """The first frame, upright, as RGB. The size is checked before anything is decoded.

    Raises PictureError where it is larger than MAX_BYTES or MAX_PIXELS, cut off, or no picture.
    """
    return _read(data)[0]


def detect_content_type(data: bytes) -> str:
    """Of a picture that can be read. Raises PictureError."""
    return _read(data)[1]


def _read(data: bytes) -> tuple[Image.Image, str]:
    if len(data) > MAX_BYTES:
        raise PictureError(f"The picture has more than {MAX_BYTES // 1_000_000} MB.")
    try:
        with warnings.catch_warnings():
            # Pillow warns of sizes below our own limit, and of what it can read all the same.
            warnings.simplefilter("ignore")
            picture = Image.open(io.BytesIO(data), formats=_FORMATS)
            if picture.width * picture.height > MAX_PIXELS:
                raise _too_large()
            # Pillow's name for a JPEG with further pictures behind it.
            kind = "image/jpeg" if picture.format == "MPO" else Image.MIME[picture.format or ""]
            # In place: a copy more would be 64 MB more.
            ImageOps.exif_transpose(picture, in_place=True)
            return _as_rgb(picture), kind
    except PictureError:
        raise
    except Image.DecompressionBombError as error:
        raise _too_large() from error
    except Exception as error:  # Pillow's readers raise whatever a lying file makes them stumble over
        raise PictureError("The picture cannot be read.") from error


def _as_rgb(picture: Image.Image) -> Image.Image:
    picture.load()
    if picture.mode.startswith("I;16"):
        # Pillow would cut off what is lighter than 255 of 65,535.
        picture = picture.point(lambda value: value * (1 / 256))
    return picture if picture.mode == "RGB" else picture.convert("RGB")


def _too_large() -> PictureError:
    return PictureError(f"The picture has more than {MAX_PIXELS // 1_000_000} megapixels.")
