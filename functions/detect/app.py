"""Lambda handler: detect the objects on the artwork of a cover's songs."""

from botocore.exceptions import BotoCoreError, ClientError

from coverart.aws import clients
from coverart.aws.s3 import Bucket
from coverart.aws.settings import StepSettings
from coverart.aws.telemetry import logger
from coverart.errors import CoverArtError, ModelError
from coverart.models import DetectResult, Song
from coverart.pipeline.execution_errors import TaskError
from coverart.pipeline.step import StepInput, step

_FAILED_NOTE = "The object detector failed, so the prompt says nothing about what is on the artwork."


class DetectInput(StepInput):
    """`songs`: those of fetch. `failure`: the last error of the attempts. After a crash, there are no objects."""

    songs: list[Song]
    failure: TaskError | None = None


def _warm_up() -> None:
    from PIL import Image

    from detect.sight import look

    look(Image.new("RGB", (64, 64)))


@step("detect", input_model=DetectInput, result_attribute="detected", warm_up=_warm_up)
def handler(event: DetectInput) -> DetectResult:
    """Return the objects on the artwork of each song, or none and a note where the detector fails.

    A cover without objects is better than none. Raises the failure again where it is no crash.
    """
    if event.failure is not None:
        if (error := event.failure.find_error_of_ours()) is not None:
            raise error
        return DetectResult(artworks=[], note=_FAILED_NOTE)
    bucket = Bucket(clients.get_client("s3"), StepSettings.load().bucket_name)
    try:
        # ONNX Runtime or the model may be missing or broken.
        from detect.artwork import detect_objects

        return DetectResult(artworks=detect_objects(event.songs, bucket))
    except (ClientError, BotoCoreError, MemoryError):
        raise  # the state machine retries these
    except Exception as error:
        if isinstance(error, CoverArtError) and not isinstance(error, ModelError):
            raise
        logger.exception("detector failed")
        return DetectResult(artworks=[], note=_FAILED_NOTE)
