"""Spotify's error responses as errors of ours, each with a sentence for the listener."""

from datetime import UTC, datetime, timedelta
from math import ceil

import requests
from spotipy.exceptions import SpotifyException

from coverart.errors import (
    ConsentNeededError,
    CoverArtError,
    NotAllowListedError,
    OwnerWithoutPremiumError,
    PlaylistForbiddenError,
    PlaylistImageTooLargeError,
    PlaylistNotFoundError,
    PlaylistNotOwnedError,
    ReconnectNeededError,
    SpotifyCoolingDownError,
    SpotifyUnavailableError,
)
from coverart.spotify.premium import says_premium_is_missing

# What spotipy raises where Spotify does not respond, or responds with something that Spotify does not document: spotipy
# relies on the shape of a response, and Python fails on JSON that is nested ten thousand deep.
INVALID_RESPONSE_ERRORS = (
    requests.RequestException,
    ValueError,
    AttributeError,
    KeyError,
    TypeError,
    RecursionError,
)

# Spotify's rate limit counts over 30 seconds. For an exhausted quota it does not document a time.
_COOL_DOWN_SECONDS = 30
_QUOTA_COOL_DOWN_SECONDS = 3600
_MAX_COOL_DOWN_SECONDS = 7 * 86_400
# Python refuses to read numbers of thousands of digits.
_MAX_RETRY_AFTER_DIGITS = 12


class SpotifyStatusError(Exception):
    """Spotify's Web API responded with an error status. This error does not leave `coverart.spotify`.

    `reason` is Spotify's word for it, where it gives one. `retry_after_seconds`: how long to wait after status 429.
    """

    def __init__(self, error: SpotifyException) -> None:
        super().__init__(error.http_status)
        self.status = int(error.http_status)
        self.reason = error.reason
        self.retry_after_seconds = _read_retry_after(error)
        # spotipy puts the URL before the message, and a URL may contain any word.
        self._message = str(error.msg).partition("\n")[2].lower()

    def find_access_error(self) -> CoverArtError | None:
        """Return the error about the login, the consent or the app, or None where Spotify refused something else."""
        if self.status == 401:
            return reconnect_needed()
        if self.status == 403 and says_premium_is_missing(self._message):
            return owner_without_premium()
        if self.status == 403 and "not registered" in self._message:
            return _not_allow_listed()
        if self.status == 403 and "scope" in self._message:
            return ConsentNeededError("Spotify needs your consent for this. Please log in again to allow it.")
        return None

    def to_domain_error(self) -> CoverArtError:
        """Return the error of a request for the listener's own data.

        For these, a development-mode app gets any other 403 only where the listener is not on its list of users.
        """
        match self.status:
            case 403:
                return self.find_access_error() or _not_allow_listed()
            case 429:
                return cooling_down(datetime.now(UTC) + timedelta(seconds=self.retry_after_seconds))
            case _:
                return spotify_unavailable()


def _read_retry_after(error: SpotifyException) -> int:
    """Return the seconds of `Retry-After`, which may be hours, or a default where the header is missing or no number.

    An exhausted quota is worth at least an hour.
    """
    header = str(error.headers.get("Retry-After", "")).strip()
    seconds = int(header[:_MAX_RETRY_AFTER_DIGITS]) if header.isdecimal() else _COOL_DOWN_SECONDS
    min_seconds = _QUOTA_COOL_DOWN_SECONDS if error.reason == "QUOTA_EXCEEDED" else 0
    return min(max(seconds, min_seconds), _MAX_COOL_DOWN_SECONDS)


def playlist_errors() -> dict[int, CoverArtError]:
    """Return the errors of a request for a playlist, by status. Spotify responds with 400 to an invalid id."""
    not_found = _playlist_not_found()
    forbidden = PlaylistForbiddenError(
        "Spotify shows apps only the songs of playlists that you own or collaborate on. "
        "Please copy this playlist's songs into one of your own."
    )
    return {400: not_found, 404: not_found, 403: forbidden}


def playlist_image_errors() -> dict[int, CoverArtError]:
    """Return the errors of setting a playlist's image, by status."""
    return {
        403: playlist_not_owned(),
        404: _playlist_not_found(),
        413: PlaylistImageTooLargeError("Spotify rejected the image as too large. The playlist image did not change."),
    }


def playlist_not_owned() -> PlaylistNotOwnedError:
    """Return the error of setting the image of another user's playlist."""
    return PlaylistNotOwnedError(
        "Spotify lets only a playlist's owner set its image, and this playlist is not yours. "
        "Please copy its songs into a playlist of your own."
    )


def spotify_unavailable() -> SpotifyUnavailableError:
    """Return the error of a missing or invalid response."""
    return SpotifyUnavailableError("Spotify is not responding correctly at the moment. Please try again in a minute.")


def cooling_down(until: datetime) -> SpotifyCoolingDownError:
    """Return the error of a rate limit that ends at `until` (UTC)."""
    return SpotifyCoolingDownError(
        f"Spotify's rate limit was reached. Please try again after {until:%Y-%m-%d %H:%M:%S} UTC.",
        retry_after=max(ceil((until - datetime.now(UTC)).total_seconds()), 1),
    )


def reconnect_needed() -> ReconnectNeededError:
    """Return the error of a login that has expired or was revoked."""
    return ReconnectNeededError("Your Spotify login is no longer valid. Please log in with Spotify again.")


def owner_without_premium() -> OwnerWithoutPremiumError:
    """Return the error of an app whose owner has no Premium subscription."""
    return OwnerWithoutPremiumError(
        "Spotify serves this stack only while the owner of its Spotify app has Premium, which has ended. "
        "Please tell the owner. After it is renewed, it may take a few hours until Spotify responds again."
    )


def _not_allow_listed() -> NotAllowListedError:
    return NotAllowListedError(
        "Spotify lets only five listeners use this stack, and you are not one of them. "
        "Please ask its owner to add you in Spotify's developer dashboard."
    )


def _playlist_not_found() -> PlaylistNotFoundError:
    return PlaylistNotFoundError("Spotify has no playlist with this id. It may be private or deleted.")
