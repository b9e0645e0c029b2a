"""Reading pictures that others made."""

import io
import warnings

from PIL import Image, ImageOps

from coverart.errors import PictureError

MAX_BYTES = 10_000_000
MAX_PIXELS = 25_000_000
_FORMATS = ("JPEG", "PNG", "WEBP", "GIF")


def read_picture(data: bytes) -> Image.Image:
    """The first frame, upright, as RGB. The size is checked before anything is decoded.

    Raises PictureError where it is larger than MAX_BYTES or MAX_PIXELS, cut off, or no picture.
    """
    if len(data) > MAX_BYTES:
        raise PictureError(f"The picture has more than {MAX_BYTES // 1_000_000} MB.")
    try:
        with warnings.catch_warnings():
            # Pillow warns of sizes below our own limit, which is checked next.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            picture = Image.open(io.BytesIO(data), formats=_FORMATS)
        if picture.width * picture.height > MAX_PIXELS:
            raise _too_large()
        return ImageOps.exif_transpose(picture).convert("RGB")
    except PictureError:
        raise
    except Image.DecompressionBombError as error:
        raise _too_large() from error
    except (OSError, SyntaxError, ValueError, EOFError) as error:
        raise PictureError("The picture cannot be read.") from error


def content_type(data: bytes) -> str:
    """Of a picture that can be read. Raises PictureError."""
    read_picture(data)
    with Image.open(io.BytesIO(data)) as picture:
        return Image.MIME[picture.format or ""]


def _too_large() -> PictureError:
    return PictureError(f"The picture has more than {MAX_PIXELS // 1_000_000} megapixels.")
