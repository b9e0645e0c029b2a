"""Decoding transparent images. The tests of security have all formats, malformed files, and too many pixels."""

import struct

import pytest
from PIL import Image

from coverart.errors import PictureError
from coverart.images.decode import MAX_BYTES, decode_image
from tests.images import encode


def hide_red(mode, transparent):
    """Return an image whose left half is red or bright, and transparent, and whose right half is dark."""
    image = Image.new("RGB", (8, 4), (0, 0, 200))
    image.paste((200, 0, 0), (0, 0, 4, 4))
    if mode == "I;16":
        image = Image.frombytes("I;16", (8, 4), struct.pack("<8H", *[51_200] * 4, *[9] * 4) * 4)
    elif mode.endswith("A"):
        alpha = Image.new("L", image.size, 255)
        alpha.paste(transparent, (0, 0, 4, 4))
        image = image.convert(mode.removesuffix("A") or "L")
        image = Image.merge(mode, [*image.split(), alpha])
    else:
        image = image.quantize(2) if mode == "P" else image.convert(mode)
    return image


@pytest.mark.parametrize(
    ("mode", "image_format", "options"),
    [
        ("RGBA", "PNG", {}),
        ("RGBA", "WEBP", {"lossless": True, "exact": True}),
        ("LA", "PNG", {}),
        ("P", "PNG", {"transparency": None}),
        ("P", "GIF", {"transparency": None}),
        ("L", "PNG", {"transparency": 60}),
        ("RGB", "PNG", {"transparency": (200, 0, 0)}),
        ("I;16", "PNG", {"transparency": 51_200}),
    ],
)
def test_transparent_pixels_hide_what_is_beneath(mode, image_format, options):
    image = hide_red(mode, transparent=0)
    options = {name: image.getpixel((0, 0)) if value is None else value for name, value in options.items()}
    decoded = decode_image(encode(image, image_format, **options))
    assert decoded.getpixel((1, 1)) == (255, 255, 255)
    assert max(decoded.getpixel((6, 1))) <= 200
    half = decode_image(encode(hide_red("RGBA", transparent=128), "PNG"))
    assert half.getpixel((1, 1)) == pytest.approx((227, 127, 127), abs=2)


def test_image_of_too_many_bytes_is_refused():
    with pytest.raises(PictureError, match="10 MB"):
        decode_image(bytes(MAX_BYTES + 1))
