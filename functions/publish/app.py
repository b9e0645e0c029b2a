"""Door of publish, the last step: its end makes the cover done."""

from coverart import aws
from coverart.bucket import Bucket
from coverart.cover import Pictures, Published
from coverart.errors import StorageUnavailableError
from coverart.settings import StepSettings
from coverart.step import StepInput, step


class PublishInput(StepInput):
    pictures: Pictures


@step("publish", takes=PublishInput, keeps="published")
def handler(event: PublishInput) -> Published:
    """A cover is done only where all of its pictures are in the bucket. Raises StorageUnavailableError."""
    bucket = Bucket(aws.client("s3"), StepSettings.load().bucket_name)
    keys = event.pictures.to_json().values()
    if any(bucket.metadata(key) is None for key in keys):
        raise StorageUnavailableError("A picture of this cover is not in the bucket. Please try again.")
    return Published(playlist_image="not_asked_for")
