"""Errors of music, playlist images and Spotify."""

from http import HTTPStatus

from coverart.errors.base import CoverArtError

# The music: choose another source.


class PlaylistNotFoundError(CoverArtError):
    """Spotify has no such playlist, or does not show it to this listener."""

    code = "playlist_not_found"


class PlaylistForbiddenError(CoverArtError):
    """Spotify does not let this listener read the playlist's songs."""

    code = "playlist_forbidden"


class PlaylistEmptyError(CoverArtError):
    """The playlist has no entries."""

    code = "playlist_empty"


class PlaylistWithoutSongsError(CoverArtError):
    """The playlist holds only local files, episodes or entries that Spotify no longer serves."""

    code = "playlist_without_songs"


class NoTopArtistsError(CoverArtError):
    """Spotify has no top artists for this listener and time range."""

    code = "no_top_artists"


class NoArtworkError(CoverArtError):
    """No album has artwork that can be used."""

    code = "no_usable_artwork"


# The playlist image. The cover stays in the gallery in every case.


class PlaylistNotOwnedError(CoverArtError):
    """Spotify lets only a playlist's owner set its image."""

    code = "playlist_not_owned"


class PlaylistImageIsOwnError(CoverArtError):
    """Nobody asked for the listener's own image to be replaced."""

    code = "playlist_image_is_own"


class PlaylistImageNotKeptError(CoverArtError):
    """The listener's own image could not be stored, so it was not replaced."""

    code = "playlist_image_not_kept"


class PlaylistImageTooLargeError(CoverArtError):
    """Spotify finds the image too large."""

    code = "playlist_image_too_large"


class NothingToUndoError(CoverArtError):
    """There is no image to restore."""

    code = "nothing_to_undo"
    http_status = HTTPStatus.CONFLICT


# Spotify: log in again, wait, or try again.


class ReconnectNeededError(CoverArtError):
    """Spotify no longer accepts the listener's login."""

    code = "reconnect_needed"
    http_status = HTTPStatus.CONFLICT
    attempt_again_later = True


class ConsentNeededError(CoverArtError):
    """The listener's consent does not cover this. Logging in again asks for it."""

    code = "consent_needed"
    http_status = HTTPStatus.CONFLICT


class NotAllowListedError(CoverArtError):
    """The listener is not on the allow list of the owner's Spotify app."""

    code = "not_allow_listed"
    http_status = HTTPStatus.FORBIDDEN


class SpotifyCoolingDownError(CoverArtError):
    """Spotify's rate limit was reached; no request is sent until it is over."""

    code = "spotify_cooling_down"
    http_status = HTTPStatus.TOO_MANY_REQUESTS
    attempt_again_later = True


class SpotifyUnavailableError(CoverArtError):
    """Spotify did not answer, answered 5xx, or answered something that it does not document."""

    code = "spotify_unavailable"
    http_status = HTTPStatus.SERVICE_UNAVAILABLE
    transient = True
    attempt_again_later = True
