"""Detects the objects on the artwork of songs."""

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

from coverart.aws.s3 import Bucket
from coverart.aws.telemetry import logger
from coverart.errors import PictureError
from coverart.images.decode import decode_image
from coverart.models import ArtworkObjects, Song
from detect import detector

# Limits the connections to the bucket and the decoded images in memory.
_MAX_PARALLEL_READS = 4


def detect_objects(songs: Sequence[Song], bucket: Bucket) -> list[ArtworkObjects]:
    """Return the objects on each song's artwork, in the order of the songs.

    Artwork that is no longer stored or cannot be decoded has no objects. Raises ModelError where the network fails.
    """
    readable: list[str] = []

    def skip_unreadable(images: Iterable[detector.Pixels | None]) -> Iterator[detector.Pixels]:
        for song, image in zip(songs, images, strict=True):
            if image is not None:
                readable.append(song.album_id)
                yield image

    with ThreadPoolExecutor(_MAX_PARALLEL_READS) as executor:
        images = executor.map(lambda song: _read(song, bucket), songs)
        objects = detector.detect(skip_unreadable(images))
    objects_by_album = dict(zip(readable, objects, strict=True))
    return [ArtworkObjects(album_id=song.album_id, objects=objects_by_album.get(song.album_id, [])) for song in songs]


def _read(song: Song, bucket: Bucket) -> detector.Pixels | None:
    """Return the detector's input, or None where the artwork has expired or cannot be decoded."""
    try:
        return detector.prepare(decode_image(bucket.get(song.artwork)))
    except (KeyError, PictureError) as error:
        logger.warning("artwork left out", album_id=song.album_id, reason=str(error))
        return None
