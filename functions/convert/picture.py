"""Reads a listener's own picture, which may be any file, and encodes it anew without anything but its pixels."""

import io
import struct
import warnings
from typing import NamedTuple

from PIL import ExifTags, Image, ImageCms, UnidentifiedImageError

from coverart.errors import PictureKindError, PictureTooLargeError, PictureTooSmallError, PictureUnreadableError
from coverart.images.decode import flatten, to_8_bit
from coverart.images.jpeg import FULL_CHROMA, encode_image, resize_to_fit

MAX_PIXELS = 40_000_000
SIDE_PIXELS, MIN_SIDE_PIXELS, THUMBNAIL_SIDE_PIXELS = 2048, 64, 300
_QUALITY, _THUMBNAIL_QUALITY = 92, 85
_FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
# How files of these formats begin. One that does, and cannot be read, is damaged.
_SIGNATURES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF", b"GIF8")
_OTHER_KIND = "This file is no JPEG, PNG, WebP or GIF. Please choose another one."
_HEIC = "This file is no JPEG, PNG, WebP or GIF. Please save the picture, which may be a HEIC or AVIF, as a JPEG."
# EXIF 2.32, 4.6.4, orientation.
_TRANSPOSITIONS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


class ConvertedPicture(NamedTuple):
    """`picture` and `thumbnail`: JPEG files. `size`: of the picture, in pixels."""

    picture: bytes
    thumbnail: bytes
    size: tuple[int, int]


def convert_picture(data: bytes) -> ConvertedPicture:
    """Return the picture (at most SIDE_PIXELS wide and high) and its thumbnail: upright, in sRGB, without metadata.

    Of an animated picture it is the first frame. What is transparent becomes white. It checks the size before it
    decodes any pixel. Raises PictureKindError, PictureTooLargeError, PictureTooSmallError, PictureUnreadableError.
    """
    image = _decode(data)
    if min(image.size) < MIN_SIDE_PIXELS:
        raise PictureTooSmallError(f"This picture is too small or narrow. It needs {MIN_SIDE_PIXELS} pixels a side.")
    thumbnail = resize_to_fit(image, THUMBNAIL_SIDE_PIXELS)
    return ConvertedPicture(
        encode_image(image, "JPEG", quality=_QUALITY, subsampling=FULL_CHROMA),
        encode_image(thumbnail, "JPEG", quality=_THUMBNAIL_QUALITY),
        image.size,
    )


def _decode(data: bytes) -> Image.Image:
    try:
        with warnings.catch_warnings():
            # Pillow warns about sizes below our own limit, and about files that it can decode nevertheless.
            warnings.simplefilter("ignore")
            file = Image.open(io.BytesIO(data), formats=_FORMATS)
            if file.width * file.height > MAX_PIXELS:
                raise _too_large()
            orientation, icc_profile = _read_orientation(file), file.info.get("icc_profile")
            # A JPEG is decoded at a half or less of its size where that is enough.
            file.draft(file.mode, (SIDE_PIXELS, SIDE_PIXELS))
            file.load()
            image = resize_to_fit(_to_resizable(to_8_bit(file)), SIDE_PIXELS)
            image = flatten(_to_srgb(image, icc_profile))
            return image.transpose(_TRANSPOSITIONS[orientation]) if orientation in _TRANSPOSITIONS else image
    except PictureTooLargeError:
        raise
    except Image.DecompressionBombError as error:
        raise _too_large() from error
    except UnidentifiedImageError as error:
        if data.startswith(_SIGNATURES):
            raise _unreadable() from error
        raise PictureKindError(_HEIC if data[4:8] == b"ftyp" else _OTHER_KIND) from error
    except Exception as error:  # Pillow's decoders raise many classes for malformed files
        raise _unreadable() from error


def _read_orientation(image: Image.Image) -> int:
    """Return EXIF's orientation, 1 to 8. Damaged metadata counts as none: the picture itself may be whole."""
    try:
        return int(image.getexif().get(ExifTags.Base.Orientation, 1))
    except (ArithmeticError, LookupError, OSError, SyntaxError, TypeError, ValueError, struct.error):
        return 1


def _to_resizable(image: Image.Image) -> Image.Image:
    """Return the image in a mode in which neighboring pixels can be averaged."""
    if image.has_transparency_data:
        return image.convert("RGBA")
    return image if image.mode in {"L", "RGB", "CMYK"} else image.convert("RGB")


def _to_srgb(image: Image.Image, icc_profile: bytes | None) -> Image.Image:
    """Convert the colors from those of the profile, unless it is damaged or not for images of this mode."""
    if not icc_profile:
        return image
    try:
        profile = ImageCms.ImageCmsProfile(io.BytesIO(icc_profile))
        mode = "L" if profile.profile.xcolor_space == "GRAY" else "RGB"
        colors = image.convert(mode) if image.mode == "RGBA" else image
        converted = ImageCms.profileToProfile(colors, profile, ImageCms.createProfile("sRGB"), outputMode="RGB")
    except (ImageCms.PyCMSError, OSError):
        return image
    if converted is not None and image.mode == "RGBA":
        converted.putalpha(image.getchannel("A"))
    return converted or image


def _too_large() -> PictureTooLargeError:
    return PictureTooLargeError(f"This picture has more than {MAX_PIXELS // 1_000_000} megapixels.")


def _unreadable() -> PictureUnreadableError:
    return PictureUnreadableError("This picture cannot be read: the file is damaged or incomplete.")
