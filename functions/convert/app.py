"""Lambda handler: check a picture that a listener uploaded, and store it anew without its metadata.

It reads files from anybody, so its role allows nothing but these objects of the bucket.
"""

from typing import Any

from coverart.aws import clients
from coverart.aws.s3 import Bucket
from coverart.aws.settings import Settings
from coverart.aws.telemetry import log_and_translate_errors, logger, start_invocation
from coverart.errors import (
    PictureKindError,
    PictureNotFoundError,
    PictureTooLargeError,
    PictureTooSmallError,
    PictureUnreadableError,
)
from coverart.models import MAX_UPLOAD_BYTES, PictureId, StrictModel, read_model
from coverart.store.keys import picture_file_key, upload_key

# What is wrong with the listener's file is a result. Any other error is the stack's, and an alarm counts it.
_FILE_ERRORS = (
    PictureKindError,
    PictureNotFoundError,
    PictureTooLargeError,
    PictureTooSmallError,
    PictureUnreadableError,
)


class ConvertSettings(Settings):
    """`bucket_name`: where the pictures are."""

    bucket_name: str


class ConvertInput(StrictModel):
    """A picture that the listener uploaded."""

    listener_id: str
    picture_id: PictureId


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Return the stored picture's `width` and `height`, or the error as Lambda itself would. Repeating it is harmless.

    Raises InvalidRequestError, StorageUnavailableError, ConfigurationError.
    """
    start_invocation(context, picture_id=event.get("picture_id"))
    with log_and_translate_errors("picture not converted"):
        convert_input = read_model(ConvertInput, event)
        bucket = Bucket(clients.get_client("s3"), ConvertSettings.load().bucket_name)
        try:
            width, height = _convert(bucket, convert_input)
        except _FILE_ERRORS as error:
            logger.info("refused", code=error.code)
            return {"errorType": type(error).__name__, "errorMessage": str(error)}
    return {"width": width, "height": height}


def _convert(bucket: Bucket, convert_input: ConvertInput) -> tuple[int, int]:
    from convert.picture import convert_picture

    listener_id, picture_id = convert_input.listener_id, convert_input.picture_id
    try:
        data = bucket.get(upload_key(listener_id, picture_id), MAX_UPLOAD_BYTES)
    except KeyError:
        raise PictureNotFoundError("This picture was not uploaded, or too long ago. Please upload it again.") from None
    except OverflowError:
        raise PictureTooLargeError(f"This file has more than {MAX_UPLOAD_BYTES // 2**20} MB.") from None
    converted = convert_picture(data)
    for name, content in (("picture.jpg", converted.picture), ("thumbnail.jpg", converted.thumbnail)):
        bucket.put(picture_file_key(listener_id, picture_id, name), content, "image/jpeg")
    return converted.size
