"""What Spotify's refusals mean, as named errors with a sentence for the listener."""

from datetime import UTC, datetime
from math import ceil

from spotipy.exceptions import SpotifyException

from coverart.errors import (
    ConsentNeededError,
    CoverArtError,
    NotAllowListedError,
    PlaylistForbiddenError,
    PlaylistImageTooLargeError,
    PlaylistNotFoundError,
    PlaylistNotOwnedError,
    ReconnectNeededError,
    SpotifyCoolingDownError,
    SpotifyUnavailableError,
)

# Spotify counts over 30 seconds; a spent quota says nothing about when to come back.
_COOL_DOWN_SECONDS = 30
_QUOTA_COOL_DOWN_SECONDS = 3600
_LONGEST_COOL_DOWN_SECONDS = 7 * 86_400
# More is no number of seconds, and Python refuses to read thousands.
_DIGITS = 12


def login_error(error: SpotifyException) -> CoverArtError | None:
    """None where the refusal is not about the listener's login."""
    message = str(error.msg).lower()
    if error.http_status == 401:
        return reconnect_needed()
    if error.http_status == 403 and "not registered" in message:
        return not_allow_listed()
    if error.http_status == 403 and "scope" in message:
        return ConsentNeededError("Spotify wants your consent for this first. Log in again to allow it.")
    return None


def error_for_status(status: int) -> CoverArtError:
    """A development-mode app gets 403 for whatever a listener asks who is not on its list."""
    return not_allow_listed() if status == 403 else spotify_unavailable()


def playlist_errors() -> dict[int, CoverArtError]:
    """By status; 400 is an id that cannot be one."""
    missing = _no_playlist()
    forbidden = PlaylistForbiddenError(
        "Spotify shows the songs of your own playlists only, and of those that you collaborate on. "
        "Please copy this playlist's songs into one of your own."
    )
    return {400: missing, 404: missing, 403: forbidden}


def playlist_image_errors() -> dict[int, CoverArtError]:
    """By status, where a playlist's image is to be set."""
    return {
        403: not_owned(),
        404: _no_playlist(),
        413: PlaylistImageTooLargeError("Spotify finds this picture too large. The playlist's image is as it was."),
    }


def not_owned() -> PlaylistNotOwnedError:
    return PlaylistNotOwnedError(
        "Spotify lets only its owner set a playlist's image, and this playlist is not yours. "
        "Please copy its songs into a playlist of your own."
    )


def _no_playlist() -> PlaylistNotFoundError:
    return PlaylistNotFoundError("Spotify knows no playlist with this id. It may be private, or deleted.")


def read_retry_after(error: SpotifyException) -> int:
    """Seconds to wait after a 429: `Retry-After`, which may be hours, or may be missing."""
    said = str(error.headers.get("Retry-After", "")).strip()
    least = _QUOTA_COOL_DOWN_SECONDS if error.reason == "QUOTA_EXCEEDED" else 0
    seconds = int(said[:_DIGITS]) if said.isdecimal() else _COOL_DOWN_SECONDS
    return min(max(seconds, least), _LONGEST_COOL_DOWN_SECONDS)


def spotify_unavailable() -> SpotifyUnavailableError:
    return SpotifyUnavailableError("Spotify does not answer as it should at the moment. Please try again in a minute.")


def cooling_down(until: datetime) -> SpotifyCoolingDownError:
    return SpotifyCoolingDownError(
        f"Spotify got more questions than it likes and asks us to wait until {until:%Y-%m-%d %H:%M:%S} UTC. "
        "Please try again after that.",
        retry_after=max(ceil((until - datetime.now(UTC)).total_seconds()), 1),
    )


def reconnect_needed() -> ReconnectNeededError:
    return ReconnectNeededError("Spotify no longer takes your login here. Please log in with Spotify again.")


def not_allow_listed() -> NotAllowListedError:
    return NotAllowListedError(
        "Spotify lets only five listeners use this stack, and you are not on its list. "
        "Please ask its owner to add you in Spotify's developer dashboard."
    )
