"""Door of apply: a playlist's image, set as an entry of its history says, or looked for where Spotify has it."""

import coverart.quick_start

from typing import Any

from coverart.cover import CoverId, SpotifyId
from coverart.playlist_image import image_setter_of
from coverart.shapes import Shape, parse
from coverart.telemetry import begin, logger, telling


class ApplyInput(Shape):
    """`replace_own`: the listener's own image may make room, and is kept."""

    listener_id: str
    playlist_id: SpotifyId
    entry_id: CoverId
    replace_own: bool


def handler(event: dict[str, Any], context: Any) -> dict[str, str | None]:
    """Gives the entry's status, code and message.

    Raises SpotifyUnavailableError, StorageUnavailableError, NotFoundError, ListenerNotFoundError.
    """
    begin(context, entry_id=event.get("entry_id"))
    with telling("apply failed"):
        taken = parse(ApplyInput, event)
        setter = image_setter_of(taken.listener_id)
        entry = setter.apply(taken.playlist_id, taken.entry_id, taken.replace_own)
    logger.info("playlist image", status=entry.status, code=entry.code)
    return {"status": entry.status, "code": entry.code, "message": entry.message}
