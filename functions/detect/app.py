"""Detect: songs -> the objects on each one's artwork."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

from coverart.aws import clients
from coverart.aws.s3 import Bucket
from coverart.aws.settings import StepSettings
from coverart.aws.telemetry import logger
from coverart.errors import PictureError
from coverart.images.decode import decode_image
from coverart.models import ArtworkObjects, DetectResult, Song
from coverart.pipeline.step import StepInput, step
from detect import detector

# Bounds both the bucket's connections and how many decoded pictures are in memory.
_READERS = 4


class DetectInput(StepInput):
    songs: list[Song]


@step("detect", input_model=DetectInput, result_attribute="detected")
def handler(event: DetectInput) -> DetectResult:
    bucket = Bucket(clients.get_client("s3"), StepSettings.load().bucket_name)
    readable: list[str] = []

    def pictures(readers: ThreadPoolExecutor) -> Iterator[detector.Pixels]:
        read = readers.map(lambda song: _read(bucket, song), event.songs)
        for song, picture in zip(event.songs, read, strict=True):
            if picture is not None:
                readable.append(song.album_id)
                yield picture

    with ThreadPoolExecutor(_READERS) as readers:
        found = detector.detect(pictures(readers))
    objects = dict(zip(readable, found, strict=True))
    return DetectResult(
        artworks=[
            ArtworkObjects(album_id=song.album_id, objects=objects.get(song.album_id, [])) for song in event.songs
        ]
    )


def _read(bucket: Bucket, song: Song) -> detector.Pixels | None:
    """None where the artwork has expired or cannot be read any more: nothing is seen on it, the others go on."""
    try:
        return detector.prepare(decode_image(bucket.get(song.artwork)))
    except (KeyError, PictureError) as error:
        logger.warning("artwork left out", album_id=song.album_id, reason=str(error))
        return None
