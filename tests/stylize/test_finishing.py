import io

import numpy as np
import pytest
from PIL import Image

from coverart.images.jpeg import encode_cover_jpeg
from stylize import finishing


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


@pytest.fixture
def master(picture) -> Image.Image:
    return finishing.finish(picture("motorcycle_left"))


def test_the_master_is_a_png_of_1024_that_says_it_is_srgb(master):
    png = opened(finishing.master_png(master))
    assert (png.format, png.mode, png.size) == ("PNG", "RGB", (1024, 1024))
    assert png.info["srgb"] == 0
    assert np.array_equal(png, master)


def test_the_thumbnail_is_300_pixels_wide(master):
    thumbnail = opened(finishing.thumbnail_jpeg(master))
    assert (thumbnail.format, thumbnail.size) == ("JPEG", (300, 300))


def test_no_file_carries_metadata(picture):
    tagged = picture("astronaut")
    tagged.info["comment"] = b"a secret"
    tagged.getexif()[0x010E] = "a secret"
    master = finishing.fit(tagged)
    for save in (finishing.master_png, encode_cover_jpeg, finishing.thumbnail_jpeg, finishing.sheet_jpeg):
        data = save(master)
        assert b"a secret" not in data
        assert not opened(data).getexif()


def test_finishing_stretches_a_dull_picture_a_little_and_a_full_one_not_at_all():
    ramp = np.tile(np.linspace(0, 255, 1024), (1024, 1))
    full, dull = (Image.fromarray(values.astype(np.uint8)).convert("RGB") for values in (ramp, 90 + ramp * 0.3))
    spread = [np.ptp(np.asarray(finishing.finish(picture), int)) for picture in (full, dull)]
    assert spread[0] == 255
    assert 77 * 1.05 < spread[1] < 77 * 1.15


def test_the_same_master_gives_the_same_files(master):
    for save in (finishing.master_png, encode_cover_jpeg, finishing.thumbnail_jpeg):
        assert save(master) == save(master.copy())
