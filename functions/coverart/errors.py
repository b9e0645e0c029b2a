"""The errors that people read: one class for each thing that the caller can do about it.

A class's name is its contract with the state machines, its `code` is for programs, and its message is a sentence for
the listener: what happened and what to do, never a token, a key or a URL.

The release bundle's installer imports this module, with Python 3.9.
"""

from __future__ import annotations

from collections.abc import Iterator
from http import HTTPStatus
from typing import ClassVar


class CoverArtError(Exception):
    """Base of every error that people read. `str(error)` is the sentence for the listener.

    `http_status`: what the API responds with; None where the error never reaches the API. `transient`: the same call
    may succeed, so the state machines retry it. `attempt_again_later`: an automatic cover that failed with this error
    gets another attempt. `retry_after`: seconds after which the same request may succeed, if known.
    """

    code: ClassVar[str] = "internal"
    http_status: ClassVar[HTTPStatus | None] = None
    transient: ClassVar[bool] = False
    attempt_again_later: ClassVar[bool] = False

    def __init__(self, sentence: str, retry_after: int | None = None) -> None:
        super().__init__(sentence)
        self.retry_after = retry_after


# Invalid requests: change the request.


class InvalidRequestError(CoverArtError):
    code = "invalid_request"
    http_status = HTTPStatus.UNPROCESSABLE_ENTITY


class ListenerNotFoundError(CoverArtError):
    code = "listener_not_found"
    http_status = HTTPStatus.UNAUTHORIZED


class CoverDeletedError(CoverArtError):
    """The cover was deleted during its work, which ends without further writes."""

    code = "cover_deleted"


class DailyLimitError(CoverArtError):
    code = "daily_limit_reached"
    http_status = HTTPStatus.TOO_MANY_REQUESTS


class DemoOnlyError(CoverArtError):
    """A demo listener asked for something that only listeners of Spotify have."""

    code = "demo_only"
    http_status = HTTPStatus.FORBIDDEN


class CheckedRecentlyError(CoverArtError):
    code = "checked_recently"
    http_status = HTTPStatus.TOO_MANY_REQUESTS


class IdempotencyConflictError(CoverArtError):
    """The idempotency key belongs to another request."""

    code = "idempotency_conflict"
    http_status = HTTPStatus.CONFLICT


class OutOfTimeError(CoverArtError):
    """One response has no time for more. Repeating the request does the rest."""

    code = "out_of_time"


class NotFinishedError(CoverArtError):
    """The candidate is not done, so it is no choice yet."""

    code = "not_finished"
    http_status = HTTPStatus.CONFLICT


class NotFoundError(CoverArtError):
    """There is no such thing, or it belongs to another listener."""

    code = "not_found"
    http_status = HTTPStatus.NOT_FOUND


# The listener's own pictures: choose or upload another one.


class PictureNotFoundError(NotFoundError):
    """The listener has no such picture: never uploaded, deleted, or another listener's."""

    code = "picture_not_found"


class PictureUnreadableError(CoverArtError):
    """The file is damaged or incomplete."""

    code = "picture_unreadable"
    http_status = HTTPStatus.UNPROCESSABLE_ENTITY


class PictureTooLargeError(CoverArtError):
    """The file has too many bytes or pixels."""

    code = "picture_too_large"
    http_status = HTTPStatus.UNPROCESSABLE_ENTITY


class PictureTooSmallError(CoverArtError):
    """The picture has too few pixels, or is too narrow."""

    code = "picture_too_small"
    http_status = HTTPStatus.UNPROCESSABLE_ENTITY


class PictureKindError(CoverArtError):
    """The file is no picture, or of a format that is not read."""

    code = "picture_kind"
    http_status = HTTPStatus.UNPROCESSABLE_ENTITY


class TooManyPicturesError(CoverArtError):
    code = "too_many_pictures"
    http_status = HTTPStatus.CONFLICT


class PictureSendingNotAllowedError(CoverArtError):
    """The owner does not allow sending pictures to an image model, or the stack has none."""

    code = "picture_sending_not_allowed"
    http_status = HTTPStatus.FORBIDDEN


# Authentication: log in, or use the page itself.


class NotLoggedInError(CoverArtError):
    code = "not_logged_in"
    http_status = HTTPStatus.UNAUTHORIZED


class ForeignOriginError(CoverArtError):
    """Another page sent this request from the listener's browser."""

    code = "foreign_origin"
    http_status = HTTPStatus.FORBIDDEN


class SessionNeededError(CoverArtError):
    """An API token is not enough for this."""

    code = "session_needed"
    http_status = HTTPStatus.FORBIDDEN


class TooManyTokensError(CoverArtError):
    code = "too_many_tokens"
    http_status = HTTPStatus.CONFLICT


# The music: choose another source.


