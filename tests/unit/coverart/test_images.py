"""Decoding transparent images, the JPEG for Spotify, and recognizing an image that was encoded again.

The tests of security have images of all formats, malformed files, and too many pixels.
"""

import base64
import struct

import numpy as np
import pytest
from PIL import Image

from coverart.errors import PictureError
from coverart.images.compare import MAX_DIFFERENCE, are_same_image
from coverart.images.decode import MAX_BYTES, decode_image
from coverart.images.jpeg import MAX_COVER_BYTES, encode_cover_jpeg, to_uploadable_jpeg
from tests.images import decode, encode, load_photo

PHOTO = "motorcycle_left"
JPEGS = {name: encode(load_photo(name).resize((300, 300)), quality=90) for name in ("astronaut", "chelsea", "coffee")}


def hide_red(mode, transparent):
    """Return an image whose left half is red or bright, and transparent, and whose right half is dark."""
    image = Image.new("RGB", (8, 4), (0, 0, 200))
    image.paste((200, 0, 0), (0, 0, 4, 4))
    if mode == "I;16":
        image = Image.frombytes("I;16", (8, 4), struct.pack("<8H", *[51_200] * 4, *[9] * 4) * 4)
    elif mode.endswith("A"):
        alpha = Image.new("L", image.size, 255)
        alpha.paste(transparent, (0, 0, 4, 4))
        image = image.convert(mode.removesuffix("A") or "L")
        image = Image.merge(mode, [*image.split(), alpha])
    else:
        image = image.quantize(2) if mode == "P" else image.convert(mode)
    return image


@pytest.mark.parametrize(
    ("mode", "image_format", "options"),
    [
        ("RGBA", "PNG", {}),
        ("RGBA", "WEBP", {"lossless": True, "exact": True}),
        ("LA", "PNG", {}),
        ("P", "PNG", {"transparency": None}),
        ("P", "GIF", {"transparency": None}),
        ("L", "PNG", {"transparency": 60}),
        ("RGB", "PNG", {"transparency": (200, 0, 0)}),
        ("I;16", "PNG", {"transparency": 51_200}),
    ],
)
def test_transparent_pixels_hide_what_is_beneath(mode, image_format, options):
    image = hide_red(mode, transparent=0)
    options = {name: image.getpixel((0, 0)) if value is None else value for name, value in options.items()}
    decoded = decode_image(encode(image, image_format, **options))
    assert decoded.getpixel((1, 1)) == (255, 255, 255)
    assert max(decoded.getpixel((6, 1))) <= 200
    half = decode_image(encode(hide_red("RGBA", transparent=128), "PNG"))
    assert half.getpixel((1, 1)) == pytest.approx((227, 127, 127), abs=2)


def test_image_of_too_many_bytes_is_refused():
    with pytest.raises(PictureError, match="10 MB"):
        decode_image(bytes(MAX_BYTES + 1))


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


@pytest.mark.parametrize(("side", "quality"), [(640, 40), (300, 60)])
def test_reencoded_image_matches_only_itself(side, quality):
    for name, jpeg in JPEGS.items():
        reencoded = encode(load_photo(name).resize((side, side)), quality=quality)
        assert [other for other in JPEGS if are_same_image(reencoded, JPEGS[other])] == [name]
        assert not are_same_image(jpeg, encode(decode(jpeg).rotate(180))), "the same colors"
    assert MAX_DIFFERENCE < 12
