"""The faults by name, and the requests that they concern."""

import io
import json
import re
import struct
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from PIL import Image

from coverart.models import STEPS
from tests.faults.fault_plan import ALWAYS, Fault, FaultKind, HttpResponse

# The request of each step to each dependency: method, pattern of the path, pattern of the body.
REQUEST_PATTERNS = {
    ("spotify_accounts", "login"): ("POST", "/api/token$", b""),
    ("spotify_accounts", "fetch"): ("POST", "/api/token$", b""),
    ("spotify_api", "login"): ("GET", "/v1/me/?$", b""),
    ("spotify_api", "page"): ("GET", "/v1/me/playlists", b""),
    ("spotify_api", "watch"): ("GET", "/v1/me/playlists", b""),
    ("spotify_api", "fetch"): ("GET", "/v1/me/top/artists", b""),
    ("spotify_api", "publish"): ("PUT", "/v1/playlists/.*/images", b""),
    ("spotify_images", "fetch"): ("GET", "^/image/", b""),
    ("spotify_images", "publish"): ("GET", "^/image/", b""),
    ("musicbrainz", "fetch"): ("GET", "/ws/2/artist", b""),
    ("openai", "generate"): ("POST", "/images/generations$", b""),
    ("s3", "fetch"): ("PUT", "/artwork/", b""),
    ("s3", "detect"): ("GET", "/artwork/", b""),
    ("s3", "prompt"): ("GET", "/artwork/", b""),
    ("s3", "generate"): ("PUT", "/painting", b""),
    ("s3", "stylize"): ("PUT", "/master", b""),
    ("s3", "publish"): ("HEAD", "/covers/", b""),
    ("s3", "convert"): ("PUT", "/thumbnail.jpg", b""),
    ("lambda", "convert"): ("POST", "ConvertFunction", b""),
    ("ssm", "fetch"): ("", "", b"spotify_client"),
    ("ssm", "generate"): ("", "", b"openai_api_key"),
    ("ssm", "login"): ("", "", b"spotify_client"),
    ("eventbridge", "watch"): ("", "", b""),
    ("step_functions", "accept"): ("", "", b"cover_id"),
    # A state that replaces another one passes its failure on to the same function.
    **{("lambda", step): ("POST", f"{step.capitalize()}Function", rb'\A(?!.*"failure")') for step in STEPS},
}
_PLAIN_WRITE = rb'(?s)\A(?!.*"TransactItems").*"(UpdateExpression|Item)"'
_TRANSACTION = b'"TransactItems"'
_AWS_ERROR_CODES = {
    400: "ValidationException",
    401: "UnrecognizedClientException",
    403: "AccessDeniedException",
    404: "ResourceNotFoundException",
    413: "RequestEntityTooLarge",
    429: "ThrottlingException",
    500: "InternalServerError",
    503: "ServiceUnavailable",
}
_S3_ERROR_CODES = _AWS_ERROR_CODES | {
    400: "InvalidRequest",
    403: "AccessDenied",
    404: "NoSuchKey",
    429: "SlowDown",
    503: "SlowDown",
}

ChangeResponse = Callable[[HttpResponse], HttpResponse]
_AMZ_JSON = "application/x-amz-json-1.0"
_CANCELED = {
    "__type": "TransactionCanceledException",
    "Message": "No.",
    "CancellationReasons": [{"Code": "TransactionConflict"}, {"Code": "None"}, {"Code": "None"}],
}


def _respond(status: int, body: object, content_type: str = "application/json", **headers: str) -> ChangeResponse:
    """Respond with bytes as they are, and with anything else as JSON."""
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return lambda _: HttpResponse(status, {"Content-Type": content_type, **headers}, data)


