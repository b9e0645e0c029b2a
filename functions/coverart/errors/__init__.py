"""The errors that are meant to be read: one class for each thing that the caller can do about it.

A class's name is its contract with the state machines, its `code` is for programs, and its message is a sentence for
the listener: what happened and what to do, never a token, a key or a URL.
"""

from collections.abc import Iterator

from coverart.errors.base import CoverArtError
from coverart.errors.image_model import (
    BudgetSpentError,
    ImageModelBusyError,
    ImageModelRefusedError,
    PaintingLostError,
    PromptBlockedError,
)
from coverart.errors.request import (
    CoverDeletedError,
    DailyLimitError,
    ForeignOriginError,
    IdempotencyConflictError,
    InvalidRequestError,
    ListenerNotFoundError,
    NotFoundError,
    NotLoggedInError,
    OutOfTimeError,
    SessionNeededError,
)
from coverart.errors.spotify import (
    ConsentNeededError,
    NoArtworkError,
    NotAllowListedError,
    NothingToUndoError,
    NoTopArtistsError,
    PlaylistEmptyError,
    PlaylistForbiddenError,
    PlaylistImageIsOwnError,
    PlaylistImageNotKeptError,
    PlaylistImageTooLargeError,
    PlaylistNotFoundError,
    PlaylistNotOwnedError,
    PlaylistWithoutSongsError,
    ReconnectNeededError,
    SpotifyCoolingDownError,
    SpotifyUnavailableError,
)
from coverart.errors.system import (
    ConfigurationError,
    ExecutionStoppedError,
    ExecutionTimedOutError,
    ModelError,
    PictureError,
    PictureUnavailableError,
    StorageUnavailableError,
    TooBusyError,
)

__all__ = [
    "RETRYABLE_CODES",
    "BudgetSpentError",
    "ConfigurationError",
    "ConsentNeededError",
    "CoverArtError",
    "CoverDeletedError",
    "DailyLimitError",
    "ExecutionStoppedError",
    "ExecutionTimedOutError",
    "ForeignOriginError",
    "IdempotencyConflictError",
    "ImageModelBusyError",
    "ImageModelRefusedError",
    "InvalidRequestError",
    "ListenerNotFoundError",
    "ModelError",
    "NoArtworkError",
    "NoTopArtistsError",
    "NotAllowListedError",
    "NotFoundError",
    "NotLoggedInError",
    "NothingToUndoError",
    "OutOfTimeError",
    "PaintingLostError",
    "PictureError",
    "PictureUnavailableError",
    "PlaylistEmptyError",
    "PlaylistForbiddenError",
    "PlaylistImageIsOwnError",
    "PlaylistImageNotKeptError",
    "PlaylistImageTooLargeError",
    "PlaylistNotFoundError",
    "PlaylistNotOwnedError",
    "PlaylistWithoutSongsError",
    "PromptBlockedError",
    "ReconnectNeededError",
    "SessionNeededError",
    "SpotifyCoolingDownError",
    "SpotifyUnavailableError",
    "StorageUnavailableError",
    "TooBusyError",
    "list_error_classes",
]


def list_error_classes() -> Iterator[type[CoverArtError]]:
    """Yield every subclass of CoverArtError in this package."""
    for value in globals().values():
        if isinstance(value, type) and issubclass(value, CoverArtError) and value is not CoverArtError:
            yield value


# Codes of the errors after which an automatic cover is attempted again.
RETRYABLE_CODES = frozenset(error.code for error in list_error_classes() if error.attempt_again_later)
