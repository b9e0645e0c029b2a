"""A fake of OpenAI's Images API, which paints something and counts bills.

It records a request that breaks the specification and responds with 400.
"""

import base64
import hashlib
import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import openai.types as openai_types
from flask import Flask, Response, abort, jsonify, request
from PIL import Image, ImageOps

from scripts.fakes.artwork import encode
from scripts.fakes.contract import openai_contract
from scripts.fakes.server import LOOPBACK, Fault, Recorder, serve_app

API_KEY = "sk-fake"
MODELS = {"gpt-image-2"} | {f"gpt-image-{v}-{name}" for v in ("2.5", "2.6") for name in ("flare", "sunburst")}
_SIZE = 1024
_OUTPUT_TOKENS = {"low": 200, "medium": 433, "high": 1700, "xhigh": 3400, "max": 6800, "auto": 1700}
_PICTURE_TOKENS = 4160
_IMAGES_PATH = "/v1/images/(generations|edits)$"
MODELS_PATH = "/v1/models/"
# The errors of the real API by name: status, code, type and message.
FAILURES = {
    "moderation_blocked": (400, "moderation_blocked", "image_generation_user_error", "The safety system rejected it."),
    "unauthorized": (401, "invalid_api_key", "invalid_request_error", "Incorrect API key provided."),
    "forbidden": (403, None, "invalid_request_error", "Your organization must be verified."),
    "no_scope": (403, None, "invalid_request_error", "You have insufficient permissions. Missing scopes."),
    "country": (403, "unsupported_country_region_territory", "request_forbidden", "Country not supported"),
    "rate_limited": (429, "rate_limit_exceeded", "requests", "Rate limit reached for images per minute."),
    "insufficient_quota": (429, "insufficient_quota", "insufficient_quota", "You exceeded your current quota."),
    "server_error": (500, None, "server_error", "The server had an error."),
}


def _error_body(message: str, kind: str, code: str | None) -> dict[str, Any]:
    return {"error": {"message": message, "type": kind, "param": None, "code": code}}


@dataclass
class State:
    """`paid`: the number of billed paintings.

    `answers_url`: respond with the address of an image instead of its bytes, as older servers do. `pictures`:
    (bytes, format) by the name in that address. `shutdown_dates`: by model.
    """

    recorder: Recorder = field(default_factory=Recorder)
    paid: int = 0
    answers_url: bool = False
    pictures: dict[str, tuple[bytes, str]] = field(default_factory=dict)
    shutdown_dates: dict[str, str] = field(default_factory=dict)

    def fail(self, how: str, times: int = 1, path: str = _IMAGES_PATH) -> None:
        """Make the next `times` requests for an image, or another `path`, fail with an error of FAILURES."""
        status, code, kind, message = FAILURES[how]
        headers = {"Retry-After": "12"} if how == "rate_limited" else {}
        self.recorder.faults.append(Fault(path, status, times, headers, _error_body(message, kind, code)))

    def slow_down(self, seconds: float, times: int = 1) -> None:
        """Delay the next `times` requests for an image."""
        self.recorder.faults.append(Fault(_IMAGES_PATH, delay=seconds, times=times))

    def reset(self) -> None:
        self.paid, self.answers_url = 0, False
        self.pictures.clear()
        self.shutdown_dates.clear()
        self.recorder.clear()


@dataclass(frozen=True)
class FakeOpenAI:
    """`url` is its address. `base_url` is what OPENAI_BASE_URL is for the real API."""

    url: str
    state: State

    @property
    def base_url(self) -> str:
        return f"{self.url}/v1"


def paint(prompt: str, image_format: str) -> bytes:
    """Return an image file of soft light and dark shapes, 1024 x 1024; the same for the same prompt."""
    noise = hashlib.shake_256(prompt.encode()).digest(6 * 6)
    shapes = Image.frombytes("L", (6, 6), noise).resize((_SIZE, _SIZE), Image.Resampling.BICUBIC)
    return encode(ImageOps.colorize(shapes, black="#1d2b4f", mid="#a8475b", white="#f4d9a0"), image_format)