def respond_with_error(dependency: str, status: int, code: str | None = None, **headers: str) -> ChangeResponse:
    """Respond as the dependency itself does to a request that it refuses with this status. `code`: AWS's."""
    match dependency:
        case "s3":
            code = code or _S3_ERROR_CODES[status]
            body = f'<?xml version="1.0"?><Error><Code>{code}</Code><Message>No.</Message></Error>'
            return _respond(status, body.encode(), "application/xml", **headers)
        case "dynamodb" | "ssm" | "eventbridge" | "step_functions":
            error = {"__type": code or _AWS_ERROR_CODES[status], "message": "No."}
            return _respond(status, error, _AMZ_JSON, **headers)
        case "lambda":
            headers["x-amzn-ErrorType"] = code or _AWS_ERROR_CODES[status]
            return _respond(status, {"Type": "Service", "Message": "No."}, **headers)
        case "spotify_accounts":
            name = "invalid_grant" if status == 400 else "server_error"
            return _respond(status, {"error": name, "error_description": "No."}, **headers)
        case "openai":
            return _respond_openai_error(None, status, **headers)
    return _respond(status, {"error": {"status": status, "message": "No."}}, **headers)


def _respond_openai_error(code: str | None, status: int, **headers: str) -> ChangeResponse:
    return _respond(status, {"error": {"message": "No.", "type": "x", "param": None, "code": code}}, **headers)


def _respond_with_function_error(message: str, **error_type: str) -> ChangeResponse:
    """Respond as Lambda does for a function that ended without a response, or by an exception."""
    return _respond(200, {"errorMessage": message, **error_type}, **{"X-Amz-Function-Error": "Unhandled"})


def _empty_body(response: HttpResponse) -> HttpResponse:
    return HttpResponse(200, {"Content-Type": response.headers.get("Content-Type", "application/json")}, b"")


def _change_content_type(response: HttpResponse) -> HttpResponse:
    headers = {**response.headers, "Content-Type": "application/octet-stream"}
    return HttpResponse(response.status, headers, response.body)


