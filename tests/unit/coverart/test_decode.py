"""Decoding images of each format, and refusing what is malformed or too large."""

import io

import pytest
from PIL import Image

from coverart.errors import PictureError
from coverart.images.decode import MAX_BYTES, decode_image


def encode(image, image_format="JPEG", **options):
    body = io.BytesIO()
    image.save(body, image_format, **options)
    return body.getvalue()


@pytest.mark.parametrize("image_format", ["JPEG", "PNG", "WEBP", "GIF"])
def test_each_format_is_decoded_as_rgb(image_format):
    image = decode_image(encode(Image.new("RGB", (8, 4), "red"), image_format))
    assert (image.mode, image.size) == ("RGB", (8, 4))
    assert image.getpixel((4, 2))[0] > 240


def test_image_is_rotated_as_exif_says():
    exif = Image.Exif()
    exif[0x0112] = 6
    assert decode_image(encode(Image.new("RGB", (8, 4)), exif=exif)).size == (4, 8)


@pytest.mark.parametrize("mode", ["CMYK", "L", "1"])
def test_other_color_modes_are_converted(mode):
    image_format = "JPEG" if mode == "CMYK" else "PNG"
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


def test_image_with_too_many_pixels_raises():
    with pytest.raises(PictureError, match="16 megapixels"):
        decode_image(encode(Image.new("1", (6000, 5000)), "PNG"))


def test_decompression_bomb_raises():
    with pytest.raises(PictureError):
        decode_image(encode(Image.new("1", (20000, 20000)), "PNG"))


def test_file_with_too_many_bytes_raises():
    with pytest.raises(PictureError, match="10 MB"):
        decode_image(bytes(MAX_BYTES + 1))
