"""The faults by name, and the requests that they concern."""

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import replace

from PIL import Image

from coverart.models import STEPS
from tests.faults.fault_proxy import ALWAYS, Fault, HttpResponse
from tests.images import encode

# The request of each step to each dependency: a pattern of method and path, and one of the body.
_REQUESTS = {
    ("spotify_accounts", "login"): ("POST /api/token$", b""),
    ("spotify_accounts", "fetch"): ("POST /api/token$", b""),
    ("spotify_api", "login"): ("GET /v1/me/?$", b""),
    ("spotify_api", "page"): ("GET /v1/me/playlists", b""),
    ("spotify_api", "watch"): ("GET /v1/me/playlists", b""),
    ("spotify_api", "fetch"): ("GET /v1/me/top/artists", b""),
    ("spotify_api", "publish"): ("PUT /v1/playlists/.*/images", b""),
    ("spotify_images", "fetch"): ("GET /image/", b""),
    ("spotify_images", "publish"): ("GET /image/", b""),
    ("musicbrainz", "fetch"): ("GET /ws/2/artist", b""),
    ("openai", "generate"): ("POST .*/images/generations$", b""),
    ("s3", "fetch"): ("PUT .*/artwork/", b""),
    ("s3", "detect"): ("GET .*/artwork/", b""),
    ("s3", "prompt"): ("GET .*/artwork/", b""),
    ("s3", "generate"): ("PUT .*/painting", b""),
    ("s3", "stylize"): ("PUT .*/master", b""),
    ("s3", "publish"): ("HEAD .*/covers/", b""),
    ("s3", "convert"): ("PUT .*/thumbnail.jpg", b""),
    ("lambda", "convert"): ("POST .*ConvertFunction", b""),
    ("ssm", "fetch"): ("", b"spotify_client"),
    ("ssm", "generate"): ("", b"openai_api_key"),
    ("step_functions", "accept"): ("", b"cover_id"),
    # A state that replaces another one passes its failure on to the same function.
    **{("lambda", step): (f"POST .*{step.capitalize()}Function", rb'\A(?!.*"failure")') for step in STEPS},
}
_PLAIN_WRITE = rb'(?s)\A(?!.*"TransactItems").*"(UpdateExpression|Item)"'
_TRANSACTION = b'"TransactItems"'
_AWS_CODES = {400: "ValidationException", 403: "AccessDeniedException", 429: "ThrottlingException"}
_S3_CODES = {403: "AccessDenied", 404: "NoSuchKey", 503: "SlowDown"}
# What Lambda responds to Step Functions.
_LAMBDA_STATUSES = {
    "CodeArtifactUserPendingException": 409,
    "EC2ThrottledException": 502,
    "ResourceNotReadyException": 502,
    "ServiceException": 500,
    "TooManyRequestsException": 429,
}


def _give(status: int, body: object, content_type: str = "application/json", **headers: str) -> Fault:
    """Respond with bytes as they are, and with anything else as JSON."""
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    response = HttpResponse(status, {"Content-Type": content_type, **headers}, data)
    return Fault("respond", ALWAYS, change_response=lambda *_: response)


def refuse(status: int, code: str | None = None, **headers: str) -> Fault:
    """Respond as the dependency itself does to a request that it refuses with this status. `code`: AWS's."""

    def respond(dependency: str, _: HttpResponse) -> HttpResponse:
        aws_headers = headers
        body: object = {"error": {"status": status, "message": "No."}}
        match dependency:
            case "s3":
                code_of_s3 = code or _S3_CODES.get(status, "InternalError")
                xml = f'<?xml version="1.0"?><Error><Code>{code_of_s3}</Code><Message>No.</Message></Error>'
                return HttpResponse(status, {"Content-Type": "application/xml", **headers}, xml.encode())
            case "dynamodb" | "ssm" | "eventbridge" | "step_functions":
                body = {"__type": code or _AWS_CODES.get(status, "InternalServerError"), "message": "No."}
            case "lambda":
                body, aws_headers = {"Type": "Service", "Message": "No."}, {**headers, "x-amzn-ErrorType": code or ""}
            case "spotify_accounts":
                body = {"error": "invalid_grant" if status == 400 else "server_error", "error_description": "No."}
            case "openai":
                body = _openai_error(None)
        return HttpResponse(status, {"Content-Type": "application/json", **aws_headers}, json.dumps(body).encode())

    return Fault("respond", ALWAYS, change_response=respond)


def _openai_error(code: str | None) -> dict[str, object]:
    return {"error": {"message": "No.", "type": "x", "param": None, "code": code}}


