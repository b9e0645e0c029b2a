"""Pictures of all kinds, sound and bent: each is read as RGB, or a named error says why not, in bounded memory."""

import io
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
from stylize.contact_sheet import shown
from tests.security.mutators import is_for_a_listener

TYPES = {"image/jpeg", "image/png", "image/webp", "image/gif"}
# MB above what Python and Pillow take. A picture at the limit of 16 megapixels takes 251 as a WebP, 125 at most else.
MOST_MEMORY = 280


def file_of(picture, kind, **options):
    body = io.BytesIO()
    picture.save(body, kind, **options)
    return body.getvalue()


def ramp(mode="RGB"):
    return Image.linear_gradient("L").resize((48, 32)).convert(mode)


@cache
def sound() -> dict[str, bytes]:
    """By what is odd about them."""
    frames = {"save_all": True, "append_images": [ramp().rotate(90), ramp().rotate(180)], "duration": 50}
    turned = Image.Exif()
    turned[0x0112], turned[0x010F] = 6, "somebody"
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    text = PngImagePlugin.PngInfo()
    text.add_itxt("comment", "x" * 5000, zip=True)
    deep = Image.fromarray(np.arange(48 * 32, dtype=np.uint16).reshape(32, 48) * 40)
    clear = ramp("P")
    clear.info["transparency"] = 3
    return {
        "jpeg": file_of(ramp(), "JPEG"),
        "progressive": file_of(ramp(), "JPEG", progressive=True),
        "grey": file_of(ramp("L"), "JPEG"),
        "cmyk": file_of(ramp("CMYK"), "JPEG"),
        "turned": file_of(ramp(), "JPEG", exif=turned),
        "with a profile": file_of(ramp(), "JPEG", icc_profile=profile, comment=b"hello"),
        "two in one": file_of(ramp(), "MPO", save_all=True, append_images=[ramp()]),
        "png": file_of(ramp(), "PNG"),
        "one bit": file_of(ramp("1"), "PNG"),
        "palette": file_of(clear, "PNG"),
        "transparent": file_of(ramp("RGBA"), "PNG"),
        "grey and transparent": file_of(ramp("LA"), "PNG"),
        "sixteen bits": file_of(deep, "PNG"),
        "with text": file_of(ramp(), "PNG", pnginfo=text, icc_profile=profile, exif=turned),
        "animated png": file_of(ramp(), "PNG", **frames),
        "gif": file_of(ramp("P"), "GIF"),
        "animated gif": file_of(ramp("P"), "GIF", **frames),
        "webp": file_of(ramp(), "WEBP"),
        "lossless webp": file_of(ramp("RGBA"), "WEBP", lossless=True, exif=turned),
        "animated webp": file_of(ramp(), "WEBP", **frames),
    }


@pytest.mark.parametrize("name", sound())
def test_every_kind_of_picture_is_read_as_its_first_frame_upright_and_in_rgb(name):
    data = sound()[name]
    picture = decode_image(data)
    is_turned = name in {"turned", "with text", "lossless webp"}
    assert (picture.mode, picture.size) == ("RGB", (32, 48) if is_turned else (48, 32))
    assert detect_content_type(data) in TYPES
    upright = picture.rotate(90, expand=True) if is_turned else picture
    # A ramp from dark to light, downwards.
    assert upright.getpixel((24, 2))[1] < 60 < 190 < upright.getpixel((24, 29))[1]


def test_a_jpeg_with_further_pictures_behind_it_is_a_jpeg():
    assert detect_content_type(sound()["two in one"]) == "image/jpeg"
    assert to_uploadable_jpeg(sound()["two in one"]) == sound()["two in one"]


@st.composite
def bent_files(draw):
    """A sound file with bytes changed, gone, repeated, put in, or cut off; or two files in one."""
    data = bytearray(sound()[draw(st.sampled_from(list(sound())))])
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, max(len(data) - 1, 0)))
        # Headers decide more than what follows.
        at = at % 64 if draw(st.booleans()) else at
        length = draw(st.integers(1, 16))
        match draw(st.sampled_from(["change", "cut off", "remove", "repeat", "put in", "join"])):
            case "change":
                data[at : at + length] = draw(st.binary(min_size=length, max_size=length))
            case "cut off":
                del data[max(at, 1) :]
            case "remove":
                del data[at : at + length]
            case "repeat":
                data[at:at] = data[at : at + length] * draw(st.integers(1, 50))
            case "put in":
                data[at:at] = draw(st.sampled_from([b"\xff", b"\0" * 8, b"\xff\xff\xff\xff", b"IDAT", b"\xff\xd8"]))
            case "join":
                data += sound()[draw(st.sampled_from(list(sound())))]
    return bytes(data)


@settings(max_examples=5 * settings().max_examples)
@given(data=bent_files() | st.binary(max_size=200))
def test_a_bent_picture_is_read_or_refused_by_name(data):
    try:
        picture = decode_image(data)
    except PictureError as error:
        is_for_a_listener(error)
        with pytest.raises(PictureError):
            detect_content_type(data)
    else:
        assert picture.mode == "RGB"
        assert 0 < picture.width * picture.height <= MAX_PIXELS
        assert detect_content_type(data) in TYPES
        # Whatever was read can be used.
        assert max(shown(picture, 100).size) <= 100
        assert len(to_uploadable_jpeg(data)) <= MAX_COVER_BYTES


SVG = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"


