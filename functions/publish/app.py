"""Door of publish, the last step: its end makes the cover done."""

import coverart.quick_start

from datetime import UTC, datetime

from coverart import aws
from coverart.bucket import Bucket
from coverart.cover import Options, Pictures, PlaylistSource, Published, Source
from coverart.errors import InvalidRequestError, NotFoundError, StorageUnavailableError
from coverart.failure import Failed
from coverart.history import Entry
from coverart.playlist_image import image_setter_of
from coverart.settings import StepSettings
from coverart.step import StepInput, step
from coverart.telemetry import logger


class PublishInput(StepInput):
    """`replace_own`: the listener's own playlist image may make room, and is kept."""

    source: Source
    options: Options
    replace_own: bool
    title: str
    pictures: Pictures
    failure: Failed | None = None


@step("publish", takes=PublishInput, keeps="published")
def handler(event: PublishInput) -> Published:
    """A cover is done where all of its pictures are in the bucket, whatever becomes of the playlist's image.

    Raises SpotifyUnavailableError, StorageUnavailableError.
    """
    bucket = Bucket(aws.client("s3"), StepSettings.load().bucket_name)
    if any(bucket.metadata(key) is None for key in event.pictures.files()):
        raise StorageUnavailableError("A picture of this cover is not in the bucket. Please try again.")
    if not event.options.publish:
        return Published(playlist_image="not_asked_for")
    try:
        entry = _set(event)
    except (InvalidRequestError, NotFoundError) as error:
        return Published(playlist_image="not_set", code=error.code, message=str(error))
    logger.info("playlist image", status=entry.status, code=entry.code)
    became = entry.status if entry.status in {"set", "confirming"} else "not_set"
    return Published(playlist_image=became, entry=entry.entry_id, code=entry.code, message=entry.message)


def _set(event: PublishInput) -> Entry:
    """The entry of the playlist's history, which has the cover's id: there is one, however often this is tried."""
    if not isinstance(event.source, PlaylistSource):
        raise InvalidRequestError("Only a playlist has an image. This cover is of your top artists.")
    setter = image_setter_of(event.listener_id)
    asked = Entry(
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
    failure = event.failure.explained()
    return setter.give_up(entry, failure.code, failure.message)
