"""The faults by their names, and whom they befall."""

import io
import json
import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass

from PIL import Image

from tests.faults.fault_proxy import ALWAYS, Answer, Fault

# What is asked of each dependency at each step: method, pattern of the path, pattern of the body.
ASKED = {
    ("accounts", "login"): ("POST", "/api/token$", b""),
    ("accounts", "fetch"): ("POST", "/api/token$", b""),
    ("api", "login"): ("GET", "/v1/me/?$", b""),
    ("api", "page"): ("GET", "/v1/me/playlists", b""),
    ("api", "watch"): ("GET", "/v1/me/playlists", b""),
    ("api", "fetch"): ("GET", "/v1/me/top/artists", b""),
    ("api", "publish"): ("PUT", "/v1/playlists/.*/images", b""),
    ("api", "apply"): ("PUT", "/v1/playlists/.*/images", b""),
    ("pictures", "fetch"): ("GET", "^/image/", b""),
    ("pictures", "publish"): ("GET", "^/image/", b""),
    ("musicbrainz", "fetch"): ("GET", "/ws/2/artist", b""),
    ("openai", "generate"): ("POST", "/images/generations$", b""),
    ("s3", "fetch"): ("PUT", "/artwork/", b""),
    ("s3", "detect"): ("GET", "/artwork/", b""),
    ("s3", "prompt"): ("GET", "/artwork/", b""),
    ("s3", "generate"): ("PUT", "/painting", b""),
    ("s3", "stylize"): ("PUT", "/master", b""),
    ("s3", "publish"): ("HEAD", "/covers/", b""),
    ("ssm", "fetch"): ("", "", b"spotify_client"),
    ("ssm", "generate"): ("", "", b"openai_api_key"),
    ("ssm", "login"): ("", "", b"spotify_client"),
    ("events", "watch"): ("", "", b""),
    ("states", "accept"): ("", "", b"cover_id"),
}
STEPS = ("fetch", "detect", "prompt", "generate", "stylize", "publish")


def _aws(status: int, line: str) -> Answer:
    codes = {400: "ValidationException", 403: "AccessDeniedException", 413: "RequestEntityTooLarge"}
    codes |= {401: "UnrecognizedClientException", 404: "ResourceNotFoundException", 429: "ThrottlingException"}
    codes |= {500: "InternalServerError", 503: "ServiceUnavailable"}
    if line == "s3":
        named = {400: "InvalidRequest", 403: "AccessDenied", 404: "NoSuchKey", 429: "SlowDown", 503: "SlowDown"}
        code = named.get(status, codes[status])
        body = f'<?xml version="1.0"?><Error><Code>{code}</Code><Message>No.</Message></Error>'
        return Answer(status, {"Content-Type": "application/xml"}, body.encode())
    body = json.dumps({"__type": codes[status], "message": "No."})
    return Answer(status, {"Content-Type": "application/x-amz-json-1.0"}, body.encode())


def refusal(line: str, status: int, **headers: str) -> Callable[[Answer], Answer]:
    """What the dependency itself would answer."""

    def answer(_true: Answer) -> Answer:
        match line:
            case "s3" | "dynamodb" | "ssm" | "events" | "states":
                told = _aws(status, line)
                return Answer(told.status, {**told.headers, **headers}, told.body)
            case "accounts":
                body = {"error": "invalid_grant" if status == 400 else "server_error", "error_description": "No."}
            case "openai":
                body = {"error": {"message": "No.", "type": "x", "param": None, "code": None}}
            case _:
                body = {"error": {"status": status, "message": "No."}}
        return Answer(status, {"Content-Type": "application/json", **headers}, json.dumps(body).encode())

    return answer


def _html(_true: Answer) -> Answer:
    return Answer(200, {"Content-Type": "text/html"}, b"<html><title>Sign in to the network</title></html>")


def _empty(true: Answer) -> Answer:
    return Answer(200, {"Content-Type": true.headers.get("Content-Type", "application/json")}, b"")


def _other_type(true: Answer) -> Answer:
    return Answer(true.status, {**true.headers, "Content-Type": "application/octet-stream"}, true.body)