def _truncate_body(response: HttpResponse) -> HttpResponse:
    return HttpResponse(response.status, response.headers, response.body[: len(response.body) // 2])


def _encode_decompression_bomb() -> bytes:
    """Return a small PNG that declares 3.6 gigapixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")


def _encode_bmp() -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (64, 64), "teal").save(buffer, "BMP")
    return buffer.getvalue()


@dataclass(frozen=True)
class FaultType:
    """A fault of any dependency. `failures`: how often it occurs before the dependency recovers; 0 is forever.

    `status`, `code` and `headers`: of the dependency's own error response, unless `change_response` is set. `body`: a
    pattern of the requests that can fail in this way.
    """

    kind: FaultKind
    failures: int = 0
    late: bool = False
    status: int = 500
    headers: tuple[tuple[str, str], ...] = ()
    change_response: ChangeResponse | None = None
    code: str | None = None
    body: bytes = b""

    def create_fault(self, dependency: str, step: str, body: bytes = b"") -> Fault:
        """Return the fault of one dependency during one step. `body`: a pattern that selects another request."""
        method, path, body_pattern = REQUEST_PATTERNS.get((dependency, step), ("", "", b""))
        error = respond_with_error(dependency, self.status, self.code, **dict(self.headers))
        return Fault(
            self.kind,
            times=self.failures or ALWAYS,
            late=self.late,
            # A step begins after its function was invoked.
            step=step if step in STEPS and dependency != "lambda" else None,
            method=method,
            path=path,
            body=body or self.body or body_pattern,
            change_response=self.change_response or error,
        )


_FUNCTION_ERRORS = {
    "out of memory": _respond_with_function_error("Runtime exited: signal: killed", errorType="Runtime.OutOfMemory"),
    "MemoryError": _respond_with_function_error("", errorType="MemoryError"),
    "import error": _respond_with_function_error("No module named 'x'", errorType="Runtime.ImportModuleError"),
    "timed out without a name": _respond_with_function_error("2026-11-26 r1 Task timed out after 60.00 seconds"),
    "unknown error": _respond_with_function_error("", errorType="Runtime.Unknown"),
}
_HTML = _respond(200, b"<html><title>Sign in to the network</title></html>", "text/html")
# What AWS calls throttling, a conflict or a passing failure, and no emulator does.
_AWS_FAULTS = {
    "write conflict": FaultType("respond", status=400, code="TransactionConflictException", body=_PLAIN_WRITE),
    "transaction canceled": FaultType(
        "respond", change_response=_respond(400, _CANCELED, _AMZ_JSON), body=_TRANSACTION
    ),
    "transaction in progress": FaultType(
        "respond", status=400, code="TransactionInProgressException", body=_TRANSACTION
    ),
    **{
        code: FaultType("respond", status=400, code=code)
        for code in ("RequestLimitExceeded", "RequestTimeout", "ExecutionLimitExceeded")
    },
}
# What Lambda responds to Step Functions.
_LAMBDA_STATUSES = {
    "CodeArtifactUserPendingException": 409,
    "EC2ThrottledException": 502,
    "ResourceNotReadyException": 502,
    "ServiceException": 500,
    "TooManyRequestsException": 429,
}
# By their names without "once" and "twice", which limit how often a fault occurs.
_FAULT_TYPES = {
    "connection refused": FaultType("refuse"),
    "reset in the body": FaultType("reset", late=True),
    "slow drip": FaultType("drip", late=True),
    "timeout": FaultType("hang"),
    "response lost": FaultType("hang", late=True),
    **{str(status): FaultType("respond", status=status) for status in (400, 401, 403, 404, 413, 429, 500, 503)},
    "429 for a second": FaultType("respond", status=429, headers=(("Retry-After", "1"),), failures=1),
    "429 for an hour": FaultType("respond", status=429, headers=(("Retry-After", "3600"),)),
    "HTML": FaultType("respond", change_response=_HTML, late=True),
    "empty body": FaultType("respond", change_response=_empty_body, late=True),
    "other content type": FaultType("respond", change_response=_change_content_type, late=True),
    "truncated image": FaultType("respond", change_response=_truncate_body, late=True),
    "text instead of an image": FaultType(
        "respond", change_response=_respond(200, b"This is not an image." * 50, "image/jpeg")
    ),
    "decompression bomb": FaultType(
        "respond", change_response=_respond(200, _encode_decompression_bomb(), "image/png")
    ),
    # Another format than the header says.
    "other image format": FaultType("respond", change_response=_respond(200, _encode_bmp(), "image/jpeg")),
    "prompt blocked": FaultType("respond", change_response=_respond_openai_error("moderation_blocked", 400)),
    "no quota": FaultType("respond", change_response=_respond_openai_error("insufficient_quota", 429)),
    "invalid client": FaultType("respond", change_response=_respond(400, {"error": "invalid_client"})),
    "process killed before the call": FaultType("hang", failures=1),
    "process killed after the call": FaultType("hang", failures=1, late=True),
    "inactive for a minute": FaultType("respond", failures=8, status=409, code="ResourceConflictException"),
    **_AWS_FAULTS,
    **{code: FaultType("respond", status=status, code=code) for code, status in _LAMBDA_STATUSES.items()},
    **{name: FaultType("respond", change_response=response) for name, response in _FUNCTION_ERRORS.items()},
}


def find_fault(name: str) -> FaultType:
    """Return the fault that has this name in the matrix. Raise KeyError if there is none."""
    base_name, _, last_word = name.rpartition(" ")
    failures = {"once": 1, "twice": 2}.get(last_word)
    return _FAULT_TYPES[name] if failures is None else replace(_FAULT_TYPES[base_name], failures=failures)


def list_unused_faults(names: Iterable[str]) -> set[str]:
    """Return the faults that are in none of these names of the matrix."""
    return _FAULT_TYPES.keys() - {re.sub(" (once|twice)$", "", name) for name in names}
