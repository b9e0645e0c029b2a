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


def test_image_is_rotated_as_exif_says():
    exif = Image.Exif()
    exif[0x0112] = 6
    assert decode_image(encode(Image.new("RGB", (8, 4)), exif=exif)).size == (4, 8)


@pytest.mark.parametrize(("mode", "image_format"), [("CMYK", "JPEG"), ("L", "PNG"), ("1", "PNG")])
def test_other_color_modes_are_converted(mode, image_format):
    assert decode_image(encode(Image.new(mode, (4, 4)), image_format)).mode == "RGB"


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


@pytest.mark.parametrize("size", [(6000, 5000), (20_000, 20_000)], ids=["too large for us", "too large for Pillow"])
def test_image_with_too_many_pixels_raises(size):
    gif = encode(Image.new("L", (1, 1)), "GIF")
    with pytest.raises(PictureError, match="16 megapixels"):
        decode_image(gif[:6] + struct.pack("<2H", *size) + gif[10:])


def test_file_with_too_many_bytes_raises():
    with pytest.raises(PictureError, match="10 MB"):
        decode_image(bytes(MAX_BYTES + 1))
