"""Routes of covers: create, list, show and delete them, and get their images."""

import base64
import mimetypes
import uuid
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Annotated, Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Header, Path, Query
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter
from pydantic import Field

from api import dependencies
from api.authentication import Listener
from api.cover_page import CoverPageResponse, read_cover_page
from api.errors import document_responses, no_content, redirect
from api.responses import (
    find_artwork_key,
    find_image_key,
    find_published_entry,
    suggest_file_name,
    to_cover_response,
)
from api.retitling import repeat_options
from api.schemas import CoverResponse, CoverStatus, ImageKind
from coverart import models
from coverart.aws.s3 import build_content_disposition
from coverart.errors import (
    BudgetSpentError,
    CoverDeletedError,
    DailyLimitError,
    ForeignOriginError,
    IdempotencyConflictError,
    InvalidRequestError,
    NotFinishedError,
    NotFoundError,
    PictureNotFoundError,
    PictureSendingNotAllowedError,
)
from coverart.looks import find_look
from coverart.models import CandidateIndex, CandidateReference, CoverOptions, Source, StrictModel
from coverart.pipeline.start_cover import CoverRequest, create_cover_starter
from coverart.pipeline.warm_up import WarmUp
from coverart.store.candidates import read_candidates
from coverart.store.demo import is_demo
from coverart.store.listeners import Profile
from coverart.store.publish_history import HistoryEntry

router = APIGatewayHttpRouter()

# The document has the pattern, but nothing checks it: an id that does not match gives 404, like any unknown id.
CoverId = Annotated[
    str, Path(alias="id", description="The cover's id", json_schema_extra={"pattern": models.COVER_ID_PATTERN})
]

IMAGE_REDIRECT: dict[str, Any] = {
    "headers": {"Location": {"description": "The image's URL, valid for five minutes", "schema": {"type": "string"}}},
    "content": {},
}


class CreateCoverRequest(StrictModel):
    """Omitted options default to the listener's settings, and `candidates` to `candidates_default` of the listener."""

    source: Source
    options: CoverOptions = Field(default_factory=CoverOptions)


class ChooseCandidateRequest(StrictModel):
    """The candidate's index."""

    candidate: CandidateIndex


class CreateCoverResponse(StrictModel):
    """The new cover, or the one that the idempotency key created before."""

    cover_id: str
    status: CoverStatus


@router.post(
    "/api/covers",
    summary="Create a cover",
    tags=["covers"],
    status_code=HTTPStatus.ACCEPTED.value,
    responses=document_responses(
        HTTPStatus.ACCEPTED,
        "The cover is being made",
        *(InvalidRequestError, NotFoundError, ForeignOriginError, IdempotencyConflictError),
        *(DailyLimitError, BudgetSpentError, PictureNotFoundError, PictureSendingNotAllowedError),
        headers={"Location": {"description": "The cover", "schema": {"type": "string"}}},
    ),
)
def create_cover(
    listener: Listener,
    body: CreateCoverRequest,
    idempotency_key: Annotated[
        str | None,
        Header(
            alias="Idempotency-Key",
            min_length=1,
            max_length=150,
            description="Requests with the same key within a day create one cover",
        ),
    ] = None,
) -> Response[CreateCoverResponse]:
    """Start a cover and return its address."""
    options = add_default_options(listener, body.options)
    if options.publish and body.source.kind != "playlist":
        raise InvalidRequestError(
            "Only a playlist's cover can be set as its image. Please choose a playlist as the source."
        )
    if options.candidates is None and not options.publish:
        is_painter = is_demo(listener.listener_id) or options.keeps_picture_here
        candidates = models.MAX_CANDIDATES if is_painter else dependencies.get_settings().default_candidates
        options = options.model_copy(update={"candidates": candidates})
    if options.publish and options.candidate_count > 1:
        raise InvalidRequestError(
            "With several candidates, choose one before you set it. Please request one candidate."
        )
    request = CoverRequest(
        listener_id=listener.listener_id,
        source=body.source,
        options=options,
        # The prefix keeps these keys apart from those of automatic covers.
        idempotency_key=f"api#{idempotency_key or uuid.uuid4()}",
        replace_own=True,
    )
    cover_id = create_cover_starter().start_cover(request)
    if not is_demo(listener.listener_id):
        WarmUp.create().start(datetime.now(UTC), cover_id)
    item = dependencies.get_covers().get(listener.listener_id, cover_id)
    if item is None:
        raise IdempotencyConflictError("The cover that was created with this Idempotency-Key has been deleted.")
    return Response(
        status_code=HTTPStatus.ACCEPTED.value,
        content_type="application/json",
        body=CreateCoverResponse(cover_id=cover_id, status=item["status"]),
        headers={"Location": f"/api/covers/{cover_id}"},
    )


