"""What becomes of the example events where all is laid out for them; the same on the emulator and in Docker.

`GOOD`: whether the answer is right. `BAD`: the error that the function raises, or, of those that answer over HTTP or do
not read their event, again whether the answer is right.
"""

import json
import re
from collections.abc import Callable
from typing import Any

from coverart.errors import SpotifyUnavailableError, StorageUnavailableError
from coverart.models import COVER_ID_PATTERN
from scripts.local.examples import EVENTS, event

Right = Callable[[Any], bool]


def _accepted(answer: Any) -> bool:
    return answer.keys() == {"cover_id"} and re.fullmatch(COVER_ID_PATTERN, answer["cover_id"]) is not None


def _labels(artworks: Any) -> list[list[str]]:
    return [[found["label"] for found in artwork["objects"]] for artwork in artworks]


def _http(answer: Any, status: int, **headers: str) -> bool:
    return answer["statusCode"] == status and headers.items() <= answer["headers"].items()


GOOD: dict[str, Right] = {
    "api": lambda answer: _http(answer, 200) and json.loads(answer["body"])["display_name"] == "Robin Aldermoor",
    "api-page": lambda answer: _http(answer, 200) and answer["body"].startswith("<!doctype html>"),
    "apply": lambda answer: answer == {"status": "set", "code": None, "message": None},
    "auth": lambda answer: _http(answer, 302) and "/authorize?" in answer["headers"]["Location"],
    "detect": lambda answer: _labels(answer["artworks"]) == _labels(event("prompt")["artworks"]),
    "fetch": lambda answer: answer["songs"] == event("detect")["songs"],
    "generate": lambda answer: answer["backend"] == "openai" and answer["cost_usd"] > 0,
    "generate-painter": lambda answer: (
        answer == event("stylize")["painting"] | {"note": "The image model is busy just now."}
    ),
    "prompt": lambda answer: answer["subjects"] == event("generate")["prompt"]["subjects"],
    "publish": lambda answer: answer["playlist_image"] == "not_asked_for",
    "publish-set": lambda answer: answer["playlist_image"] == "set",
    "settle": lambda answer: answer == {"code": StorageUnavailableError.code},
    "settle-apply": lambda answer: answer == {"code": SpotifyUnavailableError.code},
    "stylize": lambda answer: answer == event("publish")["pictures"],
    # Last what starts executions.
    "watch": lambda answer: (answer["listeners_checked"], answer["covers_requested"]) == (1, 1),
    "accept": _accepted,
    "accept-request": _accepted,
}
BAD: dict[str, str | Right] = {
    "accept": "ListenerNotFoundError",
    "api": lambda answer: _http(answer, 401) and json.loads(answer["body"])["error"]["code"] == "not_logged_in",
    "apply": "NotFoundError",
    "auth": lambda answer: _http(answer, 302) and answer["headers"]["Location"].endswith("/?login=state_foreign"),
    "detect": "InvalidRequestError",
    "fetch": "PlaylistNotFoundError",
    "generate": "InvalidRequestError",
    "prompt": "InvalidRequestError",
    "publish": "StorageUnavailableError",
    "settle": "InvalidRequestError",
    "stylize": "CoverDeletedError",
    "watch": GOOD["watch"],
}
ALL = {EVENTS / "bad" / f"{name}.json": right for name, right in BAD.items()} | {
    EVENTS / f"{name}.json": right for name, right in GOOD.items()
}


def is_right(right: str | Right, answer: Any, error: str | None) -> bool:
    return error == right if isinstance(right, str) else error is None and right(answer)
