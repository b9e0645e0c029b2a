"""A playlist's image: setting a cover as it, its history, and the way back."""

from datetime import UTC, datetime
from http import HTTPStatus
from typing import Annotated, Any, Literal

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Body, Path, Query
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from api import stack
from api.answers import documented, no_content
from api.caller import Listener
from api.covers import TO_PICTURE, CoverId, own_cover, to_picture
from api.playlist_images import by_time
from api.playlists import PlaylistId
from api.view import EntryView, entry_of
from coverart import cover
from coverart.cover import SpotifyId
from coverart.errors import ForeignOriginError, InvalidRequestError, NotFoundError, NothingToUndoError
from coverart.history import Entry
from coverart.shapes import Shape

router = APIGatewayHttpRouter()

EntryId = Annotated[str, Path(description="An entry's id", json_schema_extra={"pattern": cover.COVER_ID})]

_ASKED = {"headers": {"Location": {"description": "The playlist's history", "schema": {"type": "string"}}}}


class ApplyWanted(Shape):
    """`playlist_id`: null is the playlist that the cover was made from."""

    playlist_id: SpotifyId | None = None


class UndoWanted(Shape):
    """`entry`: null is the latest that can be undone."""

    entry: cover.CoverId | None = None


class HistoryView(Shape):
    items: list[EntryView]


@router.post(
    "/api/covers/<id>/apply",
    summary="Set a cover as a playlist's image; an image of the listener's own is kept first",
    tags=["playlist images"],
    status_code=HTTPStatus.ACCEPTED.value,
    responses=documented(
        HTTPStatus.ACCEPTED,
        "It is being set; the playlist's history tells how it goes",
        *(InvalidRequestError, NotFoundError, ForeignOriginError),
        **_ASKED,
    ),
)
def apply_cover(
    listener: Listener,
    id: CoverId,  # noqa: A002  # the path's name
    wanted: Annotated[ApplyWanted | None, Body()] = None,
) -> Response[EntryView]:
    item = own_cover(listener.listener_id, id)
    if item["status"] != "done":
        raise InvalidRequestError("This cover is not done, so it cannot be set yet. Please wait until it is.")
    own = item["request"]["source"].get("playlist_id")
    playlist_id = (wanted and wanted.playlist_id) or own
    if playlist_id is None:
        raise InvalidRequestError("This cover was not made from a playlist. Please say whose image it is to become.")
    name = item["fetched"]["title"] if playlist_id == own else _name(listener.listener_id, playlist_id)
    entry = stack.playlist_images().apply(
        listener.listener_id, playlist_id, name, id, item["pictures"]["cover"], datetime.now(UTC)
    )
    return _asked(entry)


@router.get(
    "/api/playlists/<id>/history",
    summary="What was set as a playlist's image, the newest first; at most a hundred entries",
    tags=["playlist images"],
    responses=documented(HTTPStatus.OK, "The history", InvalidRequestError, NotFoundError),
)
def get_history(listener: Listener, id: PlaylistId) -> HistoryView:  # noqa: A002  # the path's name
    entries = by_time(stack.history().of(listener.listener_id, id))
    return HistoryView(items=[entry_of(entry) for entry in entries])


@router.delete(
    "/api/playlists/<id>/history",
    summary="Clear a playlist's history, and the images that it kept; the playlist's image stays",
    tags=["playlist images"],
    responses=documented(
        HTTPStatus.NO_CONTENT, "It is empty", InvalidRequestError, NotFoundError, ForeignOriginError, content={}
    ),
)
def clear_history(listener: Listener, id: PlaylistId) -> Response[Any]:  # noqa: A002  # the path's name
    stack.removal().clear_history(listener.listener_id, id)
    return no_content()


@router.get(
    "/api/playlists/<id>/history/<entry>/image",
    summary="What an entry set, or the listener's own image that it replaced",
    tags=["playlist images"],
    responses=documented(HTTPStatus.FOUND, "Where it is", NotFoundError, InvalidRequestError, **TO_PICTURE),
)
def get_history_image(
    listener: Listener,
    id: PlaylistId,  # noqa: A002  # the path's name
    entry: EntryId,
    kind: Annotated[Literal["set", "replaced"], Query()] = "set",
) -> Response[Any]:
    found = stack.history().get(listener.listener_id, id, entry)
    kept = None if found.replaced is None else found.replaced.kept
    return to_picture(found.picture if kind == "set" else kept)


@router.post(
    "/api/playlists/<id>/history/<entry>/apply",
    summary="Set again what this entry set",
    tags=["playlist images"],
    status_code=HTTPStatus.ACCEPTED.value,
    responses=documented(
        HTTPStatus.ACCEPTED,
        "A new entry, which is being set",
        *(InvalidRequestError, NotFoundError, ForeignOriginError),
        **_ASKED,
    ),
)
def apply_again(listener: Listener, id: PlaylistId, entry: EntryId) -> Response[EntryView]:  # noqa: A002  # the path's name
    return _asked(stack.playlist_images().apply_again(listener.listener_id, id, entry, datetime.now(UTC)))


@router.post(
    "/api/playlists/<id>/undo",
    summary="Put back the image that was there before",
    tags=["playlist images"],
    status_code=HTTPStatus.ACCEPTED.value,
    responses=documented(
        HTTPStatus.ACCEPTED,
        "A new entry, which is being set",
        *(InvalidRequestError, NotFoundError, NothingToUndoError, ForeignOriginError),
        **_ASKED,
    ),
)
def undo(
    listener: Listener,
    id: PlaylistId,  # noqa: A002  # the path's name
    wanted: Annotated[UndoWanted | None, Body()] = None,
) -> Response[EntryView]:
    entry_id = None if wanted is None else wanted.entry
    return _asked(stack.playlist_images().undo(listener.listener_id, id, entry_id, datetime.now(UTC)))


def _name(listener_id: str, playlist_id: str) -> str:
    """Empty where nothing here has told it before."""
    known = stack.playlists().of(listener_id).get(playlist_id)
    if known is not None and known.name:
        return known.name
    return next((entry.playlist_name for entry in stack.history().of(listener_id, playlist_id)), "")


def _asked(entry: Entry) -> Response[EntryView]:
    return Response(
        status_code=HTTPStatus.ACCEPTED.value,
        content_type="application/json",
        body=entry_of(entry),
        headers={"Location": f"/api/playlists/{entry.playlist_id}/history"},
    )
