"""Routes that set or undo the images of many playlists at once."""

import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter
from pydantic import Field

from api import dependencies
from api.authentication import Listener
from api.errors import Error, document_responses
from api.responses import to_entry_response
from api.routes.playlist_images import start_applying
from api.schemas import HistoryEntryResponse
from coverart.errors import CoverArtError, ForeignOriginError, InvalidRequestError
from coverart.models import CoverId, SpotifyId, StrictModel
from coverart.store.publish_history import HistoryEntry

router = APIGatewayHttpRouter()

# API Gateway waits 29 seconds for a response.
_TIME_LIMIT_SECONDS = 20.0
_MAX_IDS = 500


class ApplyCoversRequest(StrictModel):
    """Each cover is set as the image of the playlist that it was made from."""

    cover_ids: Annotated[list[CoverId], Field(min_length=1, max_length=_MAX_IDS)]


class UndoPlaylistsRequest(StrictModel):
    """The latest image of each playlist is undone."""

    playlist_ids: Annotated[list[SpotifyId], Field(min_length=1, max_length=_MAX_IDS)]


class BulkImageResponse(StrictModel):
    """What became of one of the request's ids: the new entry of the playlist's history, or why there is none."""

    id: str
    entry: HistoryEntryResponse | None
    error: Error | None


class BulkImagesResponse(StrictModel):
    """`left`: ids for which one request had no time; repeat it with them."""

    items: list[BulkImageResponse]
    left: list[str]


@router.post(
    "/api/covers/apply",
    summary="Set covers as the images of their playlists",
    description="The listener's own playlist images are stored first, so that they can be restored.",
    tags=["playlist images"],
    status_code=HTTPStatus.ACCEPTED.value,
    responses=document_responses(
        HTTPStatus.ACCEPTED, "The images are being set", InvalidRequestError, ForeignOriginError
    ),
)
def apply_covers(listener: Listener, body: ApplyCoversRequest) -> Response[BulkImagesResponse]:
    """Start setting each cover."""
    return _respond(body.cover_ids, lambda cover_id: start_applying(listener.listener_id, cover_id))


@router.post(
    "/api/playlists/undo",
    summary="Restore the previous images of playlists",
    tags=["playlist images"],
    status_code=HTTPStatus.ACCEPTED.value,
    responses=document_responses(
        HTTPStatus.ACCEPTED, "The images are being set", InvalidRequestError, ForeignOriginError
    ),
)
def undo_playlist_images(listener: Listener, body: UndoPlaylistsRequest) -> Response[BulkImagesResponse]:
    """Start setting the image that each playlist had before."""
    images = dependencies.get_playlist_images()
    return _respond(
        body.playlist_ids,
        lambda playlist_id: images.undo(listener.listener_id, playlist_id, None, datetime.now(UTC)),
    )


def _respond(ids: Sequence[str], start: Callable[[str], HistoryEntry]) -> Response[BulkImagesResponse]:
    """Start each in turn until time is up. One that fails does not stop the others."""
    deadline = time.monotonic() + _TIME_LIMIT_SECONDS
    unique_ids = list(dict.fromkeys(ids))
    items: list[BulkImageResponse] = []
    for each_id in unique_ids:
        if time.monotonic() >= deadline:
            break
        try:
            items.append(BulkImageResponse(id=each_id, entry=to_entry_response(start(each_id)), error=None))
        except CoverArtError as error:
            items.append(BulkImageResponse(id=each_id, entry=None, error=Error(code=error.code, message=str(error))))
    body = BulkImagesResponse(items=items, left=unique_ids[len(items) :])
    return Response(status_code=HTTPStatus.ACCEPTED.value, content_type="application/json", body=body)
