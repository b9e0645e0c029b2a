"""The base class of every error that is meant to be read."""

from http import HTTPStatus
from typing import ClassVar


class CoverArtError(Exception):
    """Base of every error that is meant to be read. `str(error)` is the sentence for the listener.

    `http_status`: what the API responds with; None where the error never reaches the API. `transient`: the same call
    may succeed, so the state machines retry it. `attempt_again_later`: an automatic cover that failed with this error
    is attempted again. `retry_after`: seconds after which the same request may succeed, where they are known.
    """

    code: ClassVar[str] = "internal"
    http_status: ClassVar[HTTPStatus | None] = None
    transient: ClassVar[bool] = False
    attempt_again_later: ClassVar[bool] = False

    def __init__(self, sentence: str, retry_after: int | None = None) -> None:
        super().__init__(sentence)
        self.retry_after = retry_after
