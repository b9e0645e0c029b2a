"""Door of apply: a playlist's image, set as an entry of its history says, or looked for where Spotify has it."""

from typing import Any

from aws_lambda_powertools import Logger
from botocore.exceptions import BotoCoreError, ClientError

from coverart import aws
from coverart.cover import CoverId, SpotifyId
from coverart.errors import CoverArtError
from coverart.playlist_image import image_setter_of
from coverart.shapes import Shape, parse

logger = Logger(service="coverart")


class ApplyInput(Shape):
    """`replace_own`: the listener's own image may make room, and is kept."""

    listener_id: str
    playlist_id: SpotifyId
    entry_id: CoverId
    replace_own: bool


def handler(event: dict[str, Any], _context: Any) -> dict[str, str | None]:
    """Gives the entry's status, code and message.

    Raises SpotifyUnavailableError, StorageUnavailableError, NotFoundError, ListenerNotFoundError.
    """
    logger.clear_state()
    try:
        taken = parse(ApplyInput, event)
        logger.append_keys(entry_id=taken.entry_id)
        setter = image_setter_of(taken.listener_id)
        entry = setter.apply(taken.playlist_id, taken.entry_id, taken.replace_own)
    except CoverArtError as error:
        logger.warning("apply failed", error=type(error).__name__, reason=str(error))
        raise
    except (ClientError, BotoCoreError) as error:
        logger.warning("aws failed", error=type(error).__name__, reason=str(error))
        raise aws.named(error) from error
    logger.info("playlist image", status=entry.status, code=entry.code)
    return {"status": entry.status, "code": entry.code, "message": entry.message}
