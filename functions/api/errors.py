"""Error responses, and how the API document lists the responses of a route."""

import binascii
import json
from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.exceptions import RequestValidationError
from aws_lambda_powertools.event_handler.openapi.types import OpenAPIResponse
from botocore.exceptions import BotoCoreError, ClientError

from coverart.aws.errors import as_domain_error
from coverart.aws.telemetry import logger
from coverart.errors import (
    ConsentNeededError,
    CoverArtError,
    InvalidRequestError,
    NotAllowListedError,
    NotLoggedInError,
    OwnerWithoutPremiumError,
    ReconnectNeededError,
    SpotifyCoolingDownError,
    SpotifyUnavailableError,
    StorageUnavailableError,
)
from coverart.models import StrictModel

_UNEXPECTED = "Something unexpected went wrong. Please try again."
# Every route can return these, and 500, which `build_openapi` adds.
_COMMON_ERRORS: tuple[type[CoverArtError], ...] = (NotLoggedInError, StorageUnavailableError)
# Every route that calls Spotify can return these.
SPOTIFY_ERRORS: tuple[type[CoverArtError], ...] = (
    ReconnectNeededError,
    ConsentNeededError,
    NotAllowListedError,
    OwnerWithoutPremiumError,
    SpotifyCoolingDownError,
    SpotifyUnavailableError,
)


class Error(StrictModel):
    """`code` is for programs, `message` is a sentence for people."""

    code: str
    message: str


class ErrorResponse(StrictModel):
    """The body of every error response."""

    error: Error


def error_response(error: Exception) -> dict[str, Any]:
    """Return the response to any error, in API Gateway's payload format 2.0.

    It logs an error that is not meant for the API, and the response says nothing about it.
    """
    match error:
        case ClientError() | BotoCoreError():
            return error_response(as_domain_error(error))
        case RequestValidationError():
            return error_response(InvalidRequestError(_describe_problems(error)))
        case UnicodeDecodeError() | binascii.Error():
            return error_response(InvalidRequestError("The request cannot be read: it is not UTF-8."))
        case CoverArtError(http_status=HTTPStatus() as status):
            logger.info("refused", code=error.code, reason=str(error))
            headers = {} if error.retry_after is None else {"Retry-After": str(error.retry_after)}
            if status == HTTPStatus.UNAUTHORIZED:
                headers["WWW-Authenticate"] = "Bearer"
            return _build_response(status, error.code, str(error), headers)
        case _:
            logger.error("unexpected", exc_info=error)
            return _build_response(HTTPStatus.INTERNAL_SERVER_ERROR, CoverArtError.code, _UNEXPECTED)


def _build_response(
    status: HTTPStatus, code: str, message: str, headers: dict[str, str] | None = None
) -> dict[str, Any]:
    body = ErrorResponse(error=Error(code=code, message=message))
    headers = {"Content-Type": "application/json", **(headers or {})}
    return {"statusCode": status.value, "headers": headers, "body": json.dumps(body.to_json())}


def _describe_problems(error: RequestValidationError) -> str:
    """Name the invalid fields without repeating their values."""
    problems = [f"{'.'.join(map(str, problem['loc']))}: {problem['msg']}" for problem in error.errors()[:5]]
    return f"The request cannot be read: {'; '.join(problems)}."


def document_responses(
    status: HTTPStatus, description: str, *errors: type[CoverArtError], **success: Any
) -> dict[int, OpenAPIResponse]:
    """Return the OpenAPI responses of a route: its success, and one for each status of its errors.

    `success`: fields of OpenAPI's Response Object. A response without content has `content={}`.
    """
    errors_by_status: dict[int, list[type[CoverArtError]]] = {}
    for error in (*_COMMON_ERRORS, *errors):
        if error.http_status is None:
            raise ValueError(f"{error.__name__} has no HTTP status.")
        errors_by_status.setdefault(error.http_status.value, []).append(error)
    responses: dict[int, Any] = {status.value: {"description": description, **success}}
    for error_status, classes in sorted(errors_by_status.items()):
        codes = ", ".join(sorted({error.code for error in classes}))
        content = {"application/json": {"model": ErrorResponse}}
        responses[error_status] = {"description": codes, "content": content}
    return responses


def redirect(url: str) -> Response[Any]:
    """Return a 302 response."""
    return Response(status_code=HTTPStatus.FOUND.value, headers={"Location": url})


def no_content() -> Response[Any]:
    """Return a 204 response."""
    return Response(status_code=HTTPStatus.NO_CONTENT.value)
