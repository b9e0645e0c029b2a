"""Errors of the image model."""

from http import HTTPStatus

from coverart.errors.base import CoverArtError

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


class ImageModelRefusedError(CoverArtError):
    """The image model refused the key, organization, quota, model or parameters."""

    code = "image_model_refused"


class PromptBlockedError(CoverArtError):
    """The image model's content filter rejected the prompt."""

    code = "prompt_blocked"


class BudgetSpentError(CoverArtError):
    """The owner's monthly budget for the image model is spent."""

    code = "budget_spent"
    http_status = HTTPStatus.TOO_MANY_REQUESTS
    attempt_again_later = True
