import io

import pytest
from PIL import Image

from coverart.errors import PictureError
from coverart.images.decode import MAX_BYTES, decode_image


def file_of(picture, kind="JPEG", **options):
    body = io.BytesIO()
    picture.save(body, kind, **options)
    return body.getvalue()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
def test_a_picture_is_read_as_rgb(kind):
    picture = decode_image(file_of(Image.new("RGB", (8, 4), "red"), kind))
    assert (picture.mode, picture.size) == ("RGB", (8, 4))
    assert picture.getpixel((4, 2))[0] > 240


def test_a_picture_is_turned_upright():
    exif = Image.Exif()
    exif[0x0112] = 6
    assert decode_image(file_of(Image.new("RGB", (8, 4)), exif=exif)).size == (4, 8)


@pytest.mark.parametrize("mode", ["CMYK", "L", "1"])
def test_other_colour_models_are_converted(mode):
    kind = "JPEG" if mode == "CMYK" else "PNG"
    assert decode_image(file_of(Image.new(mode, (4, 4)), kind)).mode == "RGB"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"\xff\xd8\xff\xe0 not a picture",
        file_of(Image.effect_noise((64, 64), 90))[:600],
        file_of(Image.new("RGB", (4, 4)), "BMP"),
    ],
    ids=["empty", "svg", "lying", "cut off", "other format"],
)
def test_what_is_no_whole_picture_is_refused(data):
    with pytest.raises(PictureError, match="cannot be read"):
        decode_image(data)


def test_a_picture_of_too_many_pixels_is_refused_before_it_is_decoded():
    with pytest.raises(PictureError, match="16 megapixels"):
        decode_image(file_of(Image.new("1", (6000, 5000)), "PNG"))


def test_a_decompression_bomb_is_refused():
    with pytest.raises(PictureError):
        decode_image(file_of(Image.new("1", (20000, 20000)), "PNG"))


def test_a_file_of_too_many_bytes_is_refused():
    with pytest.raises(PictureError, match="10 MB"):
        decode_image(bytes(MAX_BYTES + 1))
