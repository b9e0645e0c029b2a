"""Lambda handler: the page and the API. Events and responses have API Gateway's payload format 2.0."""

import json
from functools import cache
from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.middlewares import NextMiddleware
from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEventV2

from api.authentication import authenticate
from api.dependencies import ApiSettings as ApiSettings  # tools import a function's settings from its handler
from api.errors import error_response
from api.routes import (
    account,
    bulk,
    bulk_playlist_images,
    covers,
    demo,
    looks,
    page,
    pictures,
    playlist_images,
    playlists,
    shared,
    tokens,
)
from coverart import web
from coverart.aws.telemetry import logger, start_invocation
from coverart.errors import InvalidRequestError, NotFoundError


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Return the response to a request. Every exception becomes an error response that reveals no internals."""
    start_invocation(context, correlation_id=event["requestContext"].get("requestId"), route=event.get("routeKey"))
    public_url = web.get_public_url(event)
    # Powertools keeps it after a request that fails before it calls the route.
    get_resolver().clear_context()  # type: ignore[no-untyped-call]  # Powertools does not annotate it
    try:
        # The path by which the resolver finds the route.
        if APIGatewayProxyEventV2(event).path.startswith("/api/"):
            # First of all: without a login, the response says nothing else about the request.
            get_resolver().append_context(caller=authenticate(event, public_url))  # type: ignore[no-untyped-call]  # Powertools does not annotate it
            _check_content_type(event)
        response = get_resolver().resolve(event, context)
    except Exception as error:  # noqa: BLE001  # nothing above this handles it; unexpected errors become `internal`
        response = error_response(error)
    headers = {**web.security_headers(public_url), **response["headers"]}
    return {**response, "body": response["body"] or "", "headers": headers}


@cache
def get_resolver() -> APIGatewayHttpResolver:
    """Return the resolver, which has all routes."""
    resolver = APIGatewayHttpResolver(
        enable_validation=True, response_validation_error_http_code=500, json_body_deserializer=_read_json
    )
    for module in (
        page,
        demo,
        account,
        playlists,
        playlist_images,
        bulk_playlist_images,
        bulk,
        covers,
        looks,
        pictures,
        shared,
        tokens,
    ):
        resolver.include_router(module.router)

    @resolver.get("/openapi.json", include_in_schema=False, compress=True)
    def get_openapi() -> dict[str, Any]:
        return _build_openapi(web.session_cookie_name(web.get_public_url(resolver.current_event.raw_event)))

    resolver.use(middlewares=[_call_route])
    resolver.exception_handler(Exception)(_raise)
    resolver.not_found(_raise_not_found)
    return resolver


@cache
def _build_openapi(cookie_name: str) -> dict[str, Any]:
    # Powertools' OpenAPI models take long to import, and no other route needs them.
    from api.openapi import build_openapi

    return build_openapi(get_resolver(), cookie_name)


def _call_route(resolver: APIGatewayHttpResolver, call_next: NextMiddleware) -> Response[Any]:
    _log_route()
    return call_next(resolver)


def _raise(error: Exception) -> None:
    _log_route()  # Powertools validates requests before it calls middlewares
    raise error


def _raise_not_found(_error: Exception) -> None:
    # Powertools calls middlewares and error handlers with a path for which there is no route.
    get_resolver().append_context(is_route=False)  # type: ignore[no-untyped-call]  # Powertools does not annotate it
    logger.append_keys(route=None)
    raise NotFoundError("There is nothing at this address.")


def _log_route() -> None:
    """Name the route in the log. To API Gateway, most of them are one."""
    request = get_resolver().request
    if request.context.get("is_route", True):
        logger.append_keys(route=f"{request.method} {request.route}")


def _check_content_type(event: dict[str, Any]) -> None:
    """Raises InvalidRequestError where the body is not JSON. A body without a content type counts as JSON.

    Powertools would also read forms, and fails on most other types even if the body is empty.
    """
    content_type = web.get_header(event, "content-type")
    has_body = event.get("body") or event["requestContext"]["http"]["method"] in {"POST", "PUT", "PATCH"}
    if has_body and content_type and not content_type.startswith("application/json"):
        raise InvalidRequestError("The request cannot be read: please send JSON.")


def _read_json(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise InvalidRequestError("The request cannot be read: its body is not JSON.") from None
