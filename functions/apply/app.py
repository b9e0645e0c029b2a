"""Lambda handler: set a playlist's image as an entry of its history says, or check whether Spotify shows it."""

from typing import Any

from coverart.aws.telemetry import log_and_translate_errors, logger, start_invocation
from coverart.models import CoverId, SpotifyId, StrictModel, read_model
from coverart.pipeline.publish_image import create_image_publisher


class ApplyInput(StrictModel):
    """`replace_own`: the listener's own image may be replaced; it is stored first."""

    listener_id: str
    playlist_id: SpotifyId
    entry_id: CoverId
    replace_own: bool


def handler(event: dict[str, Any], context: Any) -> dict[str, str | None]:
    """Return the entry's status, code and message.

    Raises SpotifyUnavailableError, StorageUnavailableError, NotFoundError, ListenerNotFoundError.
    """
    start_invocation(context, entry_id=event.get("entry_id"))
    with log_and_translate_errors("apply failed"):
        apply_input = read_model(ApplyInput, event)
        publisher = create_image_publisher(apply_input.listener_id)
        entry = publisher.apply(apply_input.playlist_id, apply_input.entry_id, apply_input.replace_own)
    logger.info("playlist image", status=entry.status, code=entry.code)
    return {"status": entry.status, "code": entry.code, "message": entry.message}
