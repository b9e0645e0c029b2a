"""Routes of playlist images: set a cover, show the publish history, set an entry again, undo."""

from datetime import UTC, datetime
from http import HTTPStatus
from typing import Annotated, Any, Literal

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Body, Path, Query
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from api import dependencies
from api.authentication import Listener
from api.errors import document_responses, no_content
from api.playlist_images import sort_newest_first
from api.responses import to_entry_response
from api.routes.covers import IMAGE_REDIRECT, CoverId, get_own_cover, redirect_to_image
from api.routes.playlists import PlaylistId
from api.schemas import HistoryEntryResponse
from coverart import models
from coverart.errors import ForeignOriginError, InvalidRequestError, NotFoundError, NothingToUndoError
from coverart.models import SpotifyId, StrictModel
from coverart.store.candidates import find_chosen
from coverart.store.publish_history import HistoryEntry

router = APIGatewayHttpRouter()

EntryId = Annotated[
    str, Path(alias="entry", description="The entry's id", json_schema_extra={"pattern": models.COVER_ID_PATTERN})
]

_HISTORY_LOCATION = {
    "headers": {"Location": {"description": "The playlist's history", "schema": {"type": "string"}}},
}


class ApplyCoverRequest(StrictModel):
    """`playlist_id`: null means the cover's own playlist."""

    playlist_id: SpotifyId | None = None


class UndoRequest(StrictModel):
    """`entry`: null means the latest entry that can be undone."""

    entry: models.CoverId | None = None


class PlaylistHistoryResponse(StrictModel):
    """At most 100 entries, newest first."""

    items: list[HistoryEntryResponse]


@router.post(
    "/api/covers/<id>/apply",
    summary="Set a cover as a playlist image",
    description="The listener's own playlist image is stored first, so that it can be restored.",
    tags=["playlist images"],
    status_code=HTTPStatus.ACCEPTED.value,
    responses=document_responses(
        HTTPStatus.ACCEPTED,
        "The cover is being set; the playlist's history shows the progress",
        *(InvalidRequestError, NotFoundError, ForeignOriginError),
        **_HISTORY_LOCATION,
    ),
)
def apply_cover(
    listener: Listener, cover_id: CoverId, body: Annotated[ApplyCoverRequest | None, Body()] = None
) -> Response[HistoryEntryResponse]:
    """Start setting a cover on its own playlist, or on the one that the request names."""
    return _respond_accepted(start_applying(listener.listener_id, cover_id, body.playlist_id if body else None))


@router.get(
    "/api/playlists/<id>/history",
    summary="List what was set as a playlist's image, newest first",
    description="At most 100 entries.",
    tags=["playlist images"],
    responses=document_responses(HTTPStatus.OK, "The history", InvalidRequestError, NotFoundError),
)
def list_playlist_history(listener: Listener, playlist_id: PlaylistId) -> PlaylistHistoryResponse:
    """Return the history."""
    entries = sort_newest_first(dependencies.get_history().list_entries(listener.listener_id, playlist_id))
    return PlaylistHistoryResponse(items=[to_entry_response(entry) for entry in entries])


@router.delete(
    "/api/playlists/<id>/history",
    summary="Clear a playlist's history and its stored images",
    description="The playlist image stays as it is. So does an entry whose image is just being set.",
    tags=["playlist images"],
    responses=document_responses(
        HTTPStatus.NO_CONTENT,
        "The history is cleared",
        InvalidRequestError,
        NotFoundError,
        ForeignOriginError,
        content={},
    ),
)
def clear_playlist_history(listener: Listener, playlist_id: PlaylistId) -> Response[Any]:
    """Delete the history."""
    dependencies.get_deletion().clear_history(listener.listener_id, playlist_id, datetime.now(UTC))
    return no_content()


