"""Routes of the listener's own pictures: upload, list, show and delete them."""

from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Annotated, Any, Literal

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Path, Query
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from api import dependencies
from api.authentication import Listener
from api.errors import document_responses, no_content
from api.routes.covers import IMAGE_REDIRECT, redirect_to_image
from coverart import models
from coverart.aws.s3 import UPLOAD_SECONDS
from coverart.errors import (
    ForeignOriginError,
    InvalidRequestError,
    NotFoundError,
    PictureKindError,
    PictureNotFoundError,
    PictureTooLargeError,
    PictureTooSmallError,
    PictureUnreadableError,
    TooManyPicturesError,
)
from coverart.models import MAX_UPLOAD_BYTES, StrictModel
from coverart.pipeline.start_cover import new_cover_id
from coverart.store.keys import picture_file_key, upload_key
from coverart.store.pictures import MAX_PICTURES, Picture, picture_not_found

router = APIGatewayHttpRouter()

# As for covers: an id that does not match gives 404, like any unknown id.
PictureId = Annotated[
    str, Path(alias="id", description="The picture's id", json_schema_extra={"pattern": models.COVER_ID_PATTERN})
]
PictureKind = Literal["picture", "thumbnail"]


class UploadResponse(StrictModel):
    """A form to send to the bucket: POST to `url`, with the `fields` as they are and after them the `file`."""

    url: str
    fields: dict[str, str]


class CreatePictureResponse(StrictModel):
    """`expires_at`: until when `upload` can be sent."""

    picture_id: models.PictureId
    upload: UploadResponse
    expires_at: datetime


class PictureResponse(StrictModel):
    """A picture of the listener's own, in pixels. `thumbnail_url`: where the bucket has it, for five minutes."""

    picture_id: models.PictureId
    created_at: datetime
    width: int
    height: int
    image: str
    thumbnail: str
    thumbnail_url: str


class PictureListResponse(StrictModel):
    """The listener's pictures, newest first. `limit`: how many there may be."""

    pictures: list[PictureResponse]
    limit: int


@router.post(
    "/api/pictures",
    summary="Begin the upload of a picture",
    description=(
        "Send the file to the bucket with the form that is returned: at most 15 MB and 40 megapixels, as JPEG, PNG, "
        "WebP or GIF. Then import it."
    ),
    tags=["pictures"],
    status_code=HTTPStatus.CREATED.value,
    responses=document_responses(HTTPStatus.CREATED, "The form for the file", TooManyPicturesError, ForeignOriginError),
)
def create_picture(listener: Listener) -> CreatePictureResponse:
    """Return a form for the upload. Nothing is stored until the picture is imported."""
    dependencies.get_pictures().check_limit(listener.listener_id)
    now = datetime.now(UTC)
    picture_id = new_cover_id(now)
    url, fields = dependencies.get_bucket().create_presigned_upload(
        upload_key(listener.listener_id, picture_id), MAX_UPLOAD_BYTES
    )
    return CreatePictureResponse(
        picture_id=picture_id,
        upload=UploadResponse(url=url, fields=fields),
        expires_at=now + timedelta(seconds=UPLOAD_SECONDS),
    )


@router.post(
    "/api/pictures/<id>/import",
    summary="Check an uploaded picture and store it",
    description=(
        "The picture is turned upright, converted to sRGB and stored without metadata, at most 2,048 pixels wide and "
        "high. The uploaded file is deleted. Repeating the request is harmless."
    ),
    tags=["pictures"],
    responses=document_responses(
        HTTPStatus.OK,
        "The picture",
        *(PictureNotFoundError, PictureUnreadableError, PictureTooLargeError, PictureTooSmallError, PictureKindError),
        *(TooManyPicturesError, ForeignOriginError),
    ),
)
def import_picture(listener: Listener, picture_id: PictureId) -> PictureResponse:
    """Import a picture."""
    picture = dependencies.get_picture_uploads().finish(listener.listener_id, picture_id)
    return _to_response(listener.listener_id, picture)


@router.get(
    "/api/pictures",
    summary="List the listener's pictures, newest first",
    tags=["pictures"],
    responses=document_responses(HTTPStatus.OK, "The pictures"),
)
def list_pictures(listener: Listener) -> PictureListResponse:
    """Return all pictures."""
    pictures = dependencies.get_pictures().list_pictures(listener.listener_id)
    responses = [_to_response(listener.listener_id, picture) for picture in pictures]
    return PictureListResponse(pictures=responses, limit=MAX_PICTURES)


@router.get(
    "/api/pictures/<id>/image",
    summary="Redirect to a picture",
    tags=["pictures"],
    responses=document_responses(
        HTTPStatus.FOUND,
        "The picture is at `Location`",
        NotFoundError,
        PictureNotFoundError,
        InvalidRequestError,
        **IMAGE_REDIRECT,
    ),
)
def get_picture_image(
    listener: Listener, picture_id: PictureId, kind: Annotated[PictureKind, Query()] = "picture"
) -> Response[Any]:
    """Redirect to a picture."""
    dependencies.get_pictures().check(listener.listener_id, [picture_id])
    return redirect_to_image(picture_file_key(listener.listener_id, picture_id, f"{kind}.jpg"))


@router.delete(
    "/api/pictures/<id>",
    summary="Delete a picture",
    description="Covers that were made of it stay. Those that are being made fail.",
    tags=["pictures"],
    responses=document_responses(
        HTTPStatus.NO_CONTENT, "The picture is deleted", PictureNotFoundError, ForeignOriginError, content={}
    ),
)
def delete_picture(listener: Listener, picture_id: PictureId) -> Response[Any]:
    """Delete a picture."""
    if not dependencies.get_picture_uploads().delete(listener.listener_id, picture_id):
        raise picture_not_found()
    return no_content()


def _to_response(listener_id: str, picture: Picture) -> PictureResponse:
    image = f"/api/pictures/{picture.picture_id}/image"
    key = picture_file_key(listener_id, picture.picture_id, "thumbnail.jpg")
    return PictureResponse(
        **picture.model_dump(),
        image=image,
        thumbnail=f"{image}?kind=thumbnail",
        thumbnail_url=dependencies.get_bucket().create_presigned_url(key),
    )
