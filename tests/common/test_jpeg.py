import base64
import io
from functools import cache

import numpy as np
import pytest
from PIL import Image

from coverart.errors import PictureError
from coverart.images.jpeg import MAX_COVER_BYTES, encode_cover_jpeg, to_uploadable_jpeg
from scripts import assets


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


@cache
def photograph() -> Image.Image:
    with Image.open(assets.pictures()["motorcycle_left"]) as picture:
        return picture.convert("RGB").resize((1024, 1024))


def noise(side: int) -> Image.Image:
    numbers = np.random.default_rng(0).integers(0, 256, (side, side, 3), dtype=np.uint8)
    return Image.fromarray(numbers).resize((1024, 1024), Image.Resampling.NEAREST)


def encoded(picture: Image.Image, kind: str = "JPEG", **options: object) -> bytes:
    body = io.BytesIO()
    picture.save(body, kind, **options)
    return body.getvalue()


@pytest.mark.parametrize("side", [1024, 640])
def test_even_noise_becomes_a_jpeg_that_spotify_takes(side):
    jpeg = encode_cover_jpeg(noise(side))
    assert len(base64.b64encode(jpeg)) <= 255_000
    assert opened(jpeg).size == (640, 640)


def test_the_jpeg_for_spotify_uses_the_room_there_is():
    jpeg = encode_cover_jpeg(photograph())
    assert 0.9 * MAX_COVER_BYTES < len(jpeg) <= MAX_COVER_BYTES
    assert opened(jpeg).size == (640, 640)
    assert opened(jpeg).layer[0][1:3] == (1, 1), "full colour resolution"


def test_a_plain_picture_gets_the_best_quality_and_no_more():
    jpeg = encode_cover_jpeg(Image.new("RGB", (1024, 1024), "#b5651d"))
    assert len(jpeg) < 20_000
    assert max(opened(jpeg).quantization[0]) <= 10


def test_colours_lose_resolution_only_where_quality_would_fall_too_low():
    assert opened(encode_cover_jpeg(noise(640))).layer[0][1:3] == (2, 2)


@pytest.mark.parametrize(("size", "becomes"), [((300, 300), (300, 300)), ((1000, 500), (640, 320))])
def test_a_picture_keeps_its_proportions_and_is_never_enlarged(size, becomes):
    assert opened(encode_cover_jpeg(photograph().resize(size))).size == becomes


def test_a_jpeg_that_spotify_takes_is_uploaded_byte_for_byte():
    jpeg = encoded(photograph().resize((300, 300)), quality=60, comment=b"as it came")
    assert to_uploadable_jpeg(jpeg) == jpeg


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_what_is_too_large_or_no_jpeg_is_uploaded_as_the_best_jpeg_of_it(kind):
    large = encoded(noise(1024), kind)
    assert to_uploadable_jpeg(large) == encode_cover_jpeg(opened(large).convert("RGB"))
    assert len(to_uploadable_jpeg(large)) <= MAX_COVER_BYTES


def test_what_is_no_picture_cannot_be_uploaded():
    with pytest.raises(PictureError):
        to_uploadable_jpeg(b"<html>")
