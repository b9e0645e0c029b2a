"""From how an execution or a state ended to the error that the listener reads."""

import json

from pydantic import Field

from coverart.errors import (
    CoverArtError,
    ExecutionStoppedError,
    ExecutionTimedOutError,
    TooBusyError,
    list_error_classes,
)
from coverart.models import StrictModel

_TIMED_OUT = "This took too long and was stopped. Please try again."
_TOO_BUSY = "There were too many covers at once, so this one never started. Please try again."
_STOPPED = "This was stopped before it finished."
_UNEXPECTED = "Something unexpected went wrong; your music is not the cause. Please try again."
_TIMEOUTS = {"States.Timeout", "Sandbox.Timedout", "Lambda.ClientExecutionTimeoutException"}
# A function that takes too long may also end as Lambda.Unknown, with this in its cause.
_TIMED_OUT_CAUSE = "Task timed out after"
_CLASSES = {error.__name__: error for error in list_error_classes()}


class TaskError(StrictModel):
    """The error of a state's last attempt, as Step Functions passes it to the next state."""

    error: str = Field(alias="Error")
    cause: str | None = Field(default=None, alias="Cause")

    def to_domain_error(self) -> CoverArtError:
        """Return the error that the function raised, or what a failure without one means."""
        return explain_failure("FAILED", self.error, self.cause)

    def find_error_of_ours(self) -> CoverArtError | None:
        """Return the error that the function raised, or None after a crash or a stop."""
        error = self.to_domain_error()
        return error if type(error).__name__ == self.error else None


def explain_failure(status: str, error: str | None, cause: str | None) -> CoverArtError:
    """Return the error that says why an execution with this status (FAILED, TIMED_OUT, ABORTED) ended.

    `error` and `cause` come from Step Functions. Only our own error classes carry a sentence for the listener. Any
    other cause may hold a stack trace and is not shown.
    """
    if status == "ABORTED":
        return ExecutionStoppedError(_STOPPED)
    if status == "TIMED_OUT" or error in _TIMEOUTS or (error not in _CLASSES and _TIMED_OUT_CAUSE in (cause or "")):
        return ExecutionTimedOutError(_TIMED_OUT)
    if error == "Lambda.TooManyRequestsException":
        return TooBusyError(_TOO_BUSY)
    sentence = _read_sentence(cause)
    if error in _CLASSES and sentence:
        return _CLASSES[error](sentence)
    return CoverArtError(_UNEXPECTED)


def _read_sentence(cause: str | None) -> str:
    try:
        details = json.loads(cause or "")
    except (ValueError, RecursionError):
        return ""
    message = details.get("errorMessage") if isinstance(details, dict) else None
    return message if isinstance(message, str) else ""
