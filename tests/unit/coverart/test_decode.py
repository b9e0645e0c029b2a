"""Decoding images of each format, and refusing what is malformed or too large."""

import struct

import pytest
from PIL import Image

from coverart.errors import PictureError
from coverart.images.decode import MAX_BYTES, decode_image
from tests.images import encode


@pytest.mark.parametrize("image_format", ["JPEG", "PNG", "WEBP", "GIF"])
def test_each_format_is_decoded_as_rgb(image_format):
    image = decode_image(encode(Image.new("RGB", (8, 4), "red"), image_format))
    assert (image.mode, image.size) == ("RGB", (8, 4))
    assert image.getpixel((4, 2))[0] > 240


def test_other_color_modes_are_converted_and_exif_rotates():
    for mode, image_format in (("CMYK", "JPEG"), ("L", "PNG"), ("1", "PNG")):
        assert decode_image(encode(Image.new(mode, (4, 4)), image_format)).mode == "RGB"
    exif = Image.Exif()
    exif[0x0112] = 6
    assert decode_image(encode(Image.new("RGB", (8, 4)), exif=exif)).size == (4, 8)


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


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"\xff\xd8\xff\xe0 not an image",
        encode(Image.effect_noise((64, 64), 90))[:600],
        encode(Image.new("RGB", (4, 4)), "BMP"),
    ],
    ids=["empty", "svg", "wrong header", "truncated", "other format"],
)
def test_malformed_image_raises(data):
    with pytest.raises(PictureError, match="cannot be read"):
        decode_image(data)


def test_image_with_too_many_pixels_or_bytes_raises():
    gif = encode(Image.new("L", (1, 1)), "GIF")
    for size in ((6000, 5000), (20_000, 20_000)):  # too large for us, and for Pillow
        with pytest.raises(PictureError, match="16 megapixels"):
            decode_image(gif[:6] + struct.pack("<2H", *size) + gif[10:])
    with pytest.raises(PictureError, match="10 MB"):
        decode_image(bytes(MAX_BYTES + 1))
