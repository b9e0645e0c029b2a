"""From how an execution ended to what the listener reads."""

import json
from dataclasses import dataclass

from pydantic import Field

from coverart import errors
from coverart.shapes import Shape

_TIMED_OUT = "This took too long, so it was stopped. Please try again."
_TOO_BUSY = "So much was asked for at once that this cover's turn never came. Please try again."
_STOPPED = "This was stopped before it was done."
_UNEXPECTED = "Something went wrong that should not have; nothing is wrong with your music. Please try again."
_CODES = {
    kind.__name__: kind.code
    for kind in vars(errors).values()
    if isinstance(kind, type) and issubclass(kind, errors.CoverArtError)
}


@dataclass(frozen=True)
class Failure:
    code: str
    message: str


class Failed(Shape):
    """What Step Functions says of the last try of a state, as it hands it to the next."""

    error: str = Field(alias="Error")
    cause: str | None = Field(default=None, alias="Cause")

    def explained(self) -> Failure:
        return explain("FAILED", self.error, self.cause)


def explain(status: str, error: str | None, cause: str | None) -> Failure:
    """`status` is the execution's (FAILED, TIMED_OUT, ABORTED), `error` and `cause` what Step Functions says of it.

    Only a class of ours carries a sentence for the listener; any other cause may hold a stack trace and is not shown.
    """
    if status == "ABORTED":
        return Failure("stopped", _STOPPED)
    if status == "TIMED_OUT" or error in {"States.Timeout", "Sandbox.Timedout"}:
        return Failure("timed_out", _TIMED_OUT)
    if error == "Lambda.TooManyRequestsException":
        return Failure("too_busy", _TOO_BUSY)
    sentence = _sentence(cause)
    if error in _CODES and sentence:
        return Failure(_CODES[error], sentence)
    return Failure("internal", _UNEXPECTED)


def _sentence(cause: str | None) -> str:
    try:
        said = json.loads(cause or "")
    except (ValueError, RecursionError):
        return ""
    message = said.get("errorMessage") if isinstance(said, dict) else None
    return message if isinstance(message, str) else ""
