"""Authentication: a browser sends its session's cookie, a program an API token."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any

from aws_lambda_powertools.event_handler import Request
from aws_lambda_powertools.event_handler.depends import Depends
from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEventV2

from api import dependencies
from coverart import web
from coverart.errors import (
    DemoOnlyError,
    ForeignOriginError,
    ListenerNotFoundError,
    NotLoggedInError,
    SessionNeededError,
)
from coverart.store.demo import is_demo
from coverart.store.listeners import Profile

_WRITE_METHODS = {"POST", "PUT", "PATCH", "DELETE"}
# Nothing of Spotify, no tokens, and no addresses at which others get images.
_DEMO_ROUTES = re.compile(
    r"(GET|DELETE) /api/me|(GET|POST) /api/covers|(GET|DELETE) /api/covers/[^/]+|POST /api/covers/[^/]+/choose"
    r"|GET /api/covers/[^/]+/(image|artwork/\d+)|GET /api/looks"
)


@dataclass(frozen=True)
class Caller:
    """`has_session`: the request has a session's cookie, not a token."""

    listener_id: str
    has_session: bool


def authenticate(event: Mapping[str, Any], public_url: str) -> Caller:
    """Return who sent the request. A token takes precedence over a cookie.

    `public_url`: the page's. Raises NotLoggedInError, and ForeignOriginError where another website's page tries to
    change something with the listener's cookie.
    """
    if authorization := web.get_header(event, "authorization"):
        scheme, _, value = authorization.partition(" ")
        listener_id = (
            dependencies.get_tokens().find_listener(value.strip(), datetime.now(UTC))
            if scheme.lower() == "bearer"
            else None
        )
        if listener_id is None:
            raise NotLoggedInError("This token is unknown, expired or revoked. Please create a new one on the page.")
        return Caller(listener_id, has_session=False)
    session, now = web.get_cookie(event, web.session_cookie_name(public_url)), datetime.now(UTC)
    listener_id = dependencies.get_sessions().find_listener(session, now) if session else None
    if listener_id is None:
        raise not_logged_in()
    if is_demo(listener_id):
        _check_demo_request(event, now)
    if event["requestContext"]["http"]["method"] in _WRITE_METHODS and not web.is_same_origin(event, public_url):
        raise ForeignOriginError("Only the page itself can make changes with your login. Programs need a token.")
    return Caller(listener_id, has_session=True)


def _check_demo_request(event: Mapping[str, Any], now: datetime) -> None:
    """Raises NotLoggedInError, DemoOnlyError and DailyLimitError."""
    if not dependencies.get_settings().allow_demo:
        raise not_logged_in()
    request = APIGatewayProxyEventV2(dict(event))
    if not _DEMO_ROUTES.fullmatch(f"{request.http_method} {request.path}"):
        raise DemoOnlyError("The demo cannot do this. Log in with Spotify to use your own music and playlists.")
    dependencies.get_demo_requests().count(now)


def not_logged_in() -> NotLoggedInError:
    """Return the error for a request without a valid login."""
    return NotLoggedInError("You are not logged in. Please log in with Spotify.")


def _get_caller(request: Request) -> Caller:
    caller: Caller | None = request.context.get("caller")
    if caller is None:
        raise not_logged_in()
    return caller


def _get_listener(request: Request) -> Profile:
    try:
        return dependencies.get_listeners().get(_get_caller(request).listener_id)
    except ListenerNotFoundError:
        raise not_logged_in() from None


def _get_listener_with_session(request: Request) -> Profile:
    if not _get_caller(request).has_session:
        raise SessionNeededError("Tokens can only be managed on the page, by a listener who is logged in there.")
    return _get_listener(request)


# Parameters of routes. A listener has a profile; a caller may be gone already.
AnyCaller = Annotated[Caller, Depends(_get_caller)]
Listener = Annotated[Profile, Depends(_get_listener)]
ListenerWithSession = Annotated[Profile, Depends(_get_listener_with_session)]
