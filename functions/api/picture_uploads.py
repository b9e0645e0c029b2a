"""From a file that a listener uploads to a picture of their own, and back to nothing."""

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from coverart.aws.s3 import Bucket
from coverart.aws.telemetry import logger
from coverart.errors import (
    CoverArtError,
    ExecutionTimedOutError,
    ListenerNotFoundError,
    PictureKindError,
    PictureTooLargeError,
    PictureTooSmallError,
    PictureUnreadableError,
    TooManyPicturesError,
)
from coverart.models import COVER_ID_PATTERN
from coverart.pipeline.execution_errors import explain_failure
from coverart.store.keys import picture_prefix, upload_key
from coverart.store.pictures import Picture, Pictures, picture_not_found

# That of ConvertFunction, as the template has it.
CONVERT_TIMEOUT_SECONDS = 24
# The same file would fail again.
_FINAL_ERRORS = (PictureKindError, PictureTooLargeError, PictureTooSmallError, PictureUnreadableError)


@dataclass(frozen=True)
class PictureUploads:
    """`lambda_client`: waits for `convert_function`, which turns an uploaded file into a picture."""

    pictures: Pictures
    bucket: Bucket
    lambda_client: Any
    convert_function: str

    def finish(self, listener_id: str, picture_id: str) -> Picture:
        """Turn the uploaded file into a picture, delete it, and return the picture. Repeating it is harmless.

        The files are stored before the item, so a crash leaves at most files that the scheduled cleanup deletes. The
        upload is deleted last, so that a request that failed halfway can be repeated. Raises PictureNotFoundError,
        PictureKindError, PictureTooLargeError, PictureTooSmallError, PictureUnreadableError, TooManyPicturesError,
        ListenerNotFoundError, StorageUnavailableError.
        """
        if not re.fullmatch(COVER_ID_PATTERN, picture_id):
            raise picture_not_found()
        upload = upload_key(listener_id, picture_id)
        picture = self.pictures.find(listener_id, picture_id)
        if picture is None:
            try:
                self.pictures.check_limit(listener_id)
                width, height = self._convert(listener_id, picture_id)
                picture = Picture(picture_id=picture_id, created_at=datetime.now(UTC), width=width, height=height)
                picture = self.pictures.add(listener_id, picture)
            except _FINAL_ERRORS:
                self.bucket.delete([upload])
                raise
            except (TooManyPicturesError, ListenerNotFoundError):
                self.bucket.delete([upload])
                self.bucket.delete_prefix(picture_prefix(listener_id, picture_id))
                raise
        self.bucket.delete([upload])
        return picture

    def delete(self, listener_id: str, picture_id: str) -> bool:
        """Delete a picture. Return False where the listener has no such picture.

        The files are deleted first, so a deletion that failed halfway can be repeated.
        """
        if self.pictures.find(listener_id, picture_id) is None:
            return False
        self.bucket.delete_prefix(picture_prefix(listener_id, picture_id))
        return self.pictures.delete(listener_id, picture_id)

    def _convert(self, listener_id: str, picture_id: str) -> tuple[int, int]:
        """Return the width and height of the stored picture. Raises the error that the function returns or raises."""
        response = self.lambda_client.invoke(
            FunctionName=self.convert_function,
            Payload=json.dumps({"listener_id": listener_id, "picture_id": picture_id}),
        )
        payload: dict[str, Any] = json.loads(response["Payload"].read())
        if "errorMessage" not in payload:
            return int(payload["width"]), int(payload["height"])
        error = explain_failure("FAILED", payload.get("errorType"), json.dumps(payload))
        if type(error) is ExecutionTimedOutError or payload.get("errorType") == "Runtime.OutOfMemory":
            error = PictureUnreadableError("Reading this picture took too long. Please save it as a smaller JPEG.")
        if type(error) is CoverArtError:
            logger.error("picture not converted", error=payload.get("errorType"))
        raise error
