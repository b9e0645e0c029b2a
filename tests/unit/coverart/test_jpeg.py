"""The JPEG for Spotify: its size limit, its quality, and images that are uploaded unchanged."""

import base64

import numpy as np
import pytest
from PIL import Image

from coverart.errors import PictureError
from coverart.images.jpeg import MAX_COVER_BYTES, encode_cover_jpeg, to_uploadable_jpeg
from tests.images import decode, encode, load_photo

PHOTO = "motorcycle_left"


def test_noise_becomes_jpeg_within_the_limit():
    pixels = np.random.default_rng(0).integers(0, 256, (640, 640, 3), dtype=np.uint8)
    noise = encode(Image.fromarray(pixels), quality=100)
    jpeg = to_uploadable_jpeg(noise)
    assert jpeg == encode_cover_jpeg(decode(noise))
    assert len(base64.b64encode(jpeg)) <= 255_000
    assert decode(jpeg).size == (640, 640)
    assert decode(jpeg).layer[0][1:3] == (2, 2), "half chroma resolution"


def test_photo_uses_the_limit_and_full_chroma():
    jpeg = encode_cover_jpeg(load_photo(PHOTO))
    assert 0.9 * MAX_COVER_BYTES < len(jpeg) <= MAX_COVER_BYTES
    assert decode(jpeg).size == (640, 640)
    assert decode(jpeg).layer[0][1:3] == (1, 1), "full chroma resolution"


def test_plain_image_gets_maximum_quality_only():
    jpeg = encode_cover_jpeg(Image.new("RGB", (1024, 1024), "#b5651d"))
    assert len(jpeg) < 20_000
    assert max(decode(jpeg).quantization[0]) <= 10


@pytest.mark.parametrize(("size", "expected"), [((300, 300), (300, 300)), ((1000, 500), (640, 320))])
def test_jpeg_keeps_proportions_and_is_never_enlarged(size, expected):
    assert decode(encode_cover_jpeg(load_photo(PHOTO).resize(size))).size == expected


def test_only_unacceptable_image_is_encoded_for_upload():
    image = load_photo(PHOTO).resize((300, 300))
    jpeg = encode(image, quality=60, comment=b"a comment")
    assert to_uploadable_jpeg(jpeg) == jpeg
    assert to_uploadable_jpeg(encode(image, "PNG")) == encode_cover_jpeg(image)
    with pytest.raises(PictureError):
        to_uploadable_jpeg(b"<html>")