@pytest.mark.parametrize(
    "data",
    [
        SVG,
        b"<?xml version='1.0'?>" + SVG,
        b"\xff\xd8\xff\xe0" + SVG,
        b"%PDF-1.4\n%\xff\xd8\xff",
        b"PK\x03\x04" + b"\0" * 40,
        b"GIF89a" + SVG,
        b"\x89PNG\r\n\x1a\n" + SVG,
        b"RIFF\xff\xff\xff\x7fWEBPVP8X" + b"\xff" * 40,
        file_of(Image.new("RGB", (4, 4)), "TIFF"),
        file_of(Image.new("RGB", (4, 4)), "PPM"),
        file_of(Image.new("RGB", (4, 4)), "ICO"),
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 4 4\n",
    ],
    ids=["svg", "xml", "svg as jpeg", "pdf", "zip", "svg as gif", "svg as png", "webp", "tiff", "ppm", "ico", "eps"],
)
def test_what_pretends_to_be_a_picture_is_refused(data):
    # A truncated WebP header may claim any size.
    with pytest.raises(PictureError, match=r"cannot be read|has more than"):
        decode_image(data)


def test_text_in_a_picture_that_unpacks_too_far_is_refused():
    text = PngImagePlugin.PngInfo()
    text.add_itxt("comment", "x" * 5_000_000, zip=True)
    with pytest.raises(PictureError, match="cannot be read"):
        decode_image(file_of(ramp(), "PNG", pnginfo=text))


def test_of_two_files_in_one_the_picture_alone_is_seen_and_only_its_pixels_go_on():
    page = b"<html><script>alert(1)</script>"
    both = sound()["jpeg"] + page
    assert detect_content_type(both) == "image/jpeg"
    assert page not in encode_cover_jpeg(decode_image(both))
    hidden = file_of(ramp(), "JPEG", comment=page)
    assert page in hidden
    assert page not in encode_cover_jpeg(decode_image(hidden))


@pytest.mark.parametrize("size", [(5000, 1), (1, 5000), (1, 1)], ids=str)
def test_a_picture_as_thin_as_a_line_goes_the_whole_way(size):
    thin = decode_image(file_of(Image.new("RGB", size, "teal"), "PNG"))
    assert min(shown(thin, 200).size) == 1
    assert len(encode_cover_jpeg(thin)) <= MAX_COVER_BYTES


MEASURING = """
import io, resource, struct, sys
from PIL import Image
from coverart.errors import PictureError
from coverart.images.decode import decode_image

def file_of(picture, kind, **options):
    body = io.BytesIO()
    picture.save(body, kind, **options)
    return body.getvalue()

def canvas(width, height):
    tiny = Image.new("RGB", (16, 16), "red")
    data = bytearray(file_of(tiny, "WEBP", save_all=True, append_images=[Image.new("RGB", (16, 16))]))
    at = data.index(b"VP8X") + 12
    data[at : at + 6] = struct.pack("<I", width - 1)[:3] + struct.pack("<I", height - 1)[:3]
    return bytes(data)

def screen(width, height):
    data = bytearray(file_of(Image.new("P", (16, 16)), "GIF"))
    data[6:10] = struct.pack("<HH", width, height)
    return bytes(data)

FILES = {
    "png": lambda: file_of(Image.new("1", (5000, 5000)), "PNG"),
    "long": lambda: file_of(Image.new("1", (2**24, 1)), "PNG"),
    "canvas": lambda: canvas(16000, 16000),
    "screen": lambda: screen(65535, 65535),
    "webp at the limit": lambda: file_of(Image.new("RGB", (4000, 4000), "teal"), "WEBP", method=0),
    "turned jpeg at the limit": lambda: file_of(Image.new("RGB", (4000, 4000)), "JPEG", exif=turned()),
    "cmyk at the limit": lambda: file_of(Image.new("CMYK", (4000, 4000)), "JPEG"),
}

def turned():
    exif = Image.Exif()
    exif[0x0112] = 6
    return exif

if len(sys.argv) == 3:
    with open(sys.argv[2], "wb") as file:
        file.write(FILES[sys.argv[1]]())
else:
    data = open(sys.argv[1], "rb").read()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    try:
        told = decode_image(data).size
    except PictureError as error:
        told = error
    print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024, told, sep=";")
"""


def python(*arguments: str) -> str:
    root = Path(__file__).parents[2]
    code = [sys.executable, "-c", MEASURING, *arguments]
    paths = {"PYTHONPATH": str(root / "functions")}
    return subprocess.run(code, env=paths, capture_output=True, text=True, timeout=120, check=True).stdout  # noqa: S603  # our own code


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("png", "The picture has more than 16 megapixels."),
        ("long", "The picture has more than 16 megapixels."),
        ("canvas", "The picture has more than 16 megapixels."),
        ("screen", "The picture has more than 16 megapixels."),
        ("webp at the limit", "(4000, 4000)"),
        ("turned jpeg at the limit", "(4000, 4000)"),
        ("cmyk at the limit", "(4000, 4000)"),
    ],
)
def test_no_picture_takes_more_memory_than_is_stated(name, told, tmp_path):
    """Made by one process and read by another, so that the peak is the reader's alone."""
    python(name, str(tmp_path / "file"))
    peak, found = python(str(tmp_path / "file")).strip().split(";")
    assert found == told
    assert int(peak) < (MOST_MEMORY if "limit" in name else 30)
