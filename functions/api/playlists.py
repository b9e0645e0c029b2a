"""Playlists to choose a source from, and the listener's word on automatic covers for them."""

from http import HTTPStatus
from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Path, Query
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from api import stack
from api.answers import SPOTIFYS, documented
from api.caller import Listener
from api.view import PlaylistView
from coverart.cover import SpotifyId
from coverart.errors import ForeignOriginError, InvalidRequestError, NotFoundError
from coverart.playlists import KnownPlaylist, Standing
from coverart.shapes import Shape

router = APIGatewayHttpRouter()

# Where it has characters that no address takes, the answer is 404.
PlaylistId = Annotated[SpotifyId, Path(description="A playlist's id at Spotify")]


class PlaylistPage(Shape):
    """`next` is the next page's `cursor`, or null."""

    items: list[PlaylistView]
    next: str | None


class AutoWanted(Shape):
    """`auto`: true gives a cover also where the rule would not, false gives none, null is as the settings say."""

    auto: bool | None


class AutoView(Shape):
    id: SpotifyId
    auto: bool | None
    standing: Standing | None


@router.get(
    "/api/playlists",
    summary="The listener's playlists at Spotify",
    tags=["listener"],
    responses=documented(HTTPStatus.OK, "A page of playlists", InvalidRequestError, *SPOTIFYS),
)
def list_playlists(
    listener: Listener,
    cursor: Annotated[str, Query(pattern=r"^[0-9]{1,5}$", description="`next` of the page before")] = "0",
) -> PlaylistPage:
    # spotipy takes long to import, and no other route needs it.
    from api.library import playlists_of, spotify_of

    origins = stack.ApiSettings.load().artwork_origins
    known = stack.playlists().of(listener.listener_id)
    playlists, following = playlists_of(spotify_of(listener.listener_id), known, int(cursor), origins)
    return PlaylistPage(items=playlists, next=None if following is None else str(following))


@router.put(
    "/api/playlists/<id>",
    summary="Say whether this playlist gets a cover by itself",
    description="Spotify is not asked whether it knows the playlist.",
    tags=["listener"],
    responses=documented(HTTPStatus.OK, "What holds now", InvalidRequestError, NotFoundError, ForeignOriginError),
)
def put_playlist(listener: Listener, id: PlaylistId, wanted: AutoWanted) -> AutoView:  # noqa: A002  # the path's name
    playlists = stack.playlists()
    playlists.set_auto(listener.listener_id, id, wanted.auto)
    known = playlists.of(listener.listener_id).get(id, KnownPlaylist(playlist_id=id, auto=wanted.auto))
    return AutoView(id=id, auto=known.auto, standing=known.standing)
