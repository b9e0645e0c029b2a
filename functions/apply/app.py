"""Door of apply: a playlist's image, set as an entry of its history says, or looked for where Spotify has it."""

from typing import Any

from coverart.aws.telemetry import log_and_translate_errors, logger, start_invocation
from coverart.models import CoverId, SpotifyId, StrictModel, read_model
from coverart.pipeline.publish_image import create_image_publisher


class ApplyInput(StrictModel):
    """`replace_own`: the listener's own image may make room, and is kept."""

    listener_id: str
    playlist_id: SpotifyId
    entry_id: CoverId
    replace_own: bool


def handler(event: dict[str, Any], context: Any) -> dict[str, str | None]:
    """Gives the entry's status, code and message.

    Raises SpotifyUnavailableError, StorageUnavailableError, NotFoundError, ListenerNotFoundError.
    """
    start_invocation(context, entry_id=event.get("entry_id"))
    with log_and_translate_errors("apply failed"):
        taken = read_model(ApplyInput, event)
        setter = create_image_publisher(taken.listener_id)
        entry = setter.apply(taken.playlist_id, taken.entry_id, taken.replace_own)
    logger.info("playlist image", status=entry.status, code=entry.code)
    return {"status": entry.status, "code": entry.code, "message": entry.message}
