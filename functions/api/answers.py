"""What is answered where something went wrong, and how answers are documented."""

import binascii
import json
from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.exceptions import RequestValidationError
from aws_lambda_powertools.event_handler.openapi.types import OpenAPIResponse
from botocore.exceptions import BotoCoreError, ClientError

from coverart import aws
from coverart.errors import (
    BudgetSpentError,
    ConfigurationError,
    ConsentNeededError,
    CoverArtError,
    DailyLimitError,
    ForeignOriginError,
    IdempotencyConflictError,
    InvalidRequestError,
    ListenerNotFoundError,
    NotAllowListedError,
    NotFoundError,
    NothingToUndoError,
    NotLoggedInError,
    ReconnectNeededError,
    SessionNeededError,
    SpotifyCoolingDownError,
    SpotifyUnavailableError,
    StorageUnavailableError,
)
from coverart.shapes import Shape
from coverart.telemetry import logger

STATUS: dict[type[CoverArtError], HTTPStatus] = {
    NotLoggedInError: HTTPStatus.UNAUTHORIZED,
    ListenerNotFoundError: HTTPStatus.UNAUTHORIZED,
    ForeignOriginError: HTTPStatus.FORBIDDEN,
    SessionNeededError: HTTPStatus.FORBIDDEN,
    NotAllowListedError: HTTPStatus.FORBIDDEN,
    NotFoundError: HTTPStatus.NOT_FOUND,
    IdempotencyConflictError: HTTPStatus.CONFLICT,
    ReconnectNeededError: HTTPStatus.CONFLICT,
    ConsentNeededError: HTTPStatus.CONFLICT,
    NothingToUndoError: HTTPStatus.CONFLICT,
    InvalidRequestError: HTTPStatus.UNPROCESSABLE_ENTITY,
    DailyLimitError: HTTPStatus.TOO_MANY_REQUESTS,
    BudgetSpentError: HTTPStatus.TOO_MANY_REQUESTS,
    SpotifyCoolingDownError: HTTPStatus.TOO_MANY_REQUESTS,
    ConfigurationError: HTTPStatus.INTERNAL_SERVER_ERROR,
    SpotifyUnavailableError: HTTPStatus.SERVICE_UNAVAILABLE,
    StorageUnavailableError: HTTPStatus.SERVICE_UNAVAILABLE,
}
_UNEXPECTED = "Something went wrong that should not have. Please try again."
# Besides 500, which the document adds.
_ALWAYS: tuple[type[CoverArtError], ...] = (NotLoggedInError, StorageUnavailableError)
# Of every route that asks Spotify.
SPOTIFYS: tuple[type[CoverArtError], ...] = (
    ReconnectNeededError,
    ConsentNeededError,
    NotAllowListedError,
    SpotifyCoolingDownError,
    SpotifyUnavailableError,
)


class Problem(Shape):
    """`code` is for programs, `message` a sentence for people."""

    code: str
    message: str


class Refusal(Shape):
    error: Problem


def refusal(error: Exception) -> dict[str, Any]:
    """Answers any error, as API Gateway takes it (payload format 2.0). Nothing of an unexpected one is told."""
    match error:
        case ClientError() | BotoCoreError():
            return refusal(aws.named(error))
        case RequestValidationError():
            return refusal(InvalidRequestError(_problems(error)))
        case UnicodeDecodeError() | binascii.Error():
            return refusal(InvalidRequestError("The request cannot be read: it is not UTF-8."))
        case CoverArtError() if type(error) in STATUS:
            logger.info("refused", code=error.code, reason=str(error))
            headers = {} if error.retry_after is None else {"Retry-After": str(error.retry_after)}
            if STATUS[type(error)] == HTTPStatus.UNAUTHORIZED:
                headers["WWW-Authenticate"] = "Bearer"
            return _answer(STATUS[type(error)], error.code, str(error), headers)
        case _:
            logger.error("unexpected", exc_info=error)
            return _answer(HTTPStatus.INTERNAL_SERVER_ERROR, "internal", _UNEXPECTED)


def _answer(status: HTTPStatus, code: str, message: str, headers: dict[str, str] | None = None) -> dict[str, Any]:
    body = Refusal(error=Problem(code=code, message=message))
    headers = {"Content-Type": "application/json", **(headers or {})}
    return {"statusCode": status.value, "headers": headers, "body": json.dumps(body.to_json())}


def _problems(error: RequestValidationError) -> str:
    """Names the fields and never repeats their values."""
    named = [f"{'.'.join(map(str, problem['loc']))}: {problem['msg']}" for problem in error.errors()[:5]]
    return f"The request cannot be read: {'; '.join(named)}."


def documented(
    status: HTTPStatus, description: str, *errors: type[CoverArtError], **success: Any
) -> dict[int, OpenAPIResponse]:
    """All answers of a route: the one hoped for, and one for each status of `errors` and of what may always happen.

    `success` is what OpenAPI's Response Object takes. An answer with no content is given `content={}`.
    """
    found: dict[int, list[type[CoverArtError]]] = {}
    for kind in (*_ALWAYS, *errors):
        found.setdefault(STATUS[kind].value, []).append(kind)
    answers: dict[int, Any] = {status.value: {"description": description, **success}}
    for refused, kinds in sorted(found.items()):
        codes = ", ".join(sorted({kind.code for kind in kinds}))
        answers[refused] = {"description": codes, "content": {"application/json": {"model": Refusal}}}
    return answers


def redirect(address: str) -> Response[Any]:
    return Response(status_code=HTTPStatus.FOUND.value, headers={"Location": address})


def no_content() -> Response[Any]:
    return Response(status_code=HTTPStatus.NO_CONTENT.value)
