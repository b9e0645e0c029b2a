import io

import numpy as np
import pytest
from PIL import Image, JpegImagePlugin

from coverart.images.jpeg import encode_cover_jpeg
from stylize import finishing


def open_image(image_bytes):
    return Image.open(io.BytesIO(image_bytes))


@pytest.fixture
def master(load_photo):
    return finishing.finish(load_photo("motorcycle_left"))


def test_master_is_an_srgb_png_of_1024_pixels(master):
    png = open_image(finishing.encode_master(master))
    assert (png.format, png.mode, png.size) == ("PNG", "RGB", (1024, 1024))
    assert png.info["srgb"] == 0
    assert np.array_equal(png, master)


@pytest.mark.parametrize(
    ("encode", "side"), [(finishing.encode_thumbnail, 300), (finishing.encode_contact_sheet, 1024)]
)
def test_jpeg_has_quality_85_and_full_chroma(master, encode, side):
    image, expected = open_image(encode(master)), io.BytesIO()
    master.save(expected, "JPEG", quality=85)
    assert (image.format, image.size) == ("JPEG", (side, side))
    # The tables of a file determine its quality.
    assert image.quantization == open_image(expected.getvalue()).quantization
    assert JpegImagePlugin.get_sampling(image) == 0


@pytest.mark.parametrize(
    "encode",
    [finishing.encode_master, encode_cover_jpeg, finishing.encode_thumbnail, finishing.encode_contact_sheet],
)
def test_file_has_no_metadata(load_photo, encode):
    photo = load_photo("astronaut")
    photo.info["comment"] = b"a secret"
    photo.getexif()[0x010E] = "a secret"
    image_bytes = encode(finishing.fit_to_master(photo))
    assert b"a secret" not in image_bytes
    assert not open_image(image_bytes).getexif()


def test_finish_stretches_a_dull_image_but_not_a_full_range():
    ramp = np.tile(np.linspace(0, 255, 1024), (1024, 1))
    full, dull = (Image.fromarray(values.astype(np.uint8)).convert("RGB") for values in (ramp, 90 + ramp * 0.3))
    full_range, dull_range = (np.ptp(np.asarray(finishing.finish(image), int)) for image in (full, dull))
    assert full_range == 255
    assert 77 * 1.05 < dull_range < 77 * 1.15


@pytest.mark.parametrize("encode", [finishing.encode_master, encode_cover_jpeg, finishing.encode_thumbnail])
def test_same_master_gives_the_same_file(master, encode):
    assert encode(master) == encode(master.copy())
