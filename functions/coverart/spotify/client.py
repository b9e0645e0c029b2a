"""Spotify's Web API through spotipy: the only module that sends requests to it, and that sees spotipy's errors."""

import base64
import threading
import time
from collections.abc import Callable, Collection, Mapping
from functools import partial
from typing import Any

import spotipy
from pydantic import BaseModel, SecretStr
from spotipy.exceptions import SpotifyException

from coverart import http_deadline
from coverart.aws import clients
from coverart.aws.telemetry import logger
from coverart.errors import CoverArtError, DemoOnlyError
from coverart.spotify import models
from coverart.spotify.access import ListenerAccess
from coverart.spotify.errors import (
    INVALID_RESPONSE_ERRORS,
    SpotifyStatusError,
    playlist_errors,
    playlist_image_errors,
    spotify_unavailable,
)
from coverart.spotify.oauth import SpotifyAccounts, silence_spotipy_logs
from coverart.spotify.settings import SpotifySettings
from coverart.store.demo import is_demo
from coverart.store.listeners import Listeners, Profile

# The largest pages that the Web API has, of listings and of its search.
PAGE_SIZE = 50
SEARCH_PAGE_SIZE = 10

# It waits for a rate limit that ends within so many seconds, so often in each call.
_MAX_WAIT_SECONDS = 5
_MAX_WAITS = 2
# The profile's name for the route that only extended-quota apps may use.
_ARTIST_TOP_TRACKS = "artist_top_tracks"


class RouteUnavailableError(Exception):
    """Spotify does not let this app use a route. `status` is that of its response."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class _WebApi(spotipy.Spotify):  # type: ignore[misc]  # spotipy has no types
    def artist_top_tracks(self, artist_id: str) -> Any:
        """Replaces spotipy's method, which warns, and sends a parameter that the specification does not have."""
        return self._get(f"artists/{self._get_id('artist', artist_id)}/top-tracks")


def _create_web_api(
    settings: SpotifySettings, access_token: str | None = None, access: ListenerAccess | None = None
) -> _WebApi:
    """Return a spotipy client that sends `access_token`, or the token that `access` has at the time."""
    silence_spotipy_logs()
    web_api = _WebApi(
        auth=access_token,
        auth_manager=access,
        # With a session that spotipy creates, it sleeps as long as Retry-After says, or hides the response.
        requests_session=http_deadline.create_session(settings.spotify_timeout_seconds),
        requests_timeout=settings.spotify_timeout_seconds,
    )
    web_api.prefix = settings.spotify_api_url.rstrip("/") + "/"
    return web_api


def _send[Response: BaseModel](request: Callable[[], Any], response_model: type[Response]) -> Response:
    """Send one request and validate the response. Raises SpotifyStatusError, SpotifyUnavailableError."""
    try:
        return response_model.model_validate(request())
    except SpotifyException as error:
        raise SpotifyStatusError(error) from None
    except INVALID_RESPONSE_ERRORS:
        raise spotify_unavailable() from None


def get_token_owner(settings: SpotifySettings, access_token: SecretStr) -> models.SpotifyUser:
    """Return the user whose token it is. Used by the login, when there is no profile yet.

    Raises NotAllowListedError, OwnerWithoutPremiumError, SpotifyCoolingDownError, SpotifyUnavailableError.
    """
    web_api = _create_web_api(settings, access_token=access_token.get_secret_value())
    try:
        return _send(web_api.me, models.SpotifyUser)
    except SpotifyStatusError as error:
        raise error.to_domain_error() from None