def _change(change: Callable[[HttpResponse], HttpResponse]) -> Fault:
    """Change the response of the dependency."""
    return Fault("respond", ALWAYS, late=True, change_response=lambda _, response: change(response))


def _fail_function(message: str, **error_type: str) -> Fault:
    """Respond as Lambda does for a function that ended without a response, or by an exception."""
    return _give(200, {"errorMessage": message, **error_type}, **{"X-Amz-Function-Error": "Unhandled"})


_CANCELED = {
    "__type": "TransactionCanceledException",
    "Message": "No.",
    "CancellationReasons": [{"Code": "TransactionConflict"}, {"Code": "None"}, {"Code": "None"}],
}
# By their names without "once" and the like, which limit how often a fault occurs.
_FAULTS = {
    "connection refused": Fault("refuse", ALWAYS),
    "reset in the body": Fault("reset", ALWAYS, late=True),
    "slow drip": Fault("drip", ALWAYS, late=True),
    "timeout": Fault("hang", ALWAYS),
    "response lost": Fault("hang", ALWAYS, late=True),
    "process killed before the call": Fault("hang"),
    "process killed after the call": Fault("hang", late=True),
    **{str(status): refuse(status) for status in (400, 401, 403, 404, 413, 429, 500, 503)},
    "429 for a second": replace(refuse(429, **{"Retry-After": "1"}), times=1),
    "429 for an hour": refuse(429, **{"Retry-After": "3600"}),
    "HTML": replace(_give(200, b"<html><title>Sign in to the network</title></html>", "text/html"), late=True),
    "empty body": _change(lambda response: replace(response, status=200, body=b"")),
    "other content type": _change(
        lambda response: replace(response, headers={**response.headers, "Content-Type": "application/octet-stream"})
    ),
    "truncated image": _change(lambda response: replace(response, body=response.body[: len(response.body) // 2])),
    "text instead of an image": _give(200, b"This is not an image." * 50, "image/jpeg"),
    "decompression bomb": _give(200, encode(Image.new("1", (5000, 5000)), "PNG"), "image/png"),
    # Another format than the header says.
    "other image format": _give(200, encode(Image.new("RGB", (64, 64), "teal"), "BMP"), "image/jpeg"),
    "prompt blocked": _give(400, _openai_error("moderation_blocked")),
    "no quota": _give(429, _openai_error("insufficient_quota")),
    "invalid client": _give(400, {"error": "invalid_client"}),
    # What AWS calls throttling, a conflict or a passing failure, and no emulator does.
    "write conflict": replace(refuse(400, "TransactionConflictException"), body=_PLAIN_WRITE),
    "transaction canceled": replace(_give(400, _CANCELED), body=_TRANSACTION),
    "transaction in progress": replace(refuse(400, "TransactionInProgressException"), body=_TRANSACTION),
    **{code: refuse(400, code) for code in ("RequestLimitExceeded", "RequestTimeout", "ExecutionLimitExceeded")},
    "inactive for a minute": replace(refuse(409, "ResourceConflictException"), times=8),
    **{code: refuse(status, code) for code, status in _LAMBDA_STATUSES.items()},
    "out of memory": _fail_function("Runtime exited: signal: killed", errorType="Runtime.OutOfMemory"),
    "MemoryError": _fail_function("", errorType="MemoryError"),
    "import error": _fail_function("No module named 'x'", errorType="Runtime.ImportModuleError"),
    "timed out without a name": _fail_function("2026-11-26 r1 Task timed out after 60.00 seconds"),
    "unknown error": _fail_function("", errorType="Runtime.Unknown"),
}
_TIMES = {"once": 1, "twice": 2, "four times": 4}
_NAME = re.compile(f"(.+?)(?: ({'|'.join(_TIMES)}))?")


def _parse_name(name: str) -> tuple[str, int | None]:
    """Return a fault's name without how often it occurs, and how often."""
    match = _NAME.fullmatch(name)
    assert match
    return match[1], _TIMES.get(match[2])


def create_fault(name: str, dependency: str, step: str) -> Fault:
    """Return the fault that has this name in the matrix, of one dependency during one step. Raise KeyError."""
    base_name, times = _parse_name(name)
    fault = _FAULTS[base_name]
    request, body = _REQUESTS.get((dependency, step), ("", b""))
    # A step begins after its function was invoked.
    step_of_cover = step if step in STEPS and dependency != "lambda" else None
    return replace(fault, times=times or fault.times, step=step_of_cover, request=request, body=fault.body or body)


def list_unused_faults(names: Iterable[str]) -> set[str]:
    """Return the faults that are in none of these names of the matrix."""
    return _FAULTS.keys() - {_parse_name(name)[0] for name in names}