class PlaylistNotFoundError(CoverArtError):
    code = "playlist_not_found"


class PlaylistForbiddenError(CoverArtError):
    """Spotify does not let this listener read the playlist's songs."""

    code = "playlist_forbidden"


class PlaylistEmptyError(CoverArtError):
    code = "playlist_empty"


class PlaylistWithoutSongsError(CoverArtError):
    """The playlist holds only local files, episodes or entries that Spotify no longer serves."""

    code = "playlist_without_songs"


class NoTopArtistsError(CoverArtError):
    code = "no_top_artists"


class NoArtworkError(CoverArtError):
    code = "no_usable_artwork"


# The playlist image. The cover stays in the gallery in every case.


class PlaylistNotOwnedError(CoverArtError):
    """Spotify lets only a playlist's owner set its image."""

    code = "playlist_not_owned"


class PlaylistImageIsOwnError(CoverArtError):
    """Nobody asked to replace the listener's own image."""

    code = "playlist_image_is_own"


class PlaylistImageNotKeptError(CoverArtError):
    """Storing the listener's own image failed, so it stays."""

    code = "playlist_image_not_kept"


class PlaylistImageTooLargeError(CoverArtError):
    code = "playlist_image_too_large"


class NothingToUndoError(CoverArtError):
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


class OwnerWithoutPremiumError(CoverArtError):
    """Spotify serves nobody while the owner of the app has no Premium subscription."""

    code = "owner_without_premium"
    http_status = HTTPStatus.SERVICE_UNAVAILABLE
    attempt_again_later = True


class SpotifyCoolingDownError(CoverArtError):
    """Spotify's rate limit was reached; the app sends no request until it is over."""

    code = "spotify_cooling_down"
    http_status = HTTPStatus.TOO_MANY_REQUESTS
    attempt_again_later = True


class SpotifyUnavailableError(CoverArtError):
    """Spotify did not answer, answered 5xx, or answered something that it does not document."""

    code = "spotify_unavailable"
    http_status = HTTPStatus.SERVICE_UNAVAILABLE
    transient = True
    attempt_again_later = True


# The image model: wait, change the prompt, or check the owner's account.


class ImageModelBusyError(CoverArtError):
    """The image model answered 429 or 5xx, or did not accept the connection. The call was not billed."""

    code = "image_model_busy"
    transient = True
    attempt_again_later = True


class PaintingLostError(CoverArtError):
    """The call may have been billed, but its painting did not reach the bucket."""

    code = "painting_lost"
    transient = True


class PaintingElsewhereError(CoverArtError):
    """The call was billed, and the painting is at an address that is neither the image server's own nor public."""

    code = "painting_elsewhere"


class ImageModelRefusedError(CoverArtError):
    """The image model refused the key, organization, quota, model or parameters."""

    code = "image_model_refused"


class PromptBlockedError(CoverArtError):
    code = "prompt_blocked"


class BudgetSpentError(CoverArtError):
    code = "budget_spent"
    http_status = HTTPStatus.TOO_MANY_REQUESTS
    attempt_again_later = True


# Ours or the owner's.


class PictureError(CoverArtError):
    """An unreadable image, or one larger than the limit."""

    code = "unusable_picture"


class PictureUnavailableError(PictureError):
    """The download of an image failed, or took too long. It may be available later."""

    code = "picture_unavailable"


class ModelError(CoverArtError):
    """A network's output is invalid, for example NaN."""

    code = "model_failed"


class ConfigurationError(CoverArtError):
    """The owner has to correct the stack's settings, secrets or permissions."""

    code = "not_configured"
    http_status = HTTPStatus.INTERNAL_SERVER_ERROR


class StorageUnavailableError(CoverArtError):
    """DynamoDB, S3, SSM or Step Functions did not answer, or throttled the call."""

    code = "storage_unavailable"
    http_status = HTTPStatus.SERVICE_UNAVAILABLE
    transient = True
    attempt_again_later = True


# How executions end without an error of ours.


class ExecutionStoppedError(CoverArtError):
    code = "stopped"


class ExecutionTimedOutError(CoverArtError):
    code = "timed_out"
    attempt_again_later = True


class TooBusyError(CoverArtError):
    """Lambda throttled the cover's functions for as long as its execution may take."""

    code = "too_busy"
    attempt_again_later = True


def list_error_classes() -> Iterator[type[CoverArtError]]:
    """Yield every subclass of CoverArtError in this module."""
    for value in globals().values():
        if isinstance(value, type) and issubclass(value, CoverArtError) and value is not CoverArtError:
            yield value


# Codes of the errors after which an automatic cover gets another attempt. An unexpected one may have been a process
# that ran out of memory, or a function in the middle of an upgrade.
RETRYABLE_CODES = frozenset(error.code for error in list_error_classes() if error.attempt_again_later) | {
    CoverArtError.code
}
