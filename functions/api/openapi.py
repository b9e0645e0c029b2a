"""The API's OpenAPI 3.1 document, generated from the routes."""

import json
import re
from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver
from aws_lambda_powertools.event_handler.openapi.models import APIKey, APIKeyIn, HTTPBearer

from coverart.version import VERSION

# Schemas of responses that Powertools documents and this API never returns.
_POWERTOOLS_SCHEMAS = ("HTTPValidationError", "ValidationError", "ResponseValidationError")
_INTERNAL_SERVER_ERROR = {
    "description": "internal, not_configured",
    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/ErrorResponse"}}},
}
_DESCRIPTION = (
    "Creates cover art for playlists from the music that a listener plays. A browser sends its session's cookie, and "
    "the page's `Origin` with requests that change something. A program sends a bearer token, which the listener "
    'creates on the page. Errors are `{"error": {"code", "message"}}`. If API Gateway throttles a request, the body '
    'is `{"message"}`.'
)


def build_openapi(resolver: APIGatewayHttpResolver, cookie_name: str) -> dict[str, Any]:
    """Return the document. `cookie_name`: the name of the session's cookie."""
    document: dict[str, Any] = json.loads(
        resolver.get_openapi_json_schema(
            title="Cover Art Generator for your playlists",
            version=VERSION,
            description=_DESCRIPTION,
            security_schemes={
                "session": APIKey.model_validate({"name": cookie_name, "in": APIKeyIn.cookie}),
                "token": HTTPBearer(),
            },
            security=[{"session": []}, {"token": []}],
        )
    )
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            # Powertools appends path and method to the name of the route's function, which is unique already.
            operation["operationId"] = operation["operationId"].removesuffix(re.sub(r"\W", "_", path) + f"_{method}")
            responses = operation["responses"].items()
            own_responses = {status: response for status, response in responses if not _is_from_powertools(response)}
            operation["responses"] = {**own_responses, "500": _INTERNAL_SERVER_ERROR}
    # Generated clients send the defaults of a schema, which would override the listener's settings.
    for option in document["components"]["schemas"]["CoverOptions"]["properties"].values():
        option.pop("default", None)
    for name in _POWERTOOLS_SCHEMAS:
        document["components"]["schemas"].pop(name, None)
    return document


def _is_from_powertools(response: dict[str, Any]) -> bool:
    schema = response.get("content", {}).get("application/json", {}).get("schema", {})
    return str(schema.get("$ref", "")).rsplit("/", 1)[-1] in _POWERTOOLS_SCHEMAS
