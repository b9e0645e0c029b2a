"""Requests and answers against the published specifications in tests/specs."""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from openapi_core import Config, OpenAPI
from openapi_core.exceptions import OpenAPIError
from openapi_core.testing import MockRequest, MockResponse

SPECS = Path(__file__).resolve().parents[2] / "tests" / "specs"
METHODS = {"get", "put", "post", "delete", "patch"}


class Contract:
    """`server` is the specification's own: a request is checked as if it had been sent there."""

    def __init__(self, file: str, changes: Mapping[str, Any] | None = None) -> None:
        self.specification = yaml.load((SPECS / file).read_text(encoding="utf-8"), yaml.CSafeLoader)
        for place, value in (changes or {}).items():
            *way, last = place.split(".")
            target = self.specification
            for part in way:
                target = target[part]
            target[last] = value
        # openapi-core knows no OAuth and would warn; the stand-ins look at the header themselves.
        self.specification.pop("security", None)
        for operations in self.specification["paths"].values():
            for operation in operations.values():
                operation.pop("security", None)
        config = Config(extra_media_type_deserializers={"image/jpeg": lambda body, **_: body.decode("ascii")})
        self._openapi = OpenAPI.from_dict(self.specification, config=config)
        server = self.specification["servers"][0]["url"]
        self._host, self._prefix = re.fullmatch(r"(https://[^/]+)(/.*)", server).groups()

    def request_problems(
        self, method: str, path: str, query: Mapping[str, Any], headers: Mapping[str, str], body: bytes
    ) -> list[str]:
        """What is wrong with a request to `path` under the server's address; unknown query parameters too."""
        problems = []
        if (operation := self._operation(method, path)) is not None:
            problems = [f"query: {name} is not in the specification" for name in query if name not in operation]
        try:
            self._openapi.validate_request(self._request(method, path, query, headers, body))
        except OpenAPIError as error:
            problems.append(_said(error))
        return problems

    def answer_problems(
        self, method: str, path: str, status: int, body: bytes, content_type: str = "application/json"
    ) -> list[str]:
        """What is wrong with an answer to a request to `path`."""
        request = self._request(method, path, {}, {}, b"")
        try:
            self._openapi.validate_response(request, MockResponse(body, status, content_type=content_type))
        except OpenAPIError as error:
            return [_said(error)]
        return []

    def _request(
        self, method: str, path: str, query: Mapping[str, Any], headers: Mapping[str, str], body: bytes
    ) -> MockRequest:
        content_type = headers.get("Content-Type", "application/json").split(";")[0]
        return MockRequest(
            self._host, method, self._prefix + path, args=query, headers=headers, data=body, content_type=content_type
        )

    def _operation(self, method: str, path: str) -> set[str] | None:
        """Names of the query parameters of the operation at `path`; None where there is none."""
        for template, operations in self.specification["paths"].items():
            if re.fullmatch(re.sub(r"\{[^}]+\}", "[^/]+", template), path) and method.lower() in operations:
                return {self._resolved(p)["name"] for p in operations[method.lower()].get("parameters", [])}
        return None

    def _resolved(self, part: dict[str, Any]) -> dict[str, Any]:
        if "$ref" not in part:
            return part
        target = self.specification
        for name in part["$ref"].removeprefix("#/").split("/"):
            target = target[name]
        return target


def _said(error: OpenAPIError) -> str:
    cause = error.__cause__
    details = [found.message for found in getattr(cause, "schema_errors", [])] or [str(cause)] if cause else []
    return ": ".join([str(error), *details[:3]])


@cache
def spotify_contract() -> Contract:
    return Contract("spotify-web-api.yml")


@cache
def openai_contract() -> Contract:
    """With the qualities and formats that newer models have; see tests/specs/README.md."""
    request = "components.schemas.CreateImageRequest"
    return Contract(
        "openai-images.yml",
        {
            f"{request}.properties.quality.enum": ["low", "medium", "high", "xhigh", "max", "auto"],
            f"{request}.properties.output_format.enum": ["png", "jpeg", "webp", "gif", "svg"],
            f"{request}.properties.safety_identifier": {"type": "string"},
            f"{request}.properties.complexity": {"type": "string", "enum": ["low", "medium", "high"]},
            f"{request}.required": ["prompt", "model"],
            f"{request}.additionalProperties": False,
        },
    )
