"""Stands in for the module of this name in awslambdaric, which is compiled and for Linux alone: on other systems the
functions talk to the emulator through this one.

The Lambda Runtime API: https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html. Imported by the functions'
processes, so nothing of scripts/ is.
"""

import os
from http.client import HTTPConnection
from urllib.parse import quote

_INVOCATIONS = "/2018-06-01/runtime/invocation"
# Whose names awslambdaric takes as they are written here.
_TOLD = (
    *("Lambda-Runtime-Aws-Request-Id", "Lambda-Runtime-Trace-Id", "Lambda-Runtime-Invoked-Function-Arn"),
    *("Lambda-Runtime-Deadline-Ms", "Lambda-Runtime-Client-Context", "Lambda-Runtime-Cognito-Identity"),
    *("Lambda-Runtime-Aws-Tenant-Id", "Lambda-Runtime-Invocation-Id", "Content-Type"),
)
_agent = {}


def initialize_client(user_agent: str) -> None:
    _agent["User-Agent"] = user_agent


def next() -> tuple[bytes, dict[str, str]]:  # noqa: A001  # its name there
    """The event, and what is told of its invocation. Waits for as long as there is none."""
    return _ask("GET", f"{_INVOCATIONS}/next")


def post_invocation_result(invoke_id: str, result: bytes, content_type: str, invocation_id: str | None = None) -> None:
    _ask("POST", _of(invoke_id, "response"), result, {"Content-Type": content_type, **_named(invocation_id)})


def post_error(invoke_id: str, error: str, xray_fault: str, invocation_id: str | None = None) -> None:
    headers = {
        "Content-Type": "application/json",
        "Lambda-Runtime-Function-Error-Type": "Unhandled",
        "Lambda-Runtime-Function-XRay-Error-Cause": xray_fault.replace("\n", ""),
    }
    _ask("POST", _of(invoke_id, "error"), error.encode(), headers | _named(invocation_id))


def _of(invoke_id: str, what: str) -> str:
    return f"{_INVOCATIONS}/{quote(invoke_id)}/{what}"


def _named(invocation_id: str | None) -> dict[str, str]:
    return {"Lambda-Runtime-Invocation-Id": invocation_id} if invocation_id else {}


def _ask(
    method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None
) -> tuple[bytes, dict[str, str]]:
    """Raises RuntimeError where it is refused, OSError where nobody answers."""
    connection = HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])
    try:
        connection.request(method, path, body, _agent | (headers or {}))
        answer = connection.getresponse()
        said = answer.read()
    finally:
        connection.close()
    if answer.status >= 300:
        raise RuntimeError(f"The Lambda Runtime API refused {path}: {answer.status}.")
    return said, {name: value for name in _TOLD if (value := answer.getheader(name)) is not None}
