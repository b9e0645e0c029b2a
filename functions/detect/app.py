"""Lambda handler: detect the objects on the artwork of a cover's songs."""

from coverart.aws import clients
from coverart.aws.s3 import Bucket
from coverart.aws.settings import StepSettings
from coverart.models import DetectResult, Song
from coverart.pipeline.step import StepInput, step
from detect.artwork import detect_objects


class DetectInput(StepInput):
    """`songs`: those of fetch."""

    songs: list[Song]


@step("detect", input_model=DetectInput, result_attribute="detected")
def handler(event: DetectInput) -> DetectResult:
    """Return the objects on the artwork of each song."""
    bucket = Bucket(clients.get_client("s3"), StepSettings.load().bucket_name)
    return DetectResult(artworks=detect_objects(event.songs, bucket))
