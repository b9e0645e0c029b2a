"""The API's description (OpenAPI 3.1), made from the routes."""

import json
from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver
from aws_lambda_powertools.event_handler.openapi.models import APIKey, APIKeyIn, HTTPBearer

# Powertools tells of answers of its own, which here are never given.
_POWERTOOLS_OWN = ("HTTPValidationError", "ValidationError", "ResponseValidationError")
_FAILED = {
    "description": "internal, not_configured",
    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/ErrorResponse"}}},
}
_DESCRIPTION = (
    "Cover art for playlists, from what someone listens to. A browser shows its session's cookie, and an `Origin` for "
    "whatever changes something; a program shows a token, which its listener makes on the page. Every error is "
    '`{"error": {"code", "message"}}`; where API Gateway itself refuses (too many requests at once), it is '
    '`{"message"}`.'
)


def build_openapi(resolver: APIGatewayHttpResolver, cookie: str) -> dict[str, Any]:
    """`cookie` is the name of the session's."""
    described: dict[str, Any] = json.loads(
        resolver.get_openapi_json_schema(
            title="Cover Art Generator for your playlists",
            version="1",
            description=_DESCRIPTION,
            security_schemes={
                "session": APIKey(name=cookie, in_=APIKeyIn.cookie),
                "token": HTTPBearer(),
            },
            security=[{"session": []}, {"token": []}],
        )
    )
    for operations in described["paths"].values():
        for operation in operations.values():
            answers = {told: of for told, of in operation["responses"].items() if not _is_powertools_own(of)}
            operation["responses"] = {**answers, "500": _FAILED}
    for name in _POWERTOOLS_OWN:
        described["components"]["schemas"].pop(name, None)
    return described


def _is_powertools_own(answer: dict[str, Any]) -> bool:
    schema = answer.get("content", {}).get("application/json", {}).get("schema", {})
    return str(schema.get("$ref", "")).rsplit("/", 1)[-1] in _POWERTOOLS_OWN
