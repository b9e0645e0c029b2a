"""Recognizing an image that was encoded again, and telling different images apart."""

import pytest

from coverart.images.compare import MAX_DIFFERENCE, are_same_image
from tests.images import decode, encode, load_cover_jpeg

NAMES = ("astronaut", "chelsea", "coffee", "motorcycle_left", "rocket")


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(("side", "quality"), [(640, 40), (640, 86), (300, 60)])
def test_reencoded_image_matches_only_itself(name, side, quality):
    jpeg = encode(decode(load_cover_jpeg(name)).resize((side, side)), quality=quality)
    assert [other for other in NAMES if are_same_image(jpeg, load_cover_jpeg(other))] == [name]


def test_rotated_image_with_the_same_colors_differs():
    jpeg = load_cover_jpeg("astronaut")
    assert not are_same_image(jpeg, encode(decode(jpeg).rotate(180)))
    assert MAX_DIFFERENCE < 12
