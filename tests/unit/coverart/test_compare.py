"""Recognizing an image that was encoded again, and telling different images apart."""

import pytest

from coverart.images.compare import MAX_DIFFERENCE, are_same_image
from tests.images import decode, encode, load_photo

JPEGS = {name: encode(load_photo(name).resize((300, 300)), quality=90) for name in ("astronaut", "chelsea", "coffee")}


@pytest.mark.parametrize(("side", "quality"), [(640, 40), (300, 60)])
def test_reencoded_image_matches_only_itself(side, quality):
    for name, jpeg in JPEGS.items():
        reencoded = encode(load_photo(name).resize((side, side)), quality=quality)
        assert [other for other in JPEGS if are_same_image(reencoded, JPEGS[other])] == [name]
        assert not are_same_image(jpeg, encode(decode(jpeg).rotate(180))), "the same colors"
    assert MAX_DIFFERENCE < 12
