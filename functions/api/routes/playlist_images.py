"""A playlist's image: setting a cover as it, its history, and the way back."""

from datetime import UTC, datetime
from http import HTTPStatus
from typing import Annotated, Any, Literal

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Body, Path, Query
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from api import dependencies
from api.authentication import Listener
from api.errors import document_responses, no_content
from api.playlist_images import by_time
from api.routes.covers import IMAGE_REDIRECT, CoverId, get_own_cover, redirect_to_image
from api.routes.playlists import PlaylistId
from api.schemas import HistoryEntryResponse, to_entry_response
from coverart import models
from coverart.errors import ForeignOriginError, InvalidRequestError, NotFoundError, NothingToUndoError
from coverart.models import SpotifyId, StrictModel
from coverart.store.publish_history import HistoryEntry

router = APIGatewayHttpRouter()

EntryId = Annotated[str, Path(description="An entry's id", json_schema_extra={"pattern": models.COVER_ID_PATTERN})]

_ASKED = {"headers": {"Location": {"description": "The playlist's history", "schema": {"type": "string"}}}}


class ApplyCoverRequest(StrictModel):
    """`playlist_id`: null is the playlist that the cover was made from."""

    playlist_id: SpotifyId | None = None


class UndoRequest(StrictModel):
    """`entry`: null is the latest that can be undone."""

    entry: models.CoverId | None = None


class HistoryResponse(StrictModel):
    items: list[HistoryEntryResponse]


@router.post(
    "/api/covers/<id>/apply",
    summary="Set a cover as a playlist's image; an image of the listener's own is kept first",
    tags=["playlist images"],
    status_code=HTTPStatus.ACCEPTED.value,
    responses=document_responses(
        HTTPStatus.ACCEPTED,
        "It is being set; the playlist's history tells how it goes",
        *(InvalidRequestError, NotFoundError, ForeignOriginError),
        **_ASKED,
    ),
)
def apply_cover(
    listener: Listener,
    id: CoverId,  # noqa: A002  # the path's name
    wanted: Annotated[ApplyCoverRequest | None, Body()] = None,
) -> Response[HistoryEntryResponse]:
    item = get_own_cover(listener.listener_id, id)
    if item["status"] != "done":
        raise InvalidRequestError("This cover is not done, so it cannot be set yet. Please wait until it is.")
    own = item["request"]["source"].get("playlist_id")
    playlist_id = (wanted and wanted.playlist_id) or own
    if playlist_id is None:
        raise InvalidRequestError("This cover was not made from a playlist. Please say whose image it is to become.")
    name = item["fetched"]["title"] if playlist_id == own else _name(listener.listener_id, playlist_id)
    entry = dependencies.playlist_images().apply(
        listener.listener_id, playlist_id, name, id, item["pictures"]["cover"], datetime.now(UTC)
    )
    return _asked(entry)


@router.get(
    "/api/playlists/<id>/history",
    summary="What was set as a playlist's image, the newest first; at most a hundred entries",
    tags=["playlist images"],
    responses=document_responses(HTTPStatus.OK, "The history", InvalidRequestError, NotFoundError),
)
def list_playlist_history(listener: Listener, id: PlaylistId) -> HistoryResponse:  # noqa: A002  # the path's name
    entries = by_time(dependencies.history().list_entries(listener.listener_id, id))
    return HistoryResponse(items=[to_entry_response(entry) for entry in entries])


@router.delete(
    "/api/playlists/<id>/history",
    summary="Clear a playlist's history, and the images that it kept; the playlist's image stays",
    tags=["playlist images"],
    responses=document_responses(
        HTTPStatus.NO_CONTENT, "It is empty", InvalidRequestError, NotFoundError, ForeignOriginError, content={}
    ),
)
def clear_playlist_history(listener: Listener, id: PlaylistId) -> Response[Any]:  # noqa: A002  # the path's name
    dependencies.removal().clear_history(listener.listener_id, id)
    return no_content()


@router.get(
    "/api/playlists/<id>/history/<entry>/image",
    summary="What an entry set, or the listener's own image that it replaced",
    tags=["playlist images"],
    responses=document_responses(HTTPStatus.FOUND, "Where it is", NotFoundError, InvalidRequestError, **IMAGE_REDIRECT),
)
def get_playlist_history_image(
    listener: Listener,
    id: PlaylistId,  # noqa: A002  # the path's name
    entry: EntryId,
    kind: Annotated[Literal["set", "replaced"], Query()] = "set",
) -> Response[Any]:
    found = dependencies.history().get(listener.listener_id, id, entry)
    kept = None if found.replaced is None else found.replaced.kept
    return redirect_to_image(found.picture if kind == "set" else kept)


@router.post(
    "/api/playlists/<id>/history/<entry>/apply",
    summary="Set again what this entry set",
    tags=["playlist images"],
    status_code=HTTPStatus.ACCEPTED.value,
    responses=document_responses(
        HTTPStatus.ACCEPTED,
        "A new entry, which is being set",
        *(InvalidRequestError, NotFoundError, ForeignOriginError),
        **_ASKED,
    ),
)
def apply_history_entry(listener: Listener, id: PlaylistId, entry: EntryId) -> Response[HistoryEntryResponse]:  # noqa: A002  # the path's name
    return _asked(dependencies.playlist_images().apply_again(listener.listener_id, id, entry, datetime.now(UTC)))


@router.post(
    "/api/playlists/<id>/undo",
    summary="Put back the image that was there before",
    tags=["playlist images"],
    status_code=HTTPStatus.ACCEPTED.value,
    responses=document_responses(
        HTTPStatus.ACCEPTED,
        "A new entry, which is being set",
        *(InvalidRequestError, NotFoundError, NothingToUndoError, ForeignOriginError),
        **_ASKED,
    ),
)
def undo_playlist_image(
    listener: Listener,
    id: PlaylistId,  # noqa: A002  # the path's name
    wanted: Annotated[UndoRequest | None, Body()] = None,
) -> Response[HistoryEntryResponse]:
    entry_id = None if wanted is None else wanted.entry
    return _asked(dependencies.playlist_images().undo(listener.listener_id, id, entry_id, datetime.now(UTC)))


def _name(listener_id: str, playlist_id: str) -> str:
    """Empty where nothing here has told it before."""
    known = dependencies.playlists().get_all(listener_id).get(playlist_id)
    if known is not None and known.name:
        return known.name
    return next((entry.playlist_name for entry in dependencies.history().list_entries(listener_id, playlist_id)), "")


def _asked(entry: HistoryEntry) -> Response[HistoryEntryResponse]:
    return Response(
        status_code=HTTPStatus.ACCEPTED.value,
        content_type="application/json",
        body=to_entry_response(entry),
        headers={"Location": f"/api/playlists/{entry.playlist_id}/history"},
    )
