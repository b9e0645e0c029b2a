"""Errors of a request: it is invalid, or its caller may not make it."""

from http import HTTPStatus

from coverart.errors.base import CoverArtError

# Invalid requests: change the request.


class InvalidRequestError(CoverArtError):
    """The request is malformed, or asks for something impossible."""

    code = "invalid_request"
    http_status = HTTPStatus.UNPROCESSABLE_ENTITY


class ListenerNotFoundError(CoverArtError):
    """Nobody with this id is logged in."""

    code = "listener_not_found"
    http_status = HTTPStatus.UNAUTHORIZED


class CoverDeletedError(CoverArtError):
    """The cover was deleted while it was being made. Nothing is written any more."""

    code = "cover_deleted"


class DailyLimitError(CoverArtError):
    """The listener has requested as many covers today as the owner allows."""

    code = "daily_limit_reached"
    http_status = HTTPStatus.TOO_MANY_REQUESTS


class IdempotencyConflictError(CoverArtError):
    """The idempotency key was used for another request before."""

    code = "idempotency_conflict"
    http_status = HTTPStatus.CONFLICT


class OutOfTimeError(CoverArtError):
    """One response has no time for more. Repeating the request does the rest."""

    code = "out_of_time"


class NotFoundError(CoverArtError):
    """There is no such thing, or it belongs to another listener."""

    code = "not_found"
    http_status = HTTPStatus.NOT_FOUND


# Authentication: log in, or use the page itself.


class NotLoggedInError(CoverArtError):
    """The request has no valid session or token."""

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
