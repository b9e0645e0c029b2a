"""Lambda handler: detect the objects on the artwork of a cover's songs, and cut out the subject of an own picture."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from botocore.exceptions import BotoCoreError, ClientError

from coverart.aws import clients
from coverart.aws.s3 import Bucket
from coverart.aws.settings import StepSettings
from coverart.aws.telemetry import logger
from coverart.errors import CoverArtError, ModelError
from coverart.models import WHOLE_PICTURE, ArtworkObjects, CoverOptions, CutOut, DetectResult, Song
from coverart.pipeline.execution_errors import TaskError
from coverart.pipeline.step import StepInput, step
from coverart.store.keys import picture_file_key
from coverart.store.pictures import picture_not_found

_FAILED_NOTE = "The object detector failed, so the prompt says nothing about what is on the artwork."
_WHOLE_NOTE = "The subject of your picture could not be cut out, so the cover shows the whole picture."


class DetectInput(StepInput):
    """`songs`: those of fetch, or none where nothing may look at them.

    `failure`: the last error of the attempts. After a crash, no network looks at anything.
    """

    songs: list[Song]
    options: CoverOptions = CoverOptions()
    failure: TaskError | None = None


def _warm_up() -> None:
    from PIL import Image

    from detect.sight import look

    look(Image.new("RGB", (64, 64)))


@step("detect", input_model=DetectInput, result_attribute="detected", writes_images=True, warm_up=_warm_up)
def handler(event: DetectInput) -> DetectResult:
    """Return the objects on the artwork of each song and the cut-out of the listener's picture, if the cover has one.

    Where the networks fail, there are no objects, the whole picture is used, and a note says so, because such a cover
    is better than none. Raises PictureNotFoundError where the picture was deleted, and the failure again where it is no
    crash.
    """
    if event.failure is not None and (error := event.failure.find_error_of_ours()) is not None:
        raise error
    bucket = Bucket(clients.get_client("s3"), StepSettings.load().bucket_name)
    with ThreadPoolExecutor(1) as executor:
        picture = executor.submit(_look_at_picture, event, bucket)
        artworks, notes = _look_at_artwork(event, bucket)
        cut_out, picture_notes = picture.result()
    return DetectResult(artworks=artworks, note=" ".join(notes + picture_notes) or None, cut_out=cut_out)


def _look_at_artwork(event: DetectInput, bucket: Bucket) -> tuple[list[ArtworkObjects], list[str]]:
    def look() -> list[ArtworkObjects]:
        from detect.artwork import detect_objects

        return detect_objects(event.songs, bucket)

    artworks = _try(event, look)
    return ([], [_FAILED_NOTE]) if artworks is None else (artworks, [])


def _look_at_picture(event: DetectInput, bucket: Bucket) -> tuple[CutOut | None, list[str]]:
    if (picture_id := event.options.picture) is None:
        return None, []

    def look() -> CutOut:
        from detect.own_picture import cut_out

        return cut_out(event.listener_id, event.cover_id, picture_id, bucket)

    if (result := _try(event, look)) is not None:
        return result, []
    key = picture_file_key(event.listener_id, picture_id, "picture.jpg")
    if not bucket.exists(key):
        raise picture_not_found()
    return CutOut(picture_id=picture_id, key=key, mask=None, box=WHOLE_PICTURE, label="", faces=[]), [_WHOLE_NOTE]


def _try[Result](event: DetectInput, look: Callable[[], Result]) -> Result | None:
    """Return the result, or None after a crash and where ONNX Runtime or a network is missing or broken."""
    if event.failure is not None:
        return None
    try:
        return look()
    except (ClientError, BotoCoreError, MemoryError):
        raise  # the state machine retries these
    except Exception as error:
        if isinstance(error, CoverArtError) and not isinstance(error, ModelError):
            raise
        logger.exception("detector failed")
        return None
