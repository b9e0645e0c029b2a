"""Photos for tests, and images as files."""

import io
from functools import cache

from PIL import Image

from coverart.images.jpeg import encode_cover_jpeg
from scripts import assets


@cache
def load_photo(name: str) -> Image.Image:
    """Return a photo of 1024x1024 pixels."""
    with Image.open(assets.fetch_photos()[name]) as image:
        return image.convert("RGB").resize((1024, 1024))


@cache
def load_cover_jpeg(name: str) -> bytes:
    """Return a photo as the JPEG of a cover."""
    return encode_cover_jpeg(load_photo(name))


def decode(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


def encode(image: Image.Image, image_format: str = "JPEG", **options: object) -> bytes:
    body = io.BytesIO()
    image.save(body, image_format, **options)
    return body.getvalue()