@router.get(
    "/api/covers",
    summary="List the listener's covers, newest first",
    tags=["covers"],
    responses=document_responses(HTTPStatus.OK, "A page of covers", InvalidRequestError),
)
def list_covers(
    listener: Listener,
    cursor: Annotated[models.CoverId | None, Query(description="`next` of the previous page")] = None,
    limit: Annotated[int, Query(ge=1, le=50)] = 20,
) -> CoverPageResponse:
    """Return a page of covers."""
    return read_cover_page(listener.listener_id, cursor, limit, datetime.now(UTC))


@router.get(
    "/api/covers/<id>",
    summary="Get a cover with its progress and everything that led to it",
    tags=["covers"],
    responses=document_responses(HTTPStatus.OK, "The cover", NotFoundError),
)
def get_cover(listener: Listener, cover_id: CoverId) -> CoverResponse:
    """Return a cover."""
    item = get_own_cover(listener.listener_id, cover_id)
    cover = to_cover_response(item, _find_history_entry(listener.listener_id, item))
    # Nothing limits downloads at such a URL, so a demo listener gets none.
    key = None if is_demo(listener.listener_id) else find_image_key(item, "cover")
    if cover.images is None or key is None:
        return cover
    return cover.model_copy(update={"cover_url": dependencies.get_bucket().create_presigned_url(key)})


@router.delete(
    "/api/covers/<id>",
    summary="Delete a cover, or stop making it",
    tags=["covers"],
    responses=document_responses(
        HTTPStatus.NO_CONTENT, "The cover is deleted", NotFoundError, ForeignOriginError, content={}
    ),
)
def delete_cover(listener: Listener, cover_id: CoverId) -> Response[Any]:
    """Delete a cover and its images."""
    if not dependencies.get_deletion().delete_cover(listener.listener_id, cover_id):
        raise _cover_not_found()
    return no_content()


@router.post(
    "/api/covers/<id>/choose",
    summary="Choose one of a cover's candidates",
    description="The gallery, playlist images and downloads use it from then on. What is set on Spotify stays.",
    tags=["covers"],
    responses=document_responses(
        HTTPStatus.OK, "The cover", InvalidRequestError, NotFoundError, NotFinishedError, ForeignOriginError
    ),
)
def choose_candidate(listener: Listener, cover_id: CoverId, body: ChooseCandidateRequest) -> CoverResponse:
    """Store the choice and return the cover. Choosing again is possible."""
    candidates = read_candidates(get_own_cover(listener.listener_id, cover_id))
    if body.candidate >= len(candidates):
        raise NotFoundError("This cover has no such candidate.")
    if "pictures" not in candidates[body.candidate]:
        raise NotFinishedError("This cover cannot be chosen: it is not finished, or it failed.")
    try:
        dependencies.get_covers().choose(listener.listener_id, cover_id, body.candidate)
    except CoverDeletedError:
        raise _cover_not_found() from None
    return get_cover(listener, cover_id)


@router.get(
    "/api/covers/<id>/image",
    summary="Redirect to an image of a cover",
    tags=["covers"],
    responses=document_responses(
        HTTPStatus.FOUND, "The image is at `Location`", NotFoundError, InvalidRequestError, **IMAGE_REDIRECT
    ),
)
def get_cover_image(
    listener: Listener,
    cover_id: CoverId,
    kind: Annotated[ImageKind, Query()] = "cover",
    candidate: Annotated[
        int | None, Query(ge=0, lt=models.MAX_CANDIDATES, description="Its index; the chosen one by default")
    ] = None,
    download: Annotated[bool, Query(description="Whether a browser is to store the image in a file")] = False,
) -> Response[Any]:
    """Redirect to an image."""
    item = get_own_cover(listener.listener_id, cover_id)
    key = find_image_key(item, kind, candidate)
    return _respond_with_image(listener, key, suggest_file_name(item, kind, key) if key and download else None)