def create_app(state: State) -> Flask:
    app = Flask(__name__)

    @app.before_request
    def check_key() -> tuple[Response, int] | None:
        if request.path.startswith("/v1/"):
            state.recorder.record()
            if request.headers.get("Authorization") != f"Bearer {API_KEY}":
                return _error(401, "Incorrect API key provided.", "invalid_api_key")
        return None

    @app.post("/v1/images/generations")
    def generate_image() -> Response | tuple[Response, int]:
        return _bill(_find_problems(dict(request.headers), request.get_data()), request.get_json)

    @app.post("/v1/images/edits")
    def edit_image() -> Response | tuple[Response, int]:
        return _bill(_find_edit_problems(request.form.to_dict()), request.form.to_dict)

    def _bill(problems: list[str], get_fields: Callable[[], Any]) -> Response | tuple[Response, int]:
        if problems:
            state.recorder.violations += problems
            return _error(400, "; ".join(problems), "invalid_value")
        if (fields := get_fields())["model"] not in MODELS:
            return _error(404, f"The model '{fields['model']}' does not exist.", "model_not_found")
        fault = state.recorder.take_fault()
        if fault is None or fault.status is None:
            # It also bills a client that disconnects during the generation.
            state.paid += 1
        if fault is not None and (response := fault.respond()) is not None:
            return response
        return jsonify(_image_response(state, fields))

    @app.get("/v1/models/<model>")
    def get_model(model: str) -> Response | tuple[Response, int]:
        if (response := state.recorder.take_response()) is not None:
            return response
        if model not in MODELS:
            return _error(404, f"The model '{model}' does not exist.", "model_not_found")
        shutdown_date = state.shutdown_dates.get(model)
        return jsonify(id=model, object="model", created=1_780_000_000, owned_by="system", shutdown_date=shutdown_date)

    @app.get("/v1/models")
    def list_models() -> Response:
        models = [{"id": model, "object": "model"} for model in sorted(MODELS)]
        return state.recorder.take_response() or jsonify(object="list", data=models)

    @app.get("/pictures/<name>")
    def get_picture(name: str) -> Response:
        if name not in state.pictures:
            abort(404)
        body, image_format = state.pictures[name]
        return Response(body, mimetype=f"image/{image_format}")

    return app


def _find_edit_problems(fields: dict[str, Any]) -> list[str]:
    """Check a form for images.edit. The specification lacks that operation, so its fields are those of the client.

    Values that both operations take are checked by the specification.
    """
    files = {name: [file.read() for file in request.files.getlist(name)] for name in request.files}
    parameters = openai_types.image_edit_params.ImageEditParamsBase.__annotations__
    problems = [f"{name} is no field of images.edit" for name in {*fields, *files} - {*parameters, "image[]"}]
    if [*files] not in (["image"], ["image[]"]) or not all(map(all, files.values())):
        problems.append("images.edit needs an image")
    return problems + _find_problems({"Content-Type": "application/json"}, json.dumps(fields).encode())


def _find_problems(headers: dict[str, str], body: bytes) -> list[str]:
    return openai_contract().find_request_problems("POST", "/images/generations", request.args, headers, body)


def _image_response(state: State, fields: dict[str, Any]) -> dict[str, Any]:
    image_format, quality = fields.get("output_format", "png"), fields.get("quality", "auto")
    body = paint(fields["prompt"], image_format)
    if state.answers_url:
        name = hashlib.sha256(body).hexdigest()[:16]
        state.pictures[name] = (body, image_format)
        data = {"url": f"{request.host_url}pictures/{name}"}
    else:
        data = {"b64_json": base64.b64encode(body).decode()}
    image_tokens = _PICTURE_TOKENS if request.files else 0
    text_tokens, output_tokens = len(fields["prompt"]) // 4 + 1, _OUTPUT_TOKENS[quality]
    input_tokens = text_tokens + image_tokens
    usage = {
        "total_tokens": input_tokens + output_tokens,
        "input_tokens": input_tokens,
        "output_tokens": output_tokens,
        "input_tokens_details": {"text_tokens": text_tokens, "image_tokens": image_tokens},
    }
    details = {"created": int(time.time()), "background": "opaque", "output_format": image_format, "size": "1024x1024"}
    if quality in {"low", "medium", "high"}:
        details["quality"] = quality
    return {**details, "data": [data], "usage": usage}


def _error(status: int, message: str, code: str) -> tuple[Response, int]:
    return jsonify(_error_body(message, "invalid_request_error", code)), status


@contextmanager
def serve(host: str = LOOPBACK) -> Iterator[FakeOpenAI]:
    """Serve it from threads of this process, on any free port."""
    state = State()
    with serve_app(create_app(state), host=host) as url:
        yield FakeOpenAI(url, state)
