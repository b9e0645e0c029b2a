"""Detects the objects on the artwork of songs."""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from hashlib import sha256

from PIL import Image

from coverart.aws.s3 import Bucket
from coverart.aws.telemetry import logger
from coverart.errors import PictureError
from coverart.images.decode import decode_image
from coverart.models import ArtworkObjects, DetectedObject, Song
from detect.sight import look

# Limits the connections to the bucket and the decoded images in memory.
_MAX_PARALLEL_READS = 4
# As large as Spotify's artwork. Fifty images of this size take 61 MB.
MAX_SIDE_PIXELS = 640
# By the artwork's digest and its titles. A warm function looks at each artwork once, because covers share artwork.
_known_objects: dict[tuple[bytes, str], list[DetectedObject]] = {}
_MAX_KNOWN = 1000


def detect_objects(songs: Sequence[Song], bucket: Bucket) -> list[ArtworkObjects]:
    """Return the objects on each song's artwork, in the order of the songs.

    Expired or unreadable artwork has no objects. Raises ModelError where a network fails.
    """

    def detect(song: Song, look_at_artwork: Callable[[], list[DetectedObject]]) -> ArtworkObjects:
        return ArtworkObjects(album_id=song.album_id, objects=look_at_artwork())

    with ThreadPoolExecutor(_MAX_PARALLEL_READS) as readers, ThreadPoolExecutor(os.process_cpu_count() or 1) as lookers:
        looks = readers.map(lambda song: _read(song, bucket), songs)
        return list(lookers.map(detect, songs, looks))


def _read(song: Song, bucket: Bucket) -> Callable[[], list[DetectedObject]]:
    """Read the artwork, and return a function that returns the objects on it: none on expired or unreadable artwork."""
    try:
        artwork = bucket.get(song.artwork)
        key = sha256(artwork).digest(), f"{song.track} {song.album}"
        if (objects := _known_objects.get(key)) is not None:
            return objects.copy
        image = decode_image(artwork)
    except (KeyError, PictureError) as error:
        logger.warning("artwork left out", album_id=song.album_id, reason=str(error))
        return list
    image.thumbnail((MAX_SIDE_PIXELS, MAX_SIDE_PIXELS))
    return partial(_look_at, image, key)


def _look_at(image: Image.Image, key: tuple[bytes, str]) -> list[DetectedObject]:
    objects = look(image, key[1])
    if len(_known_objects) >= _MAX_KNOWN:
        _known_objects.clear()
    _known_objects[key] = objects
    return objects