@router.get(
    "/api/covers/<id>/artwork/<n>",
    summary="Redirect to the artwork of a cover's song, unaltered",
    description="Artwork is stored for seven days.",
    tags=["covers"],
    responses=document_responses(
        HTTPStatus.FOUND, "The artwork is at `Location`", NotFoundError, InvalidRequestError, **IMAGE_REDIRECT
    ),
)
def get_cover_artwork(
    listener: Listener,
    cover_id: CoverId,
    position: Annotated[int, Path(alias="n", ge=0, le=49, description="The song's position, counted from 0")],
) -> Response[Any]:
    """Redirect to a song's artwork."""
    return _respond_with_image(listener, find_artwork_key(get_own_cover(listener.listener_id, cover_id), position))


def _respond_with_image(listener: Profile, key: str | None, file_name: str | None = None) -> Response[Any]:
    """Redirect to an object of the bucket, or send it to a demo listener: nothing limits downloads from the bucket."""
    if key is None or not is_demo(listener.listener_id):
        return redirect_to_image(key, file_name)
    try:
        image = dependencies.get_bucket().get(key)
    except KeyError:
        raise _image_not_found() from None
    dependencies.get_demo_requests().count(datetime.now(UTC), response_bytes=len(image))
    headers = {"Content-Disposition": build_content_disposition(file_name)} if file_name else {}
    response: Response[Any] = Response(
        HTTPStatus.OK.value,
        content_type=mimetypes.guess_type(key)[0],
        body=base64.b64encode(image).decode(),
        headers=headers,
    )
    # Powertools validates bodies, which fails for bytes.
    response.base64_encoded = True
    return response


def redirect_to_image(key: str | None, file_name: str | None = None) -> Response[Any]:
    """Return a redirect to an object of the bucket. Raises NotFoundError where it does not exist.

    `file_name`: the name under which a browser stores the image instead of showing it.
    """
    bucket = dependencies.get_bucket()
    if key is None or not bucket.exists(key):
        raise _image_not_found()
    return redirect(bucket.create_presigned_url(key, file_name))


def get_own_cover(listener_id: str, cover_id: str) -> dict[str, Any]:
    """Return the cover's item. Raises NotFoundError where the listener has no such cover."""
    item = dependencies.get_covers().get(listener_id, cover_id)
    if item is None:
        raise _cover_not_found()
    return item


def add_default_options(listener: Profile, options: CoverOptions) -> CoverOptions:
    """Return the options with the listener's settings in place of those that the request omits.

    A cover with another title has the options of the earlier cover.

    Raises NotFoundError where the listener has no cover with the id of `look`, `like` or `retitle`, and
    InvalidRequestError where that cover has no prompt, where both are chosen, or where there is no such built-in look.
    """
    options = listener.settings.complete(options)
    if options.retitle is not None:
        return repeat_options(get_own_cover(listener.listener_id, options.retitle.cover_id), options.retitle, options)
    if options.look is not None and options.like is not None:
        raise InvalidRequestError("A cover can share one look only. Please choose either look or like.")
    reference = options.like
    if options.look is not None and options.has_built_in_look:
        find_look(options.look)
    elif options.look is not None:
        reference = CandidateReference(cover_id=options.look)
    if reference is not None:
        candidates = read_candidates(get_own_cover(listener.listener_id, reference.cover_id))
        if "prompt" not in dict(enumerate(candidates)).get(reference.candidate, {}):
            raise InvalidRequestError("The cover whose look you want to use has no prompt. Please choose another one.")
    return options


def _find_history_entry(listener_id: str, item: dict[str, Any]) -> HistoryEntry | None:
    """Return the history entry that publish wrote, or None where it wrote none or the history was cleared."""
    entry_ids = find_published_entry(item)
    try:
        return dependencies.get_history().get(listener_id, *entry_ids) if entry_ids else None
    except NotFoundError:
        return None


def _image_not_found() -> NotFoundError:
    return NotFoundError("This image is not there yet, or no longer.")


def _cover_not_found() -> NotFoundError:
    return NotFoundError("You have no cover with this id.")
