"""Image files of all kinds, valid and malformed: each is read as RGB or gives a named error, in limited memory."""

import subprocess
import sys
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms, PngImagePlugin

from coverart.errors import PictureError
from coverart.images.decode import MAX_PIXELS, decode_image, detect_content_type
from coverart.images.jpeg import MAX_COVER_BYTES, encode_cover_jpeg, to_uploadable_jpeg
from stylize.contact_sheet import fit_artwork
from tests.images import encode
from tests.security.mutators import assert_is_readable

ROOT = Path(__file__).parents[2]
CONTENT_TYPES = {"image/jpeg", "image/png", "image/webp", "image/gif"}
# Above what Python and Pillow need. An image at the limit of 16 megapixels needs 251 MB as WebP, and 125 MB at most as
# any other format.
MAX_MEMORY_MB = 280


def create_gradient(mode="RGB"):
    """Return an image that is dark at the top and light at the bottom."""
    return Image.linear_gradient("L").resize((48, 32)).convert(mode)


@cache
def valid_files() -> dict[str, bytes]:
    """Return valid files, by what is special about them."""
    gradient = create_gradient()
    frames = {"save_all": True, "append_images": [gradient.rotate(90), gradient.rotate(180)], "duration": 50}
    rotated_exif = Image.Exif()
    rotated_exif[0x0112], rotated_exif[0x010F] = 6, "somebody"
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    text = PngImagePlugin.PngInfo()
    text.add_itxt("comment", "x" * 5000, zip=True)
    sixteen_bits = Image.fromarray(np.arange(48 * 32, dtype=np.uint16).reshape(32, 48) * 40)
    palette = create_gradient("P")
    palette.info["transparency"] = 3
    return {
        "jpeg": encode(gradient, "JPEG"),
        "progressive": encode(gradient, "JPEG", progressive=True),
        "gray": encode(create_gradient("L"), "JPEG"),
        "cmyk": encode(create_gradient("CMYK"), "JPEG"),
        "rotated": encode(gradient, "JPEG", exif=rotated_exif),
        "profile": encode(gradient, "JPEG", icc_profile=profile, comment=b"hello"),
        "two images": encode(gradient, "MPO", save_all=True, append_images=[gradient]),
        "png": encode(gradient, "PNG"),
        "one bit": encode(create_gradient("1"), "PNG"),
        "palette": encode(palette, "PNG"),
        "transparent": encode(create_gradient("RGBA"), "PNG"),
        "transparent gray": encode(create_gradient("LA"), "PNG"),
        "sixteen bits": encode(sixteen_bits, "PNG"),
        "rotated with text": encode(gradient, "PNG", pnginfo=text, icc_profile=profile, exif=rotated_exif),
        "animated png": encode(gradient, "PNG", **frames),
        "gif": encode(create_gradient("P"), "GIF"),
        "animated gif": encode(create_gradient("P"), "GIF", **frames),
        "webp": encode(gradient, "WEBP"),
        "rotated lossless webp": encode(create_gradient("RGBA"), "WEBP", lossless=True, exif=rotated_exif),
        "animated webp": encode(gradient, "WEBP", **frames),
    }


@pytest.mark.parametrize("name", valid_files())
def test_valid_file_is_its_first_frame_upright_in_rgb(name):
    data = valid_files()[name]
    image = decode_image(data)
    is_rotated = "rotated" in name
    assert (image.mode, image.size) == ("RGB", (32, 48) if is_rotated else (48, 32))
    assert detect_content_type(data) in CONTENT_TYPES
    original = image.rotate(90, expand=True) if is_rotated else image
    assert original.getpixel((24, 2))[1] < 60 < 190 < original.getpixel((24, 29))[1]
    if name == "two images":  # it is an MPO, which is a JPEG to others
        assert (detect_content_type(data), to_uploadable_jpeg(data)) == ("image/jpeg", data)


@st.composite
def malformed_files(draw):
    """Draw a valid file with bytes replaced, removed, repeated, inserted or cut off, or with a second file appended."""
    files = st.sampled_from(list(valid_files().values()))
    data = draw(files)
    for _ in range(draw(st.integers(1, 4))):
        offset = draw(st.integers(0, max(len(data) - 1, 0)))
        # Headers matter more than the rest.
        offset = offset % 64 if draw(st.booleans()) else offset
        end = offset + draw(st.integers(1, 16))
        match draw(st.sampled_from(["replace", "truncate", "remove", "repeat", "insert", "append"])):
            case "replace":
                data = data[:offset] + draw(st.binary(min_size=1, max_size=16)) + data[end:]
            case "truncate":
                data = data[: max(offset, 1)]
            case "remove":
                data = data[:offset] + data[end:]
            case "repeat":
                data = data[:offset] + data[offset:end] * draw(st.integers(1, 50)) + data[offset:]
            case "insert":
                markers = [b"\xff", b"\0" * 8, b"\xff\xff\xff\xff", b"IDAT", b"\xff\xd8"]
                data = data[:offset] + draw(st.sampled_from(markers)) + data[offset:]
            case "append":
                data += draw(files)
    return data


