"""OpenAI's Images API, for tests and for those without an account there: it paints something, and counts the bill.

Run it with `python -m scripts.standins.openai --port 8002`, or use `with serving() as standin:`. Requests must be what
the specification says; a violation answers 400 and is recorded. Routes under /_standin are the stand-in's own.
"""

import argparse
import base64
import hashlib
import io
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from flask import Flask, Response, abort, jsonify, request
from PIL import Image, ImageFilter

from scripts.standins.contract import openai_contract
from scripts.standins.serving import LOOPBACK, Fault, Recorder, add_admin, served

API_KEY = "sk-standin"
MODELS = (
    "gpt-image-2",
    "gpt-image-2.5-flare",
    "gpt-image-2.5-sunburst",
    "gpt-image-2.6-flare",
    "gpt-image-2.6-sunburst",
)
_SIZE = 1024
_OUTPUT_TOKENS = {"low": 200, "medium": 433, "high": 1700, "xhigh": 3400, "max": 6800, "auto": 1700}
_PATH = "/v1/images/generations$"
_MODEL_PATH = "/v1/models/"


def _refusal(status: int, code: str | None, kind: str, message: str, **headers: str) -> Fault:
    return Fault(_PATH, status, 1, headers, {"error": {"message": message, "type": kind, "param": None, "code": code}})


# The ways in which the real one fails, by name.
FAILURES = {
    "moderation_blocked": lambda: _refusal(
        400, "moderation_blocked", "image_generation_user_error", "Your request was rejected by the safety system."
    ),
    "unauthorized": lambda: _refusal(401, "invalid_api_key", "invalid_request_error", "Incorrect API key provided."),
    "forbidden": lambda: _refusal(403, None, "invalid_request_error", "Your organization must be verified."),
    "no_scope": lambda: _refusal(
        403, None, "invalid_request_error", "You have insufficient permissions for this operation. Missing scopes."
    ),
    "country": lambda: _refusal(
        403, "unsupported_country_region_territory", "request_forbidden", "Country, region, or territory not supported"
    ),
    "rate_limited": lambda: _refusal(
        429, "rate_limit_exceeded", "requests", "Rate limit reached for images per minute.", **{"Retry-After": "12"}
    ),
    "insufficient_quota": lambda: _refusal(
        429, "insufficient_quota", "insufficient_quota", "You exceeded your current quota."
    ),
    "server_error": lambda: _refusal(500, None, "server_error", "The server had an error."),
}


@dataclass
class State:
    """`paid`: how many paintings were billed. `answers_url`: as older servers do, answer with an address, no bytes.

    `shutdown_dates`: when a model goes, by its name, where that was announced.
    """

    recorder: Recorder = field(default_factory=Recorder)
    paid: int = 0
    answers_url: bool = False
    pictures: dict[str, tuple[bytes, str]] = field(default_factory=dict)
    shutdown_dates: dict[str, str] = field(default_factory=dict)

    def fail(self, how: str, times: int = 1) -> None:
        """The next `times` requests end as the failure of this name."""
        fault = FAILURES[how]()
        fault.times = times
        self.recorder.faults.append(fault)

    def fail_about_models(self, how: str) -> None:
        """The next question about a model ends as the failure of this name."""
        fault = FAILURES[how]()
        fault.path = _MODEL_PATH
        self.recorder.faults.append(fault)

    def slow_down(self, seconds: float, times: int = 1) -> None:
        self.recorder.faults.append(Fault(_PATH, delay=seconds, times=times))

    def reset(self) -> None:
        self.paid, self.answers_url = 0, False
        self.pictures.clear()
        self.shutdown_dates.clear()
        self.recorder.clear()


@dataclass(frozen=True)
class Standin:
    """`base_url` is what OPENAI_BASE_URL is for the real one."""

    url: str
    state: State

    @property
    def base_url(self) -> str:
        return f"{self.url}/v1"


def painted(prompt: str, image_format: str) -> bytes:
    """Soft shapes of the prompt's own colours, 1024 x 1024; the same for the same prompt."""
    noise = hashlib.shake_256(prompt.encode()).digest(6 * 6 * 3)
    picture = Image.frombytes("RGB", (6, 6), noise).resize((_SIZE, _SIZE), Image.Resampling.BICUBIC)
    body = io.BytesIO()
    picture.filter(ImageFilter.GaussianBlur(4)).save(body, image_format.upper())
    return body.getvalue()


