"""Checks requests and responses against the published specifications in tests/specs."""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml
from openapi_core import Config, OpenAPI
from openapi_core.exceptions import OpenAPIError
from openapi_core.testing import MockRequest, MockResponse

SPECS_DIR = Path(__file__).resolve().parents[2] / "tests" / "tools" / "specs"


class Contract:
    """A specification. It checks requests as if they went to the specification's own server."""

    def __init__(self, specification: dict[str, Any]) -> None:
        self.specification = specification
        # openapi-core does not support OAuth and would warn. The fakes check the Authorization header themselves.
        self.specification.pop("security", None)
        for operations in self.specification["paths"].values():
            for operation in operations.values():
                operation.pop("security", None)
        config = Config(extra_media_type_deserializers={"image/jpeg": lambda body, **_: body.decode("ascii")})
        self._openapi = OpenAPI.from_dict(self.specification, config=config)
        server = urlsplit(self.specification["servers"][0]["url"])
        self._host, self._prefix = f"{server.scheme}://{server.netloc}", server.path
        self._problems_without_body: dict[tuple[str, ...], list[str]] = {}

    def find_request_problems(
        self, method: str, path: str, query: Mapping[str, Any], headers: Mapping[str, str], body: bytes
    ) -> list[str]:
        """Return what is wrong with a request to `path` below the server's address, unknown parameters included."""
        # No parameter is in a header.
        content_type = headers.get("Content-Type", "application/json").split(";")[0]
        if body:
            return self._check_request(method, path, query, content_type, body)
        # These come again and again.
        key = (method, path, str(query), content_type)
        if key not in self._problems_without_body:
            self._problems_without_body[key] = self._check_request(method, path, query, content_type, body)
        return self._problems_without_body[key]

    def _check_request(
        self, method: str, path: str, query: Mapping[str, Any], content_type: str, body: bytes
    ) -> list[str]:
        request = MockRequest(
            self._host, method, self._prefix + path, args=dict(query), data=body, content_type=content_type
        )
        parameters = self._find_parameters(method, path)
        problems = [f"query: {name} is not in the specification" for name in query if name not in parameters]
        try:
            self._openapi.validate_request(request)
        except OpenAPIError as error:
            problems.append(_describe(error))
        return problems

    def find_response_problems(
        self, method: str, path: str, status: int, body: bytes, content_type: str = "application/json"
    ) -> list[str]:
        """Return what is wrong with a response to a request to `path`."""
        request = MockRequest(self._host, method, self._prefix + path)
        try:
            self._openapi.validate_response(request, MockResponse(body, status, content_type=content_type))
        except OpenAPIError as error:
            return [_describe(error)]
        return []

    def _find_parameters(self, method: str, path: str) -> set[str]:
        """Return the names of the parameters of the operation at `path`."""
        method = method.lower()
        for template, operations in (self._openapi.spec / "paths").items():
            pattern = re.sub(r"\{[^}]+\}", "[^/]+", str(template))
            if re.fullmatch(pattern, path) and method in operations and "parameters" in operations / method:
                return {str(parameter["name"]) for parameter in operations / method / "parameters"}
        return set()


def _describe(error: OpenAPIError) -> str:
    cause = error.__cause__
    details = [problem.message for problem in getattr(cause, "schema_errors", [])] or ([str(cause)] if cause else [])
    return ": ".join([str(error), *details[:3]])


@cache
def spotify_contract() -> Contract:
    return Contract(yaml.load((SPECS_DIR / "spotify-web-api.yml").read_text("utf-8"), yaml.CSafeLoader))


@cache
def openai_contract() -> Contract:
    """OpenAI's specification with the qualities and formats of newer models; tests/tools/specs/README.md lists them."""
    specification = yaml.load((SPECS_DIR / "openai-images.yml").read_text("utf-8"), yaml.CSafeLoader)
    schema = specification["components"]["schemas"]["CreateImageRequest"]
    schema |= {"required": ["prompt", "model"], "additionalProperties": False}
    properties = schema["properties"]
    properties["quality"]["enum"] = ["low", "medium", "high", "xhigh", "max", "auto"]
    properties["output_format"]["enum"] = ["png", "jpeg", "webp", "gif", "svg"]
    # Of the API's strings we send only SHA-256, so that it does not learn who the listeners are.
    properties["safety_identifier"] = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
    properties["complexity"] = {"type": "string", "enum": ["low", "medium", "high"]}
    return Contract(specification)
