"""What each example event leads to, once its cover, entry or session exists; the same on the emulator and in Docker.

`GOOD`: whether the result is right. `BAD`: the error that the function raises. Functions that answer over HTTP, or that
ignore their event, raise none: there it is again whether the result is right.
"""

import json
import re
from collections.abc import Callable
from typing import Any

from coverart.errors import SpotifyUnavailableError, StorageUnavailableError
from coverart.models import COVER_ID_PATTERN, CoverImages, PromptResult, StrictModel
from scripts.local.example_events import EVENTS_DIR, load_event

Check = Callable[[Any], bool]


def _is_accepted(result: Any) -> bool:
    return result.keys() == {"cover_id"} and re.fullmatch(COVER_ID_PATTERN, result["cover_id"]) is not None


def _labels(artworks: Any) -> list[list[str]]:
    return [[item["label"] for item in artwork["objects"]] for artwork in artworks]


def _is_model(model: type[StrictModel], result: Any, expected: Any) -> bool:
    """Return whether the two are equal with the defaults of fields that an event may leave out."""
    return model.model_validate(result) == model.model_validate(expected)


def _is_response(result: Any, status: int, **headers: str) -> bool:
    return result["statusCode"] == status and headers.items() <= result["headers"].items()


GOOD: dict[str, Check] = {
    "api": lambda result: _is_response(result, 200) and json.loads(result["body"])["display_name"] == "Robin Aldermoor",
    "api-page": lambda result: _is_response(result, 200) and result["body"].startswith("<!doctype html>"),
    "apply": lambda result: result == {"status": "set", "code": None, "message": None},
    "auth": lambda result: _is_response(result, 302) and "/authorize?" in result["headers"]["Location"],
    "convert": lambda result: result == {"width": 640, "height": 640},
    "detect": lambda result: _labels(result["artworks"]) == _labels(load_event("prompt")["artworks"]),
    "fetch": lambda result: result["songs"] == load_event("detect")["songs"],
    "generate": lambda result: result["backend"] == "openai" and result["cost_usd"] > 0,
    "generate-painter": lambda result: (
        result == load_event("stylize")["painting"] | {"note": "The image model is busy."}
    ),
    "prompt": lambda result: _is_model(PromptResult, result, {"prompts": [load_event("generate")["prompt"]]}),
    "publish": lambda result: result["playlist_image"] == "not_asked_for",
    "publish-set": lambda result: result["playlist_image"] == "set",
    "settle": lambda result: result == {"code": StorageUnavailableError.code},
    "settle-apply": lambda result: result == {"code": SpotifyUnavailableError.code},
    "stylize": lambda result: _is_model(CoverImages, result, load_event("publish")["candidates"][0]["pictures"]),
    # Events that start executions come last.
    "watch": lambda result: (result["listeners_checked"], result["covers_requested"]) == (1, 1),
    "accept": _is_accepted,
    "accept-request": _is_accepted,
}
BAD: dict[str, str | Check] = {
    "accept": "ListenerNotFoundError",
    "api": lambda result: _is_response(result, 401) and json.loads(result["body"])["error"]["code"] == "not_logged_in",
    "apply": "NotFoundError",
    "auth": lambda result: (
        _is_response(result, 302) and result["headers"]["Location"].endswith("/?login=state_foreign")
    ),
    "convert": "InvalidRequestError",
    "detect": "InvalidRequestError",
    "fetch": "PlaylistNotFoundError",
    "generate": "InvalidRequestError",
    "prompt": "InvalidRequestError",
    "publish": "StorageUnavailableError",
    "settle": "InvalidRequestError",
    "stylize": "CoverDeletedError",
    "watch": GOOD["watch"],
}
ALL = {EVENTS_DIR / "bad" / f"{name}.json": outcome for name, outcome in BAD.items()} | {
    EVENTS_DIR / f"{name}.json": outcome for name, outcome in GOOD.items()
}


def is_right(outcome: str | Check, result: Any, error: str | None) -> bool:
    return error == outcome if isinstance(outcome, str) else error is None and outcome(result)
