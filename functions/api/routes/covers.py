"""Covers: asking for one, watching it being made, its pictures, deleting it."""

import uuid
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Annotated, Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Header, Path, Query
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter
from pydantic import Field

from api import dependencies, schemas
from api.authentication import Listener
from api.errors import document_responses, no_content, redirect
from coverart import models
from coverart.errors import (
    BudgetSpentError,
    DailyLimitError,
    ForeignOriginError,
    IdempotencyConflictError,
    InvalidRequestError,
    NotFoundError,
)
from coverart.models import CoverOptions, Source, StrictModel
from coverart.pipeline.start_cover import CoverRequest, create_cover_starter
from coverart.store.listeners import Profile
from coverart.store.publish_history import HistoryEntry

router = APIGatewayHttpRouter()

# The form is told and not checked: what cannot be an id is as unknown as any other.
CoverId = Annotated[str, Path(description="A cover's id", json_schema_extra={"pattern": models.COVER_ID_PATTERN})]


class CreateCoverRequest(StrictModel):
    """Options that are left out are the listener's settings."""

    source: Source
    options: CoverOptions = Field(default_factory=CoverOptions)


class CreateCoverResponse(StrictModel):
    cover_id: str
    status: schemas.CoverStatus


class CoverPageResponse(StrictModel):
    """`next` is the next page's `cursor`, or null."""

    items: list[schemas.CoverSummaryResponse]
    next: str | None


@router.post(
    "/api/covers",
    summary="Ask for a cover",
    tags=["covers"],
    status_code=HTTPStatus.ACCEPTED.value,
    responses=document_responses(
        HTTPStatus.ACCEPTED,
        "It is being made",
        *(InvalidRequestError, NotFoundError, ForeignOriginError, IdempotencyConflictError),
        *(DailyLimitError, BudgetSpentError),
        headers={"Location": {"description": "The cover", "schema": {"type": "string"}}},
    ),
)
def create_cover(
    listener: Listener,
    wanted: CreateCoverRequest,
    idempotency_key: Annotated[
        str | None,
        Header(
            alias="Idempotency-Key",
            min_length=1,
            max_length=150,
            description="The same key makes one cover, however often it is sent within a day",
        ),
    ] = None,
) -> Response[CreateCoverResponse]:
    options = with_default_options(listener, wanted.options)
    if options.publish and wanted.source.kind != "playlist":
        raise InvalidRequestError(
            "Only a playlist's cover can become its image. Please choose a playlist as the source."
        )
    request = CoverRequest(
        listener_id=listener.listener_id,
        source=wanted.source,
        options=options,
        # Its own name, so that nobody meets an automatic cover's key.
        idempotency_key=f"api#{idempotency_key or uuid.uuid4()}",
        replace_own=True,
    )
    cover_id = create_cover_starter().start_cover(request)
    item = dependencies.covers().get(listener.listener_id, cover_id)
    if item is None:
        raise IdempotencyConflictError("The cover that this Idempotency-Key has asked for was deleted.")
    return Response(
        status_code=HTTPStatus.ACCEPTED.value,
        content_type="application/json",
        body=CreateCoverResponse(cover_id=cover_id, status=item["status"]),
        headers={"Location": f"/api/covers/{cover_id}"},
    )


@router.get(
    "/api/covers",
    summary="The listener's covers, the newest first",
    tags=["covers"],
    responses=document_responses(HTTPStatus.OK, "A page of covers", InvalidRequestError),
)
def list_covers(
    listener: Listener,
    cursor: Annotated[models.CoverId | None, Query(description="`next` of the page before")] = None,
    limit: Annotated[int, Query(ge=1, le=50)] = 20,
) -> CoverPageResponse:
    items, following = dependencies.covers().list_page(listener.listener_id, cursor, limit, datetime.now(UTC))
    return CoverPageResponse(items=[schemas.to_cover_summary(item) for item in items], next=following)


@router.get(
    "/api/covers/<id>",
    summary="A cover, with how it came about",
    tags=["covers"],
    responses=document_responses(HTTPStatus.OK, "The cover", NotFoundError),
)
def get_cover(listener: Listener, id: CoverId) -> schemas.CoverResponse:  # noqa: A002  # the path's name
    item = get_own_cover(listener.listener_id, id)
    return schemas.to_cover_response(item, _published_entry(listener.listener_id, item))


@router.delete(
    "/api/covers/<id>",
    summary="Delete a cover, and stop what is still making it",
    tags=["covers"],
    responses=document_responses(HTTPStatus.NO_CONTENT, "It is gone", NotFoundError, ForeignOriginError, content={}),
)
def delete_cover(listener: Listener, id: CoverId) -> Response[Any]:  # noqa: A002  # the path's name
    if not dependencies.removal().delete_cover(listener.listener_id, id):
        raise _unknown()
    return no_content()


IMAGE_REDIRECT = {
    "headers": {"Location": {"description": "The picture, for five minutes", "schema": {"type": "string"}}},
    "content": {},
}


@router.get(
    "/api/covers/<id>/image",
    summary="A picture of a cover",
    tags=["covers"],
    responses=document_responses(HTTPStatus.FOUND, "Where it is", NotFoundError, InvalidRequestError, **IMAGE_REDIRECT),
)
def get_cover_image(
    listener: Listener,
    id: CoverId,  # noqa: A002  # the path's name
    kind: Annotated[schemas.ImageKind, Query()] = "cover",
) -> Response[Any]:
    return redirect_to_image(schemas.find_image_key(get_own_cover(listener.listener_id, id), kind))


@router.get(
    "/api/covers/<id>/artwork/<n>",
    summary="The artwork of a cover's song, as Spotify gave it; it is kept for seven days",
    tags=["covers"],
    responses=document_responses(HTTPStatus.FOUND, "Where it is", NotFoundError, InvalidRequestError, **IMAGE_REDIRECT),
)
def get_cover_artwork(
    listener: Listener,
    id: CoverId,  # noqa: A002  # the path's name
    n: Annotated[int, Path(ge=0, le=49, description="The song's place, from 0")],
) -> Response[Any]:
    return redirect_to_image(schemas.find_artwork_key(get_own_cover(listener.listener_id, id), n))


def redirect_to_image(key: str | None) -> Response[Any]:
    """Raises NotFoundError."""
    bucket = dependencies.bucket()
    if key is None or bucket.get_metadata(key) is None:
        raise NotFoundError("There is no such picture, not yet or no longer.")
    return redirect(bucket.create_presigned_url(key))


def get_own_cover(listener_id: str, cover_id: str) -> dict[str, Any]:
    """The cover's item. Raises NotFoundError."""
    item = dependencies.covers().get(listener_id, cover_id)
    if item is None:
        raise _unknown()
    return item


def with_default_options(listener: Profile, options: CoverOptions) -> CoverOptions:
    """With the listener's settings where they are left out.

    Raises NotFoundError, InvalidRequestError where `look` is not that of a cover with a prompt.
    """
    if options.look is not None and "prompt" not in get_own_cover(listener.listener_id, options.look):
        raise InvalidRequestError("The cover whose look is to be shared has no prompt. Please choose another one.")
    given = options.model_dump(exclude_unset=True)
    return CoverOptions.model_validate({**listener.settings.default_options(), **given})


def _published_entry(listener_id: str, item: dict[str, Any]) -> HistoryEntry | None:
    """None where publish made none, or the history was cleared."""
    made = schemas.find_published_entry(item)
    try:
        return made and dependencies.history().get(listener_id, *made)
    except NotFoundError:
        return None


def _unknown() -> NotFoundError:
    return NotFoundError("You have no cover with this id.")
