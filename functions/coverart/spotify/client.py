"""The one seam to Spotify: one listener's Web API through spotipy, with named errors.

Cool-downs, closed routes and renewed tokens are kept on the listener's profile, so that the next function knows.
"""

import base64
import threading
import time
from collections.abc import Callable, Collection, Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, TypeVar

import requests
import spotipy
from pydantic import BaseModel
from spotipy.exceptions import SpotifyException

from coverart import http_deadline
from coverart.aws import clients
from coverart.aws.telemetry import logger
from coverart.errors import CoverArtError, SpotifyCoolingDownError
from coverart.spotify import models
from coverart.spotify.errors import (
    cooling_down,
    error_for_status,
    login_error,
    playlist_errors,
    playlist_image_errors,
    read_retry_after,
    reconnect_needed,
    spotify_unavailable,
)
from coverart.spotify.oauth import InvalidGrantError, SpotifyAccounts, silence_spotipy_logs
from coverart.spotify.settings import SpotifySettings
from coverart.store.listeners import Listeners, OAuthTokens, Profile

Read = TypeVar("Read", bound=BaseModel)

# The most that a page of the Web API holds, and one of its search.
PAGE_SIZE = 50
SEARCH_PAGE_SIZE = 10

_WAITED_OUT_SECONDS = 5
_WAITS = 2
_RENEWED_BEFORE_SECONDS = 60
_ARTIST_TOP_TRACKS = "artist_top_tracks"


class RouteUnavailableError(Exception):
    """Spotify does not let this app through here; `status` is what it answered."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class _Client(spotipy.Spotify):  # type: ignore[misc]  # spotipy has no types
    def top_tracks_of_artist(self, artist_id: str) -> Any:
        """spotipy's own method warns, and sends a parameter that the specification does not know."""
        return self._get(f"artists/{self._get_id('artist', artist_id)}/top-tracks")