@settings(max_examples=5 * settings().max_examples)
@given(data=malformed_files() | st.binary(max_size=200))
def test_malformed_file_is_read_or_refused(data):
    try:
        image = decode_image(data)
    except PictureError as error:
        assert_is_readable(error)
        with pytest.raises(PictureError):
            detect_content_type(data)
    else:
        assert image.mode == "RGB"
        assert 0 < image.width * image.height <= MAX_PIXELS
        assert detect_content_type(data) in CONTENT_TYPES
        # Later steps can use every image that was read.
        assert max(fit_artwork(image, 100).size) <= 100
        assert len(to_uploadable_jpeg(data)) <= MAX_COVER_BYTES


SVG = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"
OTHER_FILES = {
    "svg": SVG,
    "xml": b"<?xml version='1.0'?>" + SVG,
    "svg as jpeg": b"\xff\xd8\xff\xe0" + SVG,
    "svg as gif": b"GIF89a" + SVG,
    "svg as png": b"\x89PNG\r\n\x1a\n" + SVG,
    "pdf": b"%PDF-1.4\n%\xff\xd8\xff",
    "zip": b"PK\x03\x04" + b"\0" * 40,
    "webp": b"RIFF\xff\xff\xff\x7fWEBPVP8X" + b"\xff" * 40,  # a truncated header may declare any size
    "eps": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 4 4\n",
    **{name: encode(Image.new("RGB", (4, 4)), name) for name in ("TIFF", "PPM", "ICO")},
}


@pytest.mark.parametrize("name", OTHER_FILES)
def test_file_of_another_format_is_refused(name):
    with pytest.raises(PictureError, match=r"cannot be read|has more than"):
        decode_image(OTHER_FILES[name])


def test_png_with_too_much_compressed_text_is_refused():
    text = PngImagePlugin.PngInfo()
    text.add_itxt("comment", "x" * 5_000_000, zip=True)
    with pytest.raises(PictureError, match="cannot be read"):
        decode_image(encode(create_gradient(), "PNG", pnginfo=text))


def test_encoded_cover_contains_only_the_pixels_of_a_file():
    page = b"<html><script>alert(1)</script>"
    for data in (valid_files()["jpeg"] + page, encode(create_gradient(), "JPEG", comment=page)):
        assert page in data
        assert detect_content_type(data) == "image/jpeg"
        assert page not in encode_cover_jpeg(decode_image(data))


def test_image_of_one_pixel_width_becomes_a_cover():
    for size in ((5000, 1), (1, 5000), (1, 1)):
        image = decode_image(encode(Image.new("RGB", size, "teal"), "PNG"))
        assert min(fit_artwork(image, 200).size) == 1
        assert len(encode_cover_jpeg(image)) <= MAX_COVER_BYTES


def declare_size(data, mark, offset, size):
    """Return a file whose header declares another size, `offset` bytes after a mark."""
    start = data.index(mark) + offset
    return data[:start] + size + data[start + len(size) :]


def create_files():
    """Yield files of excessive size, and of the greatest that is allowed, by name."""
    black, exif = Image.new("RGB", (16, 16)), Image.Exif()
    exif[0x0112] = 6
    animation = encode(Image.new("RGB", (16, 16), "red"), "WEBP", save_all=True, append_images=[black])
    yield "png", encode(Image.new("1", (5000, 5000)), "PNG")
    yield "long png", encode(Image.new("1", (2**24, 1)), "PNG")
    yield "webp canvas", declare_size(animation, b"VP8X", 12, 2 * (15999).to_bytes(3, "little"))
    yield "gif screen", declare_size(encode(black, "GIF"), b"GIF8", 6, b"\xff" * 4)
    yield "webp at the limit", encode(Image.new("RGB", (4000, 4000), "teal"), "WEBP", method=0)
    yield "rotated jpeg at the limit", encode(Image.new("RGB", (4000, 4000)), "JPEG", exif=exif)
    yield "cmyk at the limit", encode(Image.new("CMYK", (4000, 4000)), "JPEG")


# Print how many megabytes it takes to read each image file, and the image's size or the error.
# Each has its own process, so that the peak is the reader's.
MEASURE = """
import os, pathlib, resource, sys
from coverart.images.decode import PictureError, decode_image
def measure_kb(): return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
for path in sys.argv[1:]:
    if os.fork():
        os.wait()
        continue
    data, before_kb = pathlib.Path(path).read_bytes(), measure_kb()
    try:
        result = decode_image(data).size
    except PictureError as error:
        result = error
    print((measure_kb() - before_kb) // 1024, result, sep=";")
    break
"""


def test_reading_a_file_takes_limited_memory(tmp_path):
    files = dict(create_files())
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    process = subprocess.run(
        [sys.executable, "-c", MEASURE, *(tmp_path / name for name in files)],
        env={"PYTHONPATH": str(ROOT / "functions")}, capture_output=True, text=True, timeout=240, check=True,
    )  # fmt: skip
    for name, line in zip(files, process.stdout.splitlines(), strict=True):
        memory_mb, result = line.split(";")
        is_readable = "at the limit" in name
        assert ("(4000, 4000)" if is_readable else "more than 16 megapixels") in result, name
        assert int(memory_mb) < (MAX_MEMORY_MB if is_readable else 30), name
