"""Detects the objects on the artwork of songs."""

import os
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import lru_cache

from coverart.aws.s3 import Bucket
from coverart.aws.telemetry import logger
from coverart.errors import PictureError
from coverart.images.decode import decode_image
from coverart.models import ArtworkObjects, DetectedObject, Song
from detect.sight import look

# Limits the connections to the bucket.
_MAX_PARALLEL_READS = 4
# As large as Spotify's artwork.
MAX_SIDE_PIXELS = 640


def detect_objects(songs: Sequence[Song], bucket: Bucket) -> list[ArtworkObjects]:
    """Return the objects on each song's artwork, in the order of the songs.

    Expired or unreadable artwork has no objects. Raises ModelError where a network fails.
    """

    def detect(song: Song, read_artwork: Future[bytes]) -> ArtworkObjects:
        try:
            objects = _look_at(read_artwork.result(), f"{song.track} {song.album}")
        except (KeyError, PictureError) as error:
            logger.warning("artwork left out", album_id=song.album_id, reason=str(error))
            objects = ()
        return ArtworkObjects(album_id=song.album_id, objects=[*objects])

    with ThreadPoolExecutor(_MAX_PARALLEL_READS) as readers, ThreadPoolExecutor(os.process_cpu_count() or 1) as lookers:
        artworks = [readers.submit(bucket.get, song.artwork) for song in songs]
        return list(lookers.map(detect, songs, artworks))


# A listener's covers share artwork. A JPEG of 640 pixels takes about 0.1 MB.
@lru_cache(maxsize=100)
def _look_at(artwork: bytes, titles: str) -> tuple[DetectedObject, ...]:
    image = decode_image(artwork)
    image.thumbnail((MAX_SIDE_PIXELS, MAX_SIDE_PIXELS))
    return tuple(look(image, titles))
