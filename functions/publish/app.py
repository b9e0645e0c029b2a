"""Door of publish, the last step: its end makes the cover done."""

from datetime import UTC, datetime

from coverart.aws import clients
from coverart.aws.s3 import Bucket
from coverart.aws.settings import StepSettings
from coverart.aws.telemetry import logger
from coverart.errors import InvalidRequestError, NotFoundError, StorageUnavailableError
from coverart.models import CoverImages, CoverOptions, PlaylistSource, PublishResult, Source
from coverart.pipeline.execution_errors import TaskError
from coverart.pipeline.publish_image import create_image_publisher
from coverart.pipeline.step import StepInput, step
from coverart.store.publish_history import HistoryEntry


class PublishInput(StepInput):
    """`replace_own`: the listener's own playlist image may make room, and is kept."""

    source: Source
    options: CoverOptions
    replace_own: bool
    title: str
    pictures: CoverImages
    failure: TaskError | None = None


@step("publish", input_model=PublishInput, result_attribute="published")
def handler(event: PublishInput) -> PublishResult:
    """A cover is done where all of its pictures are in the bucket, whatever becomes of the playlist's image.

    Raises SpotifyUnavailableError, StorageUnavailableError.
    """
    bucket = Bucket(clients.get_client("s3"), StepSettings.load().bucket_name)
    if any(bucket.get_metadata(key) is None for key in event.pictures.files()):
        raise StorageUnavailableError("A picture of this cover is not in the bucket. Please try again.")
    if not event.options.publish:
        return PublishResult(playlist_image="not_asked_for")
    try:
        entry = _set(event)
    except (InvalidRequestError, NotFoundError) as error:
        return PublishResult(playlist_image="not_set", code=error.code, message=str(error))
    logger.info("playlist image", status=entry.status, code=entry.code)
    became = entry.status if entry.status in {"set", "confirming"} else "not_set"
    return PublishResult(playlist_image=became, entry=entry.entry_id, code=entry.code, message=entry.message)


def _set(event: PublishInput) -> HistoryEntry:
    """The entry of the playlist's history, which has the cover's id: there is one, however often this is tried."""
    if not isinstance(event.source, PlaylistSource):
        raise InvalidRequestError("Only a playlist has an image. This cover is of your top artists.")
    setter = create_image_publisher(event.listener_id)
    asked = HistoryEntry(
        playlist_id=event.source.playlist_id,
        entry_id=event.cover_id,
        playlist_name=event.title,
        cover_id=event.cover_id,
        picture=event.pictures.cover,
        asked_at=datetime.now(UTC),
    )
    entry = setter.history.add(event.listener_id, asked)
    if event.failure is None:
        return setter.apply(entry.playlist_id, entry.entry_id, event.replace_own)
    failure = event.failure.to_domain_error()
    return setter.give_up(entry, failure.code, str(failure))