def _cut(true: Answer) -> Answer:
    return Answer(true.status, true.headers, true.body[: len(true.body) // 2])


def _no_picture(true: Answer) -> Answer:
    return Answer(200, {"Content-Type": "image/jpeg"}, b"This is no picture." * 50)


def _giant(true: Answer) -> Answer:
    """A small file that says it is of 3.6 gigapixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    body = (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")
    )
    return Answer(200, {"Content-Type": "image/png"}, body)


def _other_format(true: Answer) -> Answer:
    """A picture of another kind than it says."""
    body = io.BytesIO()
    Image.new("RGB", (64, 64), "teal").save(body, "BMP")
    return Answer(200, {"Content-Type": "image/jpeg"}, body.getvalue())


def _coded(code: str, status: int, message: str = "No.") -> Callable[[Answer], Answer]:
    body = json.dumps({"error": {"message": message, "type": "x", "param": None, "code": code}}).encode()
    return lambda _: Answer(status, {"Content-Type": "application/json"}, body)


@dataclass(frozen=True)
class Named:
    """A fault without its place. `passes`: how often it is met before all is well; 0 is for good."""

    how: str
    passes: int = 0
    late: bool = False
    status: int = 0
    headers: tuple[tuple[str, str], ...] = ()
    answer: Callable[[Answer], Answer] | None = None

    def on(self, line: str, step: str, body: bytes = b"") -> Fault:
        """`body`: a pattern that narrows it down."""
        method, path, asked = ASKED.get((line, step), ("", "", b""))
        body = body or asked
        answer = self.answer or refusal(line, self.status or 500, **dict(self.headers))
        return Fault(
            self.how,  # type: ignore[arg-type]
            times=self.passes or ALWAYS,
            late=self.late,
            step=step if step in STEPS else None,
            method=method,
            path=path,
            body=body,
            answer=answer,
        )


FAULTS = {
    "connection refused": Named("refused"),
    "reset in the body": Named("reset", late=True),
    "reset in the body, then well": Named("reset", late=True, passes=1),
    "slow drip": Named("drip", late=True),
    "slow drip, then well": Named("drip", late=True, passes=1),
    "timeout": Named("hang"),
    "timeout, then well": Named("hang", passes=1),
    "done, and no answer": Named("hang", late=True),
    "done, and no answer, then well": Named("hang", late=True, passes=1),
    **{str(status): Named("answer", status=status) for status in (400, 401, 403, 404, 413, 500, 503)},
    "429, a second": Named("answer", status=429, headers=(("Retry-After", "1"),), passes=1),
    "429, an hour": Named("answer", status=429, headers=(("Retry-After", "3600"),)),
    "429": Named("answer", status=429),
    "500, then well": Named("answer", status=500, passes=1),
    "503, then well": Named("answer", status=503, passes=2),
    "HTML": Named("answer", answer=_html, late=True),
    "HTML, then well": Named("answer", answer=_html, late=True, passes=1),
    "empty body": Named("answer", answer=_empty, late=True),
    "other content type": Named("answer", answer=_other_type, late=True),
    "cut-off picture": Named("answer", answer=_cut, late=True),
    "cut-off picture, one": Named("answer", answer=_cut, late=True, passes=1),
    "no picture": Named("answer", answer=_no_picture),
    "giant picture": Named("answer", answer=_giant),
    "picture of another kind": Named("answer", answer=_other_format),
    "blocked twice": Named("answer", answer=_coded("moderation_blocked", 400)),
    "no quota": Named("answer", answer=_coded("insufficient_quota", 429)),
    "invalid client": Named(
        "answer", answer=lambda _: Answer(400, {"Content-Type": "application/json"}, b'{"error": "invalid_client"}')
    ),
    # The budget's, which no line carries.
    "spent": Named("spent"),
    "spent, and no painter": Named("spent"),
    "process killed": Named("hang", passes=1),
    "process killed after it": Named("hang", passes=1, late=True),
    "process killed twice": Named("hang", passes=2),
    "process killed twice after it": Named("hang", passes=2, late=True),
}
