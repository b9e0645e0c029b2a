"""A program that writes a file of one kind, or reads one and prints how much memory that took.

    python -m tests.security.image_measurement write NAME FILE
    python -m tests.security.image_measurement read FILE

`read` prints megabytes and, after a semicolon, the image's size or the error.
"""

import io
import resource
import struct
import sys
from pathlib import Path

from PIL import Image

from coverart.errors import PictureError
from coverart.images.decode import decode_image


def encode(image, image_format, **options):
    """Return the bytes of an image file."""
    buffer = io.BytesIO()
    image.save(buffer, image_format, **options)
    return buffer.getvalue()


def build_webp_canvas(width, height):
    """Return an animated WebP of 16x16 pixels whose header declares a canvas of another size."""
    frame = Image.new("RGB", (16, 16))
    data = bytearray(encode(Image.new("RGB", (16, 16), "red"), "WEBP", save_all=True, append_images=[frame]))
    offset = data.index(b"VP8X") + 12
    data[offset : offset + 6] = struct.pack("<I", width - 1)[:3] + struct.pack("<I", height - 1)[:3]
    return bytes(data)


def build_gif_screen(width, height):
    """Return a GIF of 16x16 pixels whose header declares a screen of another size."""
    data = bytearray(encode(Image.new("P", (16, 16)), "GIF"))
    data[6:10] = struct.pack("<HH", width, height)
    return bytes(data)


def build_rotated_jpeg(width, height):
    exif = Image.Exif()
    exif[0x0112] = 6
    return encode(Image.new("RGB", (width, height)), "JPEG", exif=exif)


FILES = {
    "png": lambda: encode(Image.new("1", (5000, 5000)), "PNG"),
    "long png": lambda: encode(Image.new("1", (2**24, 1)), "PNG"),
    "webp canvas": lambda: build_webp_canvas(16000, 16000),
    "gif screen": lambda: build_gif_screen(65535, 65535),
    "webp at the limit": lambda: encode(Image.new("RGB", (4000, 4000), "teal"), "WEBP", method=0),
    "rotated jpeg at the limit": lambda: build_rotated_jpeg(4000, 4000),
    "cmyk at the limit": lambda: encode(Image.new("CMYK", (4000, 4000)), "JPEG"),
}


def measure_reading(path):
    data = path.read_bytes()
    before_kb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    try:
        result = str(decode_image(data).size)
    except PictureError as error:
        result = str(error)
    memory_kb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before_kb
    return f"{memory_kb // 1024};{result}"


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["write", name, path]:
            Path(path).write_bytes(FILES[name]())
        case ["read", path]:
            print(measure_reading(Path(path)))