class SpotifyClient:
    """Every call raises ReconnectNeededError, ConsentNeededError, NotAllowListedError, SpotifyCoolingDownError,
    SpotifyUnavailableError.

    May be used by several threads at once.
    """

    def __init__(
        self,
        profile: Profile,
        listeners: Listeners,
        accounts: SpotifyAccounts,
        settings: SpotifySettings,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        silence_spotipy_logs()
        self._listener_id = profile.listener_id
        self._user_id = profile.user_id
        self._listeners = listeners
        self._accounts = accounts
        self._sleep = sleep
        self._tokens = profile.tokens
        self._reconnect = profile.state == "reconnect"
        self._cool_down_until = profile.cool_down_until
        self._routes = dict(profile.routes)
        self._renewing = threading.Lock()
        self._knocking = threading.Lock()
        # With a session of its own making spotipy sleeps for as long as Retry-After says, or loses the answer.
        self._client = _Client(
            auth_manager=self,
            requests_session=http_deadline.create_session(settings.spotify_timeout_seconds),
            requests_timeout=settings.spotify_timeout_seconds,
        )
        self._client.prefix = settings.spotify_api_url.rstrip("/") + "/"

    def get_access_token(self, as_dict: bool = False) -> str:  # noqa: ARG002  # what spotipy asks its auth manager
        return self._tokens.access_token.get_secret_value()

    def user_id(self) -> str:
        """What Spotify calls the listener as the owner of playlists."""
        return self._user_id or self.me().id

    def me(self) -> models.SpotifyUser:
        return self._ask(models.SpotifyUser, partial(self._client.me))

    def top_artists(self, time_range: str, limit: int) -> list[models.Artist]:
        ask = partial(self._client.current_user_top_artists, limit=limit, time_range=time_range)
        return self._ask(models.ArtistPage, ask).items

    def top_songs(self, time_range: str) -> list[models.Track]:
        ask = partial(self._client.current_user_top_tracks, limit=PAGE_SIZE, time_range=time_range)
        return models.filter_songs(self._ask(models.TrackPage, ask).items)

    def artist_top_songs(self, artist_id: str) -> list[models.Track] | None:
        """None where this app may not ask: only extended-quota apps may.

        The first to ask finds out for all, and what it found is remembered with the listener.
        """
        with self._knocking:
            if _ARTIST_TOP_TRACKS not in self._routes:
                return self._artist_top_songs(artist_id, closed=(403, 404, 410, 429))
        if self._routes[_ARTIST_TOP_TRACKS]:
            return self._artist_top_songs(artist_id, closed=(403, 404, 410))
        return None

    def _artist_top_songs(self, artist_id: str, closed: Collection[int]) -> list[models.Track] | None:
        try:
            ask = partial(self._client.top_tracks_of_artist, artist_id)
            tracks = self._ask(models.ArtistTopTracks, ask, closed=closed).tracks
        except RouteUnavailableError as error:
            if error.status == 404:
                return []
            # A removed route sometimes answers 429, and so does an open one that is busy: not for good, then.
            self._remember_route(_ARTIST_TOP_TRACKS, answers=False, for_good=error.status != 429)
            return None
        if _ARTIST_TOP_TRACKS not in self._routes:
            self._remember_route(_ARTIST_TOP_TRACKS, answers=True)
        return models.filter_songs(tracks)

    def _remember_route(self, route: str, answers: bool, for_good: bool = True) -> None:
        self._routes[route] = answers
        if for_good:
            self._listeners.save_route(self._listener_id, route, answers)

    def search_songs(self, artist_name: str) -> list[models.Track]:
        name = artist_name.replace('"', " ")
        ask = partial(self._client.search, f'artist:"{name}"', limit=SEARCH_PAGE_SIZE, type="track")
        return models.filter_songs(self._ask(models.SearchResult, ask).tracks.items)

    def artist(self, artist_id: str) -> models.Artist | None:
        """None where there is no such artist, or this app may not ask."""
        try:
            return self._ask(models.Artist, partial(self._client.artist, artist_id), closed=(400, 403, 404))
        except RouteUnavailableError:
            return None

    def playlist(self, playlist_id: str) -> models.Playlist:
        """Raises PlaylistNotFoundError, PlaylistForbiddenError."""
        ask = partial(self._client.playlist, playlist_id, fields="id,name,owner,images")
        return self._ask(models.Playlist, ask, playlist_errors())

    def playlist_images(self, playlist_id: str) -> list[models.SpotifyImage]:
        """Raises PlaylistNotFoundError, PlaylistForbiddenError."""
        return self._ask(
            models.ImageList, partial(self._client.playlist_cover_image, playlist_id), playlist_errors()
        ).root

    def set_playlist_image(self, playlist_id: str, jpeg: bytes) -> None:
        """Spotify takes it, and shows it some time later.

        Raises PlaylistNotOwnedError, ConsentNeededError, PlaylistNotFoundError, PlaylistImageTooLargeError.
        """
        ask = partial(self._client.playlist_upload_cover_image, playlist_id, base64.b64encode(jpeg).decode())
        self._ask(models.EmptyResponse, ask, playlist_image_errors())

    def playlists(self, offset: int) -> models.PlaylistPage:
        """One page of the listener's, from number `offset` on."""
        return self._ask(
            models.PlaylistPage, partial(self._client.current_user_playlists, limit=PAGE_SIZE, offset=offset)
        )

    def playlist_entries(self, playlist_id: str, offset: int) -> models.PlaylistItemPage:
        """One page, from entry number `offset` on. Raises PlaylistNotFoundError, PlaylistForbiddenError."""
        ask = partial(self._client.playlist_items, playlist_id, limit=PAGE_SIZE, offset=offset)
        return self._ask(models.PlaylistItemPage, ask, playlist_errors())

    def _ask(
        self,
        shape: type[Read],
        ask: "partial[Any]",
        meanings: Mapping[int, CoverArtError] | None = None,
        closed: Collection[int] = (),
    ) -> Read:
        """`meanings`: the error that a status is here. `closed`: the statuses that are ClosedError here."""
        waits, renewed = 0, False
        while True:
            self._check_connected()
            used = self._tokens
            if used.expires_at - time.time() < _RENEWED_BEFORE_SECONDS and not renewed:
                self._renew(used)
                renewed = True
            try:
                return shape.model_validate(ask())
            except SpotifyException as error:
                status, refused = int(error.http_status), login_error(error)
                logger.info("Spotify refused", asked=ask.func.__name__, status=status, reason=error.reason)
                if status == 401 and not renewed:
                    self._renew(used)
                    renewed = True
                elif refused is not None:
                    raise refused from None
                elif status in closed:
                    raise RouteUnavailableError(status) from None
                elif status != 429:
                    raise (meanings or {}).get(status) or error_for_status(status) from None
                elif (seconds := read_retry_after(error)) <= _WAITED_OUT_SECONDS and waits < _WAITS:
                    self._sleep(seconds)
                    waits += 1
                else:
                    raise self._cool_down(seconds) from None
            except (requests.RequestException, ValueError, AttributeError, TypeError, RecursionError):
                # spotipy stumbles over an error whose body is JSON of another shape than {"error": {...}}; over JSON
                # that is nested ten thousand deep, Python does.
                raise spotify_unavailable() from None

    def _check_connected(self) -> None:
        if self._reconnect:
            raise reconnect_needed()
        if self._cool_down_until is not None and self._cool_down_until > datetime.now(UTC):
            raise cooling_down(self._cool_down_until)

    def _cool_down(self, seconds: int) -> SpotifyCoolingDownError:
        until = datetime.now(UTC) + timedelta(seconds=max(seconds, 1))
        # Another thread may have been told to wait longer.
        self._cool_down_until = max(until, self._cool_down_until or until)
        self._listeners.save_cool_down(self._listener_id, self._cool_down_until)
        return cooling_down(self._cool_down_until)

    def _renew(self, used: OAuthTokens) -> None:
        """New tokens for the `used` ones, made here, by another thread or by another function."""
        with self._renewing:
            if self._tokens != used or self._take_stored(used):
                return
            try:
                new = self._accounts.renew(used)
            except InvalidGrantError:
                if self._take_stored(used):
                    return
                self._listeners.mark_reconnect(self._listener_id, used)
                self._reconnect = True
                raise reconnect_needed() from None
            if self._listeners.replace_tokens(self._listener_id, used, new):
                self._tokens = new
            elif not self._take_stored(used):
                raise spotify_unavailable()

    def _take_stored(self, used: OAuthTokens) -> bool:
        """True where others have renewed the `used` tokens."""
        profile = self._listeners.get(self._listener_id)
        if profile.state == "reconnect":
            self._reconnect = True
            raise reconnect_needed()
        self._tokens = profile.tokens
        return profile.tokens != used


def create_spotify_client(listener_id: str) -> SpotifyClient:
    """Raises ListenerNotFoundError, ConfigurationError."""
    settings = SpotifySettings.load()
    listeners = Listeners(clients.get_table(settings.listeners_table))
    accounts = SpotifyAccounts(settings.secrets_path, settings.spotify_accounts_url, settings.spotify_timeout_seconds)
    return SpotifyClient(listeners.get(listener_id), listeners, accounts, settings)