class SpotifyClient:
    """The Web API for one listener. Several threads may use it at once.

    Every method raises ReconnectNeededError, ConsentNeededError, NotAllowListedError, OwnerWithoutPremiumError,
    SpotifyCoolingDownError, SpotifyUnavailableError, ListenerNotFoundError and ConfigurationError.
    """

    def __init__(
        self,
        profile: Profile,
        listeners: Listeners,
        accounts: SpotifyAccounts,
        settings: SpotifySettings,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._listener_id = profile.listener_id
        self._user_id = profile.user_id
        self._listeners = listeners
        self._access = ListenerAccess(profile, listeners, accounts, sleep)
        self._web_api = _create_web_api(settings, access=self._access)
        self._sleep = sleep
        self._routes = dict(profile.routes)
        self._route_lock = threading.Lock()

    def get_user_id(self) -> str:
        """Return the listener's `id` at Spotify, as it is in a playlist's `owner`."""
        return self._user_id or self.get_user().id

    def get_user(self) -> models.SpotifyUser:
        """Return the listener's account."""
        return self._call(models.SpotifyUser, partial(self._web_api.me))

    def list_top_artists(self, time_range: str, limit: int) -> list[models.Artist]:
        """Return up to `limit` (at most 50) of the listener's top artists, the first being the most important."""
        request = partial(self._web_api.current_user_top_artists, limit=limit, time_range=time_range)
        return self._call(models.ArtistPage, request).items

    def list_top_songs(self, time_range: str) -> list[models.Track]:
        """Return up to fifty of the listener's top songs."""
        request = partial(self._web_api.current_user_top_tracks, limit=PAGE_SIZE, time_range=time_range)
        return models.filter_songs(self._call(models.TrackPage, request).items)

    def list_artist_top_songs(self, artist_id: str) -> list[models.Track] | None:
        """Return an artist's top songs, or None where this app may not use the route: only extended-quota apps may.

        The first call finds out for all threads, and stores the answer on the listener's profile.
        """
        with self._route_lock:
            if _ARTIST_TOP_TRACKS not in self._routes:
                return self._try_artist_top_songs(artist_id, unavailable_statuses=(403, 404, 410, 429))
        if self._routes[_ARTIST_TOP_TRACKS]:
            return self._try_artist_top_songs(artist_id, unavailable_statuses=(403, 404, 410))
        return None

    def _try_artist_top_songs(self, artist_id: str, unavailable_statuses: Collection[int]) -> list[models.Track] | None:
        request = partial(self._web_api.artist_top_tracks, artist_id)
        try:
            tracks = self._call(models.ArtistTopTracks, request, unavailable_statuses=unavailable_statuses).tracks
        except RouteUnavailableError as error:
            if error.status == 404:
                return []
            # 429 may come from a removed route or from a busy one, so it says nothing about the future.
            self._remember_route(_ARTIST_TOP_TRACKS, is_open=False, store=error.status != 429)
            return None
        if _ARTIST_TOP_TRACKS not in self._routes:
            self._remember_route(_ARTIST_TOP_TRACKS, is_open=True)
        return models.filter_songs(tracks)

    def _remember_route(self, route: str, is_open: bool, store: bool = True) -> None:
        self._routes[route] = is_open
        if store:
            self._listeners.save_route(self._listener_id, route, is_open)

    def search_songs(self, artist_name: str) -> list[models.Track]:
        """Return up to ten songs that Spotify's search finds for an artist's name."""
        name = artist_name.replace('"', " ")
        request = partial(self._web_api.search, f'artist:"{name}"', limit=SEARCH_PAGE_SIZE, type="track")
        return models.filter_songs(self._call(models.SearchResult, request).tracks.items)

    def find_artist(self, artist_id: str) -> models.Artist | None:
        """Return the artist, or None where there is no such artist or this app may not use the route."""
        request = partial(self._web_api.artist, artist_id)
        try:
            return self._call(models.Artist, request, unavailable_statuses=(400, 403, 404))
        except RouteUnavailableError:
            return None

    def get_playlist(self, playlist_id: str) -> models.Playlist:
        """Return a playlist without its items. Raises PlaylistNotFoundError, PlaylistForbiddenError too."""
        request = partial(self._web_api.playlist, playlist_id, fields="id,name,owner,images")
        return self._call(models.Playlist, request, playlist_errors())

    def list_playlist_images(self, playlist_id: str) -> list[models.SpotifyImage]:
        """Return the sizes of the playlist's image. Raises PlaylistNotFoundError, PlaylistForbiddenError too."""
        request = partial(self._web_api.playlist_cover_image, playlist_id)
        return self._call(models.ImageList, request, playlist_errors()).root

    def set_playlist_image(self, playlist_id: str, jpeg: bytes) -> None:
        """Upload an image of at most `coverart.images.jpeg.MAX_COVER_BYTES`. Spotify displays it some time later.

        Raises PlaylistNotOwnedError, PlaylistNotFoundError, PlaylistImageTooLargeError too.
        """
        base64_jpeg = base64.b64encode(jpeg).decode()
        request = partial(self._web_api.playlist_upload_cover_image, playlist_id, base64_jpeg)
        self._call(models.EmptyResponse, request, playlist_image_errors())

    def get_playlists_page(self, offset: int) -> models.PlaylistPage:
        """Return fifty of the listener's playlists, from number `offset` on."""
        request = partial(self._web_api.current_user_playlists, limit=PAGE_SIZE, offset=offset)
        return self._call(models.PlaylistPage, request)

    def get_playlist_items_page(self, playlist_id: str, offset: int) -> models.PlaylistItemPage:
        """Return fifty items of a playlist, from number `offset` on.

        Raises PlaylistNotFoundError, PlaylistForbiddenError too.
        """
        request = partial(self._web_api.playlist_items, playlist_id, limit=PAGE_SIZE, offset=offset)
        return self._call(models.PlaylistItemPage, request, playlist_errors())

    def _call[Response: BaseModel](
        self,
        response_model: type[Response],
        request: "partial[Any]",
        status_errors: Mapping[int, CoverArtError] | None = None,
        unavailable_statuses: Collection[int] = (),
    ) -> Response:
        """Send a request, after refreshing the tokens once or waiting for the rate limit where needed.

        `status_errors`: the errors that statuses mean for this request. `unavailable_statuses`: those that raise
        RouteUnavailableError.
        """
        waits, is_refreshed = 0, False
        while True:
            self._access.check()
            tokens = self._access.tokens
            if not is_refreshed and self._access.is_expiring():
                self._access.refresh(tokens)
                is_refreshed = True
            try:
                return _send(request, response_model)
            except SpotifyStatusError as error:
                name = request.func.__name__
                logger.info("Spotify refused a request", request=name, status=error.status, reason=error.reason)
                if error.status == 401 and not is_refreshed:
                    self._access.refresh(tokens)
                    is_refreshed = True
                elif _is_short_wait(error) and error.status not in unavailable_statuses and waits < _MAX_WAITS:
                    self._sleep(error.retry_after_seconds)
                    waits += 1
                else:
                    raise self._translate(error, status_errors or {}, unavailable_statuses) from None

    def _translate(
        self,
        error: SpotifyStatusError,
        status_errors: Mapping[int, CoverArtError],
        unavailable_statuses: Collection[int],
    ) -> CoverArtError | RouteUnavailableError:
        if (access_error := error.find_access_error()) is not None:
            return access_error
        if error.status in unavailable_statuses:
            return RouteUnavailableError(error.status)
        if error.status == 429:
            return self._access.start_cool_down(error.retry_after_seconds)
        return status_errors.get(error.status) or error.to_domain_error()


def _is_short_wait(error: SpotifyStatusError) -> bool:
    return error.status == 429 and error.retry_after_seconds <= _MAX_WAIT_SECONDS


def create_spotify_client(listener_id: str) -> SpotifyClient:
    """Return the listener's client, from the environment.

    Raises ListenerNotFoundError, ConfigurationError, and DemoOnlyError for a demo listener.
    """
    if is_demo(listener_id):
        raise DemoOnlyError("The demo has no account at Spotify. Log in with Spotify to use your own music.")
    settings = SpotifySettings.load()
    listeners = Listeners(clients.get_table(settings.listeners_table))
    accounts = SpotifyAccounts(settings.secrets_path, settings.spotify_accounts_url, settings.spotify_timeout_seconds)
    return SpotifyClient(listeners.get(listener_id), listeners, accounts, settings)