@router.get(
    "/api/playlists/<id>/history/<entry>/image",
    summary="Redirect to the image that an entry set, or to the listener's own image that it replaced",
    tags=["playlist images"],
    responses=document_responses(
        HTTPStatus.FOUND, "The image is at `Location`", NotFoundError, InvalidRequestError, **IMAGE_REDIRECT
    ),
)
def get_playlist_history_image(
    listener: Listener,
    playlist_id: PlaylistId,
    entry_id: EntryId,
    kind: Annotated[Literal["set", "replaced"], Query()] = "set",
) -> Response[Any]:
    """Redirect to an image of the history."""
    entry = dependencies.get_history().get(listener.listener_id, playlist_id, entry_id)
    backup = None if entry.replaced is None else entry.replaced.kept
    return redirect_to_image(entry.picture if kind == "set" else backup)


@router.post(
    "/api/playlists/<id>/history/<entry>/apply",
    summary="Set an entry's image again",
    tags=["playlist images"],
    status_code=HTTPStatus.ACCEPTED.value,
    responses=document_responses(
        HTTPStatus.ACCEPTED,
        "The image is being set, as a new entry",
        *(InvalidRequestError, NotFoundError, ForeignOriginError),
        **_HISTORY_LOCATION,
    ),
)
def apply_history_entry(
    listener: Listener, playlist_id: PlaylistId, entry_id: EntryId
) -> Response[HistoryEntryResponse]:
    """Start setting the image of an entry."""
    images = dependencies.get_playlist_images()
    return _respond_accepted(images.apply_entry(listener.listener_id, playlist_id, entry_id, datetime.now(UTC)))


@router.post(
    "/api/playlists/<id>/undo",
    summary="Restore the previous playlist image",
    tags=["playlist images"],
    status_code=HTTPStatus.ACCEPTED.value,
    responses=document_responses(
        HTTPStatus.ACCEPTED,
        "The image is being set, as a new entry",
        *(InvalidRequestError, NotFoundError, NothingToUndoError, ForeignOriginError),
        **_HISTORY_LOCATION,
    ),
)
def undo_playlist_image(
    listener: Listener, playlist_id: PlaylistId, body: Annotated[UndoRequest | None, Body()] = None
) -> Response[HistoryEntryResponse]:
    """Start setting the image that an entry replaced."""
    entry_id = None if body is None else body.entry
    images = dependencies.get_playlist_images()
    return _respond_accepted(images.undo(listener.listener_id, playlist_id, entry_id, datetime.now(UTC)))


def start_applying(listener_id: str, cover_id: str, playlist_id: str | None = None) -> HistoryEntry:
    """Start setting a cover, and return the new entry of the playlist's history.

    `playlist_id`: None is the cover's own playlist. Raises NotFoundError, InvalidRequestError.
    """
    item = get_own_cover(listener_id, cover_id)
    if item["status"] != "done":
        raise InvalidRequestError("This cover cannot be set yet. Please wait until it is done.")
    source_playlist_id = item["request"]["source"].get("playlist_id")
    playlist_id = playlist_id or source_playlist_id
    if playlist_id is None:
        raise InvalidRequestError("This cover was not made from a playlist. Please choose a playlist to set it on.")
    if playlist_id == source_playlist_id:
        name = item["fetched"]["title"]
    else:
        name = _find_playlist_name(listener_id, playlist_id)
    return dependencies.get_playlist_images().apply_cover(
        listener_id,
        playlist_id,
        name,
        cover_id,
        find_chosen(item),
        item["pictures"]["cover"],
        datetime.now(UTC),
    )


def _find_playlist_name(listener_id: str, playlist_id: str) -> str:
    """Return the name from what automatic covers or the history know, or "" where neither does."""
    record = dependencies.get_playlists().get_all(listener_id).get(playlist_id)
    if record is not None and record.name:
        return record.name
    entries = dependencies.get_history().list_entries(listener_id, playlist_id)
    return next((entry.playlist_name for entry in entries), "")


def _respond_accepted(entry: HistoryEntry) -> Response[HistoryEntryResponse]:
    return Response(
        status_code=HTTPStatus.ACCEPTED.value,
        content_type="application/json",
        body=to_entry_response(entry),
        headers={"Location": f"/api/playlists/{entry.playlist_id}/history"},
    )
