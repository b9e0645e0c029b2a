"""Playlists to choose a source from, and the listener's word on automatic covers for them."""

from http import HTTPStatus
from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Path, Query
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from api import dependencies
from api.authentication import Listener
from api.errors import SPOTIFY_ERRORS, document_responses
from api.schemas import PlaylistResponse
from coverart.errors import ForeignOriginError, InvalidRequestError, NotFoundError
from coverart.models import SpotifyId, StrictModel
from coverart.store.playlists import AutomationState, PlaylistRecord

router = APIGatewayHttpRouter()

# Where it has characters that no address takes, the answer is 404.
PlaylistId = Annotated[SpotifyId, Path(description="A playlist's id at Spotify")]


class PlaylistPageResponse(StrictModel):
    """`next` is the next page's `cursor`, or null."""

    items: list[PlaylistResponse]
    next: str | None


class UpdatePlaylistRequest(StrictModel):
    """`auto`: true gives a cover also where the rule would not, false gives none, null is as the settings say."""

    auto: bool | None


class PlaylistAutomationResponse(StrictModel):
    id: SpotifyId
    auto: bool | None
    standing: AutomationState | None


@router.get(
    "/api/playlists",
    summary="The listener's playlists at Spotify",
    tags=["listener"],
    responses=document_responses(HTTPStatus.OK, "A page of playlists", InvalidRequestError, *SPOTIFY_ERRORS),
)
def list_playlists(
    listener: Listener,
    cursor: Annotated[str, Query(pattern=r"^[0-9]{1,5}$", description="`next` of the page before")] = "0",
) -> PlaylistPageResponse:
    # spotipy takes long to import, and no other route needs it.
    from api.playlist_listing import list_playlist_page
    from coverart.spotify.client import create_spotify_client

    origins = dependencies.ApiSettings.load().artwork_origins
    known = dependencies.playlists().get_all(listener.listener_id)
    playlists, following = list_playlist_page(create_spotify_client(listener.listener_id), known, int(cursor), origins)
    return PlaylistPageResponse(items=playlists, next=None if following is None else str(following))


@router.put(
    "/api/playlists/<id>",
    summary="Say whether this playlist gets a cover by itself",
    description="Spotify is not asked whether it knows the playlist.",
    tags=["listener"],
    responses=document_responses(
        HTTPStatus.OK, "What holds now", InvalidRequestError, NotFoundError, ForeignOriginError
    ),
)
def update_playlist(listener: Listener, id: PlaylistId, wanted: UpdatePlaylistRequest) -> PlaylistAutomationResponse:  # noqa: A002  # the path's name
    playlists = dependencies.playlists()
    playlists.set_auto(listener.listener_id, id, wanted.auto)
    known = playlists.get_all(listener.listener_id).get(id, PlaylistRecord(playlist_id=id, auto=wanted.auto))
    return PlaylistAutomationResponse(id=id, auto=known.auto, standing=known.standing)
