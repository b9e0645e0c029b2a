import base64
import io

import numpy as np
import pytest
from PIL import Image

from stylize import finishing


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


def noise(side: int) -> Image.Image:
    numbers = np.random.default_rng(0).integers(0, 256, (side, side, 3), dtype=np.uint8)
    return Image.fromarray(numbers).resize((1024, 1024), Image.Resampling.NEAREST)


@pytest.fixture
def master(picture) -> Image.Image:
    return finishing.finish(picture("motorcycle_left"))


def test_the_master_is_a_png_of_1024_that_says_it_is_srgb(master):
    png = opened(finishing.master_png(master))
    assert (png.format, png.mode, png.size) == ("PNG", "RGB", (1024, 1024))
    assert png.info["srgb"] == 0
    assert np.array_equal(png, master)


@pytest.mark.parametrize("side", [1024, 640])
def test_even_noise_becomes_a_jpeg_that_spotify_takes(side):
    jpeg = finishing.cover_jpeg(noise(side))
    assert len(base64.b64encode(jpeg)) <= 255_000
    assert opened(jpeg).size == (640, 640)


def test_the_jpeg_for_spotify_uses_the_room_there_is(master):
    jpeg = finishing.cover_jpeg(master)
    assert 0.9 * finishing.MAX_COVER_BYTES < len(jpeg) <= finishing.MAX_COVER_BYTES
    assert opened(jpeg).size == (640, 640)
    assert opened(jpeg).layer[0][1:3] == (1, 1), "full colour resolution"


def test_a_plain_picture_gets_the_best_quality_and_no_more(picture):
    jpeg = finishing.cover_jpeg(Image.new("RGB", (1024, 1024), "#b5651d"))
    assert len(jpeg) < 20_000
    assert max(opened(jpeg).quantization[0]) <= 10


def test_colours_lose_resolution_only_where_quality_would_fall_too_low():
    assert opened(finishing.cover_jpeg(noise(640))).layer[0][1:3] == (2, 2)


def test_the_thumbnail_is_300_pixels_wide(master):
    thumbnail = opened(finishing.thumbnail_jpeg(master))
    assert (thumbnail.format, thumbnail.size) == ("JPEG", (300, 300))


def test_no_file_carries_metadata(picture):
    tagged = picture("astronaut")
    tagged.info["comment"] = b"a secret"
    tagged.getexif()[0x010E] = "a secret"
    master = finishing.fit(tagged)
    for save in (finishing.master_png, finishing.cover_jpeg, finishing.thumbnail_jpeg, finishing.sheet_jpeg):
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
    for save in (finishing.master_png, finishing.cover_jpeg, finishing.thumbnail_jpeg):
        assert save(master) == save(master.copy())
