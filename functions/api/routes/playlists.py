"""Routes of the listener's music: list top artists and playlists, and switch automatic covers on or off for one."""

import json
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Path, Query
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from api import dependencies
from api.authentication import Listener
from api.errors import SPOTIFY_ERRORS, document_responses
from api.schemas import PlaylistResponse
from coverart.aws import clients
from coverart.errors import CheckedRecentlyError, ForeignOriginError, InvalidRequestError, NotFoundError
from coverart.models import SpotifyId, StrictModel
from coverart.store.playlists import AutomationState, PlaylistRecord

router = APIGatewayHttpRouter()

_TOP_ARTISTS = 10
_CHECK_PAUSE = timedelta(minutes=1)

# An id with characters that no path may have matches no route, so the response is 404.
PlaylistId = Annotated[SpotifyId, Path(alias="id", description="The playlist's id at Spotify")]


class PlaylistPageResponse(StrictModel):
    """`next`: the `cursor` of the next page, or null."""

    items: list[PlaylistResponse]
    next: str | None


class UpdatePlaylistRequest(StrictModel):
    """`auto`: whether the playlist gets an automatic cover, whatever the settings say; null follows the settings."""

    auto: bool | None


class PlaylistAutomationResponse(StrictModel):
    """`auto` and `standing`: as in `PlaylistResponse`."""

    id: SpotifyId
    auto: bool | None
    standing: AutomationState | None


class CheckResponse(StrictModel):
    """The check has ended once `watched.at` of the listener is not before `started_at`."""

    started_at: datetime


class TopArtistsResponse(StrictModel):
    """`names`: the first being the most important; empty where the listener has not listened to enough."""

    names: list[str]


@router.get(
    "/api/top-artists",
    summary="List the listener's top artists of the last six months",
    tags=["listener"],
    responses=document_responses(HTTPStatus.OK, "Up to ten artists", *SPOTIFY_ERRORS),
)
def list_top_artists(listener: Listener) -> TopArtistsResponse:
    """Return their names."""
    # spotipy takes long to import.
    from coverart.spotify.client import create_spotify_client

    artists = create_spotify_client(listener.listener_id).list_top_artists("medium_term", _TOP_ARTISTS)
    return TopArtistsResponse(names=[artist.name for artist in artists])


@router.get(
    "/api/playlists",
    summary="List the listener's playlists on Spotify",
    tags=["listener"],
    responses=document_responses(HTTPStatus.OK, "A page of playlists", InvalidRequestError, *SPOTIFY_ERRORS),
)
def list_playlists(
    listener: Listener,
    cursor: Annotated[str, Query(pattern=r"^[0-9]{1,5}$", description="`next` of the previous page")] = "0",
) -> PlaylistPageResponse:
    """Return a page of playlists, with what automatic covers know of them."""
    # spotipy takes long to import, and no other route needs it.
    from api.playlist_listing import list_playlist_page
    from coverart.spotify.client import create_spotify_client

    origins = dependencies.get_settings().artwork_origins
    records = dependencies.get_playlists().get_all(listener.listener_id)
    spotify = create_spotify_client(listener.listener_id)
    playlists, next_offset = list_playlist_page(spotify, records, int(cursor), origins)
    return PlaylistPageResponse(items=playlists, next=None if next_offset is None else str(next_offset))


@router.post(
    "/api/playlists/check",
    summary="Look for new playlists now",
    description="Automatic covers have to be on. Each check begins at least a minute after the last one.",
    tags=["listener"],
    status_code=HTTPStatus.ACCEPTED.value,
    responses=document_responses(
        HTTPStatus.ACCEPTED, "The check has been started", InvalidRequestError, CheckedRecentlyError, ForeignOriginError
    ),
)
def check_playlists(listener: Listener) -> Response[CheckResponse]:
    """Start what the schedule does every 15 minutes, for this listener only."""
    if not listener.settings.auto_cover:
        raise InvalidRequestError("Automatic covers are off. Switch them on first.")
    now = datetime.now(UTC)
    if not dependencies.get_listeners().begin_requested_check(listener.listener_id, now, _CHECK_PAUSE):
        raise CheckedRecentlyError("Your playlists were checked less than a minute ago. Try again in a minute.")
    clients.get_client("lambda").invoke(
        FunctionName=dependencies.get_settings().watch_function,
        InvocationType="Event",
        Payload=json.dumps({"listener_id": listener.listener_id}),
    )
    body = CheckResponse(started_at=now)
    return Response(status_code=HTTPStatus.ACCEPTED.value, content_type="application/json", body=body)


@router.put(
    "/api/playlists/<id>",
    summary="Switch automatic covers on or off for one playlist",
    description="This does not check whether the playlist exists on Spotify.",
    tags=["listener"],
    responses=document_responses(
        HTTPStatus.OK, "The playlist's automation state", InvalidRequestError, NotFoundError, ForeignOriginError
    ),
)
def update_playlist(
    listener: Listener, playlist_id: PlaylistId, body: UpdatePlaylistRequest
) -> PlaylistAutomationResponse:
    """Store the listener's setting for the playlist."""
    playlists = dependencies.get_playlists()
    playlists.set_auto(listener.listener_id, playlist_id, body.auto)
    new_record = PlaylistRecord(playlist_id=playlist_id, auto=body.auto)
    record = playlists.get_all(listener.listener_id).get(playlist_id, new_record)
    return PlaylistAutomationResponse(id=playlist_id, auto=record.auto, standing=record.standing)
