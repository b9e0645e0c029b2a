"""Playlists to choose a source from."""

from http import HTTPStatus
from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Query
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from api import stack
from api.answers import documented
from api.caller import Listener
from api.view import PlaylistView
from coverart.errors import (
    InvalidRequestError,
    NotAllowListedError,
    ReconnectNeededError,
    SpotifyCoolingDownError,
    SpotifyUnavailableError,
)
from coverart.shapes import Shape

router = APIGatewayHttpRouter()

_SPOTIFYS = (ReconnectNeededError, NotAllowListedError, SpotifyCoolingDownError, SpotifyUnavailableError)


class PlaylistPage(Shape):
    """`next` is the next page's `cursor`, or null."""

    items: list[PlaylistView]
    next: str | None


@router.get(
    "/api/playlists",
    summary="The listener's playlists at Spotify",
    tags=["listener"],
    responses=documented(HTTPStatus.OK, "A page of playlists", InvalidRequestError, *_SPOTIFYS),
)
def list_playlists(
    listener: Listener,
    cursor: Annotated[str, Query(pattern=r"^[0-9]{1,5}$", description="`next` of the page before")] = "0",
) -> PlaylistPage:
    # spotipy takes long to import, and no other route needs it.
    from api.library import playlists_of, spotify_of

    origins = stack.ApiSettings.load().artwork_origins
    playlists, following = playlists_of(spotify_of(listener.listener_id), int(cursor), origins)
    return PlaylistPage(items=playlists, next=None if following is None else str(following))
