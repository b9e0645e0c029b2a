"""Pictures as anybody may upload them: what is stored shows the same, and holds nothing else of the file."""

import struct
import subprocess
import sys

import numpy as np
import pytest
from PIL import Image, ImageChops, ImageCms, ImageStat, PngImagePlugin

from convert.picture import MAX_PIXELS, SIDE_PIXELS, convert_picture
from coverart import errors
from scripts.local.paths import ROOT
from tests.images import decode, encode

SECRET = b"Ada's garden, 52.5 N"
# What ConvertFunction has, less what Lambda's runtime and boto3 take.
MAX_MEMORY_MB = 1769 - 200


def scene(mode="RGB", size=(480, 320)):
    """Red at the top left, dark to the right, light at the bottom: no other orientation looks the same."""
    image = Image.merge("RGB", [Image.linear_gradient("L").resize(size)] * 3)
    image.paste("red", (0, 0, size[0] // 2, size[1] // 3))
    image.paste("navy", (size[0] * 3 // 4, 0, *size))
    return image.convert(mode)


def metadata(orientation=1):
    """EXIF with a camera and a place; XMP, comment and color profile; each holds SECRET."""
    exif = Image.Exif()
    exif[0x0112], exif[0x010F], exif[0x010E] = orientation, "Camera", SECRET.decode()
    exif.get_ifd(0x8825).update({1: "N", 2: (52.0, 30.0, 0.0), 29: "2026:01:01"})
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    xmp = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'>" + SECRET + b"</x:xmpmeta>"
    return {"exif": exif.tobytes(), "icc_profile": profile, "xmp": xmp, "comment": SECRET}


def with_text():
    text = PngImagePlugin.PngInfo()
    text.add_itxt("Description", SECRET.decode(), zip=True)
    text.add_text("XML:com.adobe.xmp", SECRET.decode())
    return text


FRAMES = {"save_all": True, "append_images": [Image.new("RGB", (480, 320), "lime")], "duration": 50}
PALETTE = scene("P")
SIXTEEN_BITS = Image.fromarray(np.asarray(scene("L"), np.uint16) * 257)
PICTURES = {
    "jpeg": lambda: encode(scene(), "JPEG", **metadata()),
    "progressive": lambda: encode(scene(), "JPEG", progressive=True),
    "gray": lambda: encode(scene("L"), "JPEG"),
    "cmyk": lambda: encode(scene("CMYK"), "JPEG"),
    "mpo": lambda: encode(scene(), "MPO", save_all=True, append_images=[Image.new("RGB", (480, 320), "lime")]),
    "png": lambda: encode(scene(), "PNG", pnginfo=with_text(), exif=metadata()["exif"]),
    "palette": lambda: encode(PALETTE, "PNG"),
    "16 bits": lambda: encode(SIXTEEN_BITS, "PNG"),
    "apng": lambda: encode(scene(), "PNG", **FRAMES),
    "gif": lambda: encode(PALETTE, "GIF", comment=SECRET),
    "animated gif": lambda: encode(PALETTE, "GIF", **FRAMES, comment=SECRET),
    "webp": lambda: encode(scene("RGBA"), "WEBP", quality=95, exif=metadata()["exif"], xmp=metadata()["xmp"]),
    "animated webp": lambda: encode(scene(), "WEBP", **FRAMES, quality=95),
    "html behind it": lambda: encode(scene(), "JPEG") + b"<script>" + SECRET,
    "damaged exif": lambda: encode(scene(), "JPEG", exif=b"Exif\0\0II*\0\xff\xff\xff\xff" + SECRET),
    "damaged profile": lambda: encode(scene(), "JPEG", icc_profile=b"acsp" + SECRET * 20),
    "profile of another mode": lambda: encode(scene("CMYK"), "JPEG", icc_profile=metadata()["icc_profile"]),
}


def assert_looks_like(image, expected, most=12):
    """The mean difference of a channel, 0 to 255, after both are reduced to 48 x 32 pixels."""
    reduced = [each.convert("RGB").resize((48, 32), Image.Resampling.BOX) for each in (image, expected)]
    assert max(ImageStat.Stat(ImageChops.difference(*reduced)).mean) < most


def list_segments(jpeg):
    """The markers of a JPEG file up to its pixels."""
    markers, offset = [], 2
    while jpeg[offset + 1] != 0xDA:
        markers.append(jpeg[offset + 1])
        offset += 2 + struct.unpack(">H", jpeg[offset + 2 : offset + 4])[0]
    return markers


@pytest.mark.parametrize("name", PICTURES)
def test_stored_picture_looks_the_same_and_holds_nothing_else(name):
    data = PICTURES[name]()
    converted = convert_picture(data)
    picture, thumbnail = decode(converted.picture), decode(converted.thumbnail)
    assert (picture.format, picture.mode, picture.size, thumbnail.size) == ("JPEG", "RGB", (480, 320), (300, 200))
    assert converted.size == picture.size
    is_gray = name in {"gray", "16 bits"}
    assert_looks_like(picture, scene("L") if is_gray else scene(), 40 if "cmyk" in name or "another" in name else 12)
    for file in (converted.picture, converted.thumbnail):
        # JFIF, quantization, frame, Huffman tables: no EXIF, XMP, ICC profile, IPTC record or comment.
        assert set(list_segments(file)) <= {0xE0, 0xDB, 0xC0, 0xC4}
        image = decode(file)
        assert (dict(image.getexif()), image.info.keys() & {"exif", "icc_profile", "xmp", "comment"}) == ({}, set())
        assert SECRET not in file
        assert not file.split(b"\xff\xd9", 1)[1]


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("image_format", ["JPEG", "PNG", "WEBP"])
def test_picture_is_turned_upright(image_format, orientation):
    upright = scene()
    inverse = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}  # of Image.Transpose
    camera = upright if orientation == 1 else upright.transpose(Image.Transpose(inverse[orientation]))
    data = encode(camera, image_format, exif=metadata(orientation)["exif"])
    picture = decode(convert_picture(data).picture)
    assert picture.size == upright.size
    assert_looks_like(picture, upright)


def test_transparent_picture_is_on_white():
    image = scene("RGBA")
    image.putalpha(Image.new("L", image.size, 0))
    profile = metadata()["icc_profile"]
    for data in (encode(image, "PNG", icc_profile=profile), encode(image, "WEBP", lossless=True, exact=True)):
        assert decode(convert_picture(data).picture).getextrema() == ((255, 255),) * 3


def green_profile(space):
    """A color profile for which any color is green, which no viewer could miss: a `lut8Type` of ICC.1:2001-04."""
    channels, ramp = {b"GRAY": 1, b"RGB ": 3, b"CMYK": 4}[space], bytes(range(256))
    table = b"mft1" + struct.pack(">4x4B9i", channels, 3, 2, 0, *[65536, 0, 0, 0] * 2, 65536)
    table += ramp * channels + bytes((150, 60, 190)) * 2**channels + ramp * 3
    names, white = (b"prtr", space, b"Lab "), (63190, 65536, 54061)
    header = struct.pack(">I4xI4s4s4s12x4s28x3i48x", 144 + len(table), 0x2100000, *names, b"acsp", *white)
    return header + struct.pack(">I4sII", 1, b"A2B0", 144, len(table)) + table


def test_colors_of_a_profile_are_converted():
    cases = (("RGB", b"RGB "), ("RGBA", b"RGB "), ("L", b"GRAY"), ("LA", b"GRAY"), ("CMYK", b"CMYK"))
    for mode, space in cases:
        image = Image.new("RGB", (100, 100), (250, 10, 10)).convert(mode)
        data = encode(image, "JPEG" if mode == "CMYK" else "PNG", icc_profile=green_profile(space))
        red, green, blue = decode(convert_picture(data).picture).getpixel((50, 50))
        assert (red < 60, green > 80, blue < 60) == (True, True, True), mode


def test_large_picture_is_reduced():
    converted = convert_picture(encode(scene(size=(4100, 2050)), "JPEG"))
    assert (converted.size, decode(converted.thumbnail).size) == ((SIDE_PIXELS, 1024), (300, 150))
    # The colors of neighboring pixels are mixed, also those of a palette.
    stripes = Image.fromarray(np.tile(np.uint8([0, 255]), (200, SIDE_PIXELS))).convert("P")
    darkest, lightest = decode(convert_picture(encode(stripes, "PNG")).picture).convert("L").getextrema()
    assert 100 < darkest <= lightest < 160


def bomb(width, height, mode="1"):
    return encode(Image.new(mode, (width, height)), "PNG")


REFUSED = {
    "nothing": (lambda: b"", errors.PictureKindError),
    "text": (lambda: b"hello" * 100, errors.PictureKindError),
    "svg": (lambda: b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", errors.PictureKindError),
    "tiff": (lambda: encode(scene(), "TIFF"), errors.PictureKindError),
    "bmp": (lambda: encode(scene(), "BMP"), errors.PictureKindError),
    "pdf and jpeg": (lambda: b"%PDF-1.4\n" + encode(scene()), errors.PictureKindError),
    "postscript": (lambda: b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 4 4\n", errors.PictureKindError),
    "heic": (lambda: b"\0\0\0\x18ftypheic" + b"\0" * 100, errors.PictureKindError),
    "svg as jpeg": (lambda: b"\xff\xd8\xff\xe0<svg/>", errors.PictureUnreadableError),
    "svg as png": (lambda: b"\x89PNG\r\n\x1a\n<svg/>", errors.PictureUnreadableError),
    "svg as webp": (lambda: b"RIFF<svg/>", errors.PictureUnreadableError),
    "svg as gif": (lambda: b"GIF8<svg/>", errors.PictureUnreadableError),
    "truncated jpeg": (lambda: encode(scene())[:4000], errors.PictureUnreadableError),
    "truncated png": (lambda: encode(scene(), "PNG")[:600], errors.PictureUnreadableError),
    "truncated webp": (lambda: encode(scene(), "WEBP")[:-500], errors.PictureUnreadableError),
    "bomb": (lambda: bomb(8000, 5001), errors.PictureTooLargeError),
    "bomb beyond pillow's own limit": (lambda: bomb(14000, 14000), errors.PictureTooLargeError),
    "gif screen": (
        lambda: b"GIF89a\xff\xff\xff\xff" + encode(Image.new("P", (16, 16)), "GIF")[10:],
        errors.PictureTooLargeError,
    ),
    "small": (lambda: encode(scene(size=(63, 200))), errors.PictureTooSmallError),
    "narrow": (lambda: bomb(20000, 300), errors.PictureTooSmallError),
}


@pytest.mark.parametrize("name", REFUSED)
def test_file_is_refused_with_its_reason(name):
    create, error = REFUSED[name]
    with pytest.raises(error, match=r"\.$") as caught:
        convert_picture(create())
    assert type(caught.value) is error
    assert ("HEIC" in str(caught.value)) == (name == "heic")


def test_compressed_text_that_expands_is_refused():
    text = PngImagePlugin.PngInfo()
    text.add_itxt("comment", "x" * 5_000_000, zip=True)
    with pytest.raises(errors.PictureUnreadableError):
        convert_picture(encode(scene(), "PNG", pnginfo=text))


# Not getrusage: for a young process it reports the peak of the parent.
MEASUREMENT = """
import re, sys
from convert.picture import convert_picture
for file in sys.argv[1:]:
    convert_picture(open(file, "rb").read())
print(int(re.findall(r"VmHWM:\\s+(\\d+) kB", open("/proc/self/status").read())[0]) // 1024)
"""


def test_largest_pictures_fit_into_the_functions_memory(tmp_path):
    """WebP's decoder takes the most, lossless or not; of a JPEG file, the conversion from CMYK does."""
    for mode, image_format, options in (
        ("RGBA", "WEBP", {"lossless": True, "method": 0, "quality": 0}),
        ("CMYK", "JPEG", {}),
    ):
        image = Image.new(mode, (8000, MAX_PIXELS // 8000), (60, 70, 80, 90))
        (tmp_path / image_format).write_bytes(encode(image, image_format, **options))
    command = [sys.executable, "-c", MEASUREMENT, *tmp_path.iterdir()]
    options = {"capture_output": True, "text": True, "timeout": 120, "cwd": ROOT, "check": True}
    assert int(subprocess.run(command, **options, env={"PYTHONPATH": "functions"}).stdout) < MAX_MEMORY_MB
