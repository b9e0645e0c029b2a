"""Detects the objects on the artwork of songs."""

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from PIL import Image

from coverart.aws.s3 import Bucket
from coverart.aws.telemetry import logger
from coverart.errors import PictureError
from coverart.images.decode import decode_image
from coverart.models import ArtworkObjects, Song
from detect.sight import look

# Limits the connections to the bucket and the decoded images in memory.
_MAX_PARALLEL_READS = 4
# As large as Spotify's artwork. Fifty images of this size take 61 MB.
MAX_SIDE_PIXELS = 640


def detect_objects(songs: Sequence[Song], bucket: Bucket) -> list[ArtworkObjects]:
    """Return the objects on each song's artwork, in the order of the songs.

    Expired or unreadable artwork has no objects. Raises ModelError where a network fails.
    """

    def detect(song: Song, image: Image.Image | None) -> ArtworkObjects:
        objects = [] if image is None else look(image, f"{song.track} {song.album}")
        return ArtworkObjects(album_id=song.album_id, objects=objects)

    with ThreadPoolExecutor(_MAX_PARALLEL_READS) as readers, ThreadPoolExecutor(os.process_cpu_count() or 1) as lookers:
        images = readers.map(lambda song: _read(song, bucket), songs)
        return list(lookers.map(detect, songs, images))


def _read(song: Song, bucket: Bucket) -> Image.Image | None:
    """Return the artwork, at most 640 pixels wide and high, or None for expired or unreadable artwork."""
    try:
        image = decode_image(bucket.get(song.artwork))
    except (KeyError, PictureError) as error:
        logger.warning("artwork left out", album_id=song.album_id, reason=str(error))
        return None
    image.thumbnail((MAX_SIDE_PIXELS, MAX_SIDE_PIXELS))
    return image
