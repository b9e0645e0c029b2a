"""Errors of images, networks, settings, storage and executions."""

from http import HTTPStatus

from coverart.errors.base import CoverArtError

# Ours or the owner's.


class PictureError(CoverArtError):
    """An image cannot be decoded, or is larger than the limit."""

    code = "unusable_picture"


class PictureUnavailableError(PictureError):
    """An image could not be downloaded, or not in time. It may be available later."""

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
    """The execution was stopped from outside."""

    code = "stopped"


class ExecutionTimedOutError(CoverArtError):
    """The execution, or one of its states, took too long."""

    code = "timed_out"
    attempt_again_later = True


class TooBusyError(CoverArtError):
    """Lambda throttled the cover's functions for as long as its execution may take."""

    code = "too_busy"
    attempt_again_later = True
