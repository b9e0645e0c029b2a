"""Recognizing an image that was encoded again, and telling different images apart."""

import io
from functools import cache

import pytest
from PIL import Image

from coverart.images.compare import MAX_DIFFERENCE, are_same_image
from coverart.images.jpeg import encode_cover_jpeg
from scripts import assets

NAMES = ("astronaut", "chelsea", "coffee", "motorcycle_left", "rocket")


@cache
def load_jpeg(name: str) -> bytes:
    with Image.open(assets.fetch_photos()[name]) as image:
        return encode_cover_jpeg(image.convert("RGB").resize((1024, 1024)))


def decode(jpeg: bytes) -> Image.Image:
    return Image.open(io.BytesIO(jpeg))


def encode(image: Image.Image, **options: object) -> bytes:
    body = io.BytesIO()
    image.save(body, "JPEG", **options)
    return body.getvalue()


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(("side", "quality"), [(640, 40), (640, 86), (300, 60)])
def test_reencoded_image_matches_only_itself(name: str, side: int, quality: int) -> None:
    jpeg = encode(decode(load_jpeg(name)).resize((side, side)), quality=quality)
    assert [other for other in NAMES if are_same_image(jpeg, load_jpeg(other))] == [name]


def test_rotated_image_with_the_same_colors_differs() -> None:
    jpeg = load_jpeg("astronaut")
    assert not are_same_image(jpeg, encode(decode(jpeg).rotate(180)))
    assert MAX_DIFFERENCE < 12
