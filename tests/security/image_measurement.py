"""A program that reads an image file and prints how much memory that took.

    python -m tests.security.image_measurement FILE

It prints megabytes and, after a semicolon, the image's size or the error.
"""

import resource
import sys
from pathlib import Path

from coverart.errors import PictureError
from coverart.images.decode import decode_image


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
    print(measure_reading(Path(sys.argv[1])))