def create_app(state: State) -> Flask:
    app = Flask(__name__)
    add_admin(app, state.recorder)
    _add_admin(app, state)

    @app.post("/v1/images/generations")
    def generate() -> Response | tuple[Response, int]:
        state.recorder.record()
        problems = openai_contract().request_problems(
            "POST", "/images/generations", request.args, dict(request.headers), request.get_data()
        )
        if problems:
            state.recorder.violations += problems
            return _error(400, "; ".join(problems), "invalid_value")
        if not _is_known():
            return _error(401, "Incorrect API key provided.", "invalid_api_key")
        wanted = request.get_json()
        if wanted["model"] not in MODELS:
            return _error(404, f"The model '{wanted['model']}' does not exist.", "model_not_found")
        fault = state.recorder.fault()
        if fault is None or fault.status is None:
            # Whoever hangs up while it is being painted pays all the same.
            state.paid += 1
        if fault is not None and (answer := fault.answer()) is not None:
            return answer
        return jsonify(_answer(state, wanted))

    @app.get("/v1/models/<model>")
    def model(model: str) -> Response | tuple[Response, int]:
        state.recorder.record()
        if not _is_known():
            return _error(401, "Incorrect API key provided.", "invalid_api_key")
        if (fault := state.recorder.fault()) is not None and (answer := fault.answer()) is not None:
            return answer
        if model not in MODELS:
            return _error(404, f"The model '{model}' does not exist.", "model_not_found")
        goes = state.shutdown_dates.get(model)
        return jsonify(id=model, object="model", created=1_780_000_000, owned_by="system", shutdown_date=goes)

    @app.get("/pictures/<name>")
    def picture(name: str) -> Response:
        if name not in state.pictures:
            abort(404)
        body, image_format = state.pictures[name]
        return Response(body, mimetype=f"image/{image_format}")

    return app


def _is_known() -> bool:
    return request.headers.get("Authorization") == f"Bearer {API_KEY}"


def _answer(state: State, wanted: dict[str, Any]) -> dict[str, Any]:
    image_format = wanted.get("output_format", "png")
    body = painted(wanted["prompt"], image_format)
    if state.answers_url:
        name = hashlib.sha256(body).hexdigest()[:16]
        state.pictures[name] = (body, image_format)
        data = {"url": f"{request.host_url}pictures/{name}"}
    else:
        data = {"b64_json": base64.b64encode(body).decode()}
    asked, given = len(wanted["prompt"]) // 4 + 1, _OUTPUT_TOKENS[wanted.get("quality", "auto")]
    usage = {
        "total_tokens": asked + given,
        "input_tokens": asked,
        "output_tokens": given,
        "input_tokens_details": {"text_tokens": asked, "image_tokens": 0},
    }
    told = {"created": int(time.time()), "background": "opaque", "output_format": image_format, "size": "1024x1024"}
    if wanted.get("quality") in {"low", "medium", "high"}:
        told["quality"] = wanted["quality"]
    return {**told, "data": [data], "usage": usage}


def _error(status: int, message: str, code: str) -> tuple[Response, int]:
    return jsonify(error={"message": message, "type": "invalid_request_error", "param": None, "code": code}), status


def _add_admin(app: Flask, state: State) -> None:
    @app.get("/_standin/paid")
    def paid() -> dict[str, int]:
        return {"paid": state.paid}

    @app.post("/_standin/fail")
    def fail() -> dict[str, str]:
        """{how, times?}: a name of FAILURES."""
        state.fail(**request.get_json())
        return {"status": "ok"}

    @app.post("/_standin/answers_url")
    def answers_url() -> dict[str, bool]:
        state.answers_url = bool(request.get_json()["on"])
        return {"on": state.answers_url}

    @app.post("/_standin/reset")
    def reset() -> dict[str, str]:
        state.reset()
        return {"status": "ok"}


@contextmanager
def serving(port: int = 0, host: str = LOOPBACK) -> Iterator[Standin]:
    """Serves it from threads of this process; port 0 is a free one."""
    state = State()
    with served(create_app(state), port, host) as url:
        yield Standin(url, state)


def main() -> None:
    parser = argparse.ArgumentParser(description="The stand-in of OpenAI's Images API, on loopback.")
    parser.add_argument("--port", type=int, default=8002)
    arguments = parser.parse_args()
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    with serving(arguments.port) as standin:
        print(f"The stand-in of OpenAI's Images API: {standin.base_url} (key {API_KEY})", flush=True)
        stop.wait()


if __name__ == "__main__":
    main()
