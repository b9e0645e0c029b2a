"""The vocabulary of what can go wrong: one class per thing that the caller can do about it.

A class's name is the retry contract with the state machine, its `code` is for programs, and its message is a
sentence for the listener: what happened and what to do, never a token, a key or an address.
"""

from typing import ClassVar


class CoverArtError(Exception):
    """Base of every error that is meant to be read. `str(error)` is the sentence for the listener.

    `retry_after`: seconds after which the same may work, where they are known.
    """

    code: ClassVar[str] = "internal"

    def __init__(self, sentence: str, retry_after: int | None = None) -> None:
        super().__init__(sentence)
        self.retry_after = retry_after


# Asked wrongly: change the request.


class InvalidRequestError(CoverArtError):
    code = "invalid_request"


class ListenerNotFoundError(CoverArtError):
    code = "listener_not_found"


class CoverDeletedError(CoverArtError):
    """The cover was deleted while it was being made; nothing is written any more."""

    code = "cover_deleted"


class DailyLimitError(CoverArtError):
    code = "daily_limit_reached"


class IdempotencyConflictError(CoverArtError):
    """This idempotency key has asked for another cover before."""

    code = "idempotency_conflict"


class OutOfTimeError(CoverArtError):
    """As much is done as one answer has time for; the rest is done when it is asked for again."""

    code = "out_of_time"


class NotFoundError(CoverArtError):
    """There is no such thing, or it is another listener's."""

    code = "not_found"


# Who asks: log in, or ask from the page itself.


class NotLoggedInError(CoverArtError):
    code = "not_logged_in"


class ForeignOriginError(CoverArtError):
    """A browser's request that another page sent."""

    code = "foreign_origin"


class SessionNeededError(CoverArtError):
    """A token is not enough for this."""

    code = "session_needed"


# The music: choose another source.


class PlaylistNotFoundError(CoverArtError):
    code = "playlist_not_found"


class PlaylistForbiddenError(CoverArtError):
    code = "playlist_forbidden"


class PlaylistEmptyError(CoverArtError):
    code = "playlist_empty"


class PlaylistWithoutSongsError(CoverArtError):
    """Only local files, episodes or entries that Spotify no longer serves."""

    code = "playlist_without_songs"


class NoTopArtistsError(CoverArtError):
    code = "no_top_artists"


class NoArtworkError(CoverArtError):
    code = "no_usable_artwork"


# The playlist image: the cover stays in the gallery in every case.


class PlaylistNotOwnedError(CoverArtError):
    """Spotify lets only a playlist's owner set its image."""

    code = "playlist_not_owned"


class PlaylistImageIsOwnError(CoverArtError):
    """Nobody asked for the listener's own image to be replaced."""

    code = "playlist_image_is_own"


class PlaylistImageNotKeptError(CoverArtError):
    """The listener's own image could not be kept, so it was not replaced."""

    code = "playlist_image_not_kept"


class PlaylistImageTooLargeError(CoverArtError):
    code = "playlist_image_too_large"


class NothingToUndoError(CoverArtError):
    code = "nothing_to_undo"


# Spotify: log in again, wait, or try again.


class ReconnectNeededError(CoverArtError):
    code = "reconnect_needed"


class ConsentNeededError(CoverArtError):
    """The listener's consent does not cover this; logging in again asks for it."""

    code = "consent_needed"


class NotAllowListedError(CoverArtError):
    code = "not_allow_listed"


class SpotifyCoolingDownError(CoverArtError):
    code = "spotify_cooling_down"


class SpotifyUnavailableError(CoverArtError):
    """Passing: no answer, a 5xx, or an answer that is not what Spotify documents."""

    code = "spotify_unavailable"


# The image model: wait, change the prompt, or see to the owner's account.


class ImageModelBusyError(CoverArtError):
    """Passing and not billed: 429, 5xx, no connection."""

    code = "image_model_busy"


class PaintingLostError(CoverArtError):
    """The painting may have been made and billed, but it is not in the bucket: no answer in time, or not stored."""

    code = "painting_lost"


class ImageModelRefusedError(CoverArtError):
    """Final: key, organisation, quota, model or parameters."""

    code = "image_model_refused"


class PromptBlockedError(CoverArtError):
    code = "prompt_blocked"


class BudgetSpentError(CoverArtError):
    code = "budget_spent"


# Ours or the owner's.


class PictureError(CoverArtError):
    """A picture that cannot be read, or is larger than we take."""

    code = "unusable_picture"


class PictureUnavailableError(PictureError):
    """Passing: the picture did not come, or not in time."""

    code = "picture_unavailable"


class ModelError(CoverArtError):
    """A network gave what it cannot mean, for example NaN."""

    code = "model_failed"


class ConfigurationError(CoverArtError):
    code = "not_configured"


class StorageUnavailableError(CoverArtError):
    """Passing: DynamoDB, S3, SSM or Step Functions did not answer or throttled."""

    code = "storage_unavailable"
