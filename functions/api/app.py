"""Door of api: the page, and the API behind it. Takes and gives API Gateway's payload format 2.0."""

import json
from functools import cache
from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver

from api.authentication import identify
from api.dependencies import ApiSettings as ApiSettings
from api.errors import error_response
from api.routes import account, bulk, covers, page, playlist_images, playlists, tokens
from coverart import web
from coverart.aws.telemetry import start_invocation
from coverart.errors import InvalidRequestError, NotFoundError


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Every error ends here, and none tells more than its sentence."""
    start_invocation(context, correlation_id=event["requestContext"].get("requestId"), route=event.get("routeKey"))
    public = web.get_public_url(event)
    try:
        if event["rawPath"].startswith("/api/"):
            # Before anything is read: who is not logged in learns nothing of the request but that.
            api().append_context(caller=identify(event, public))
            _check_content_type(event)
        answer = api().resolve(event, context)
    except Exception as error:  # noqa: BLE001  # the last door: what nobody named is told as `internal`
        answer = error_response(error)
    return {**answer, "body": answer["body"] or "", "headers": {**web.security_headers(public), **answer["headers"]}}


@cache
def api() -> APIGatewayHttpResolver:
    resolver = APIGatewayHttpResolver(
        enable_validation=True, response_validation_error_http_code=500, json_body_deserializer=_read_json
    )
    rooms = (page, account, playlists, playlist_images, bulk, covers, tokens)
    for router in (room.router for room in rooms):
        resolver.include_router(router)

    @resolver.get("/openapi.json", include_in_schema=False)
    def get_document() -> dict[str, Any]:
        # Powertools' models of OpenAPI take long to import, and no other route needs them.
        from api.openapi import build_openapi

        public = web.get_public_url(resolver.current_event.raw_event)
        return build_openapi(resolver, web.session_cookie_name(public))

    resolver.exception_handler(Exception)(_raise)
    resolver.not_found(_nothing_here)
    return resolver


def _raise(error: Exception) -> None:
    raise error


def _nothing_here(_error: Exception) -> None:
    raise NotFoundError("There is nothing at this address.")


def _check_content_type(event: dict[str, Any]) -> None:
    # Without one, Powertools reads JSON; forms it would read too, and stumbles over the rest, also where that is empty.
    content_type = web.get_header(event, "content-type")
    has_body = event.get("body") or event["requestContext"]["http"]["method"] in {"POST", "PUT", "PATCH"}
    if has_body and content_type and not content_type.startswith("application/json"):
        raise InvalidRequestError("The request cannot be read: please send JSON.")


def _read_json(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise InvalidRequestError("The request cannot be read: its body is not JSON.") from None
