"""Who asks: the listener of a session or of a token."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any

from aws_lambda_powertools.event_handler import Request
from aws_lambda_powertools.event_handler.depends import Depends

from api import dependencies
from coverart import web
from coverart.errors import ForeignOriginError, ListenerNotFoundError, NotLoggedInError, SessionNeededError
from coverart.store.listeners import Profile

_CHANGING = {"POST", "PUT", "PATCH", "DELETE"}


@dataclass(frozen=True)
class Caller:
    listener_id: str
    has_session: bool


def identify(event: Mapping[str, Any], page: str) -> Caller:
    """`page` is the page's address. A token goes before a cookie.

    Raises NotLoggedInError, and ForeignOriginError for what another page wants to change in a listener's browser.
    """
    if authorization := web.get_header(event, "authorization"):
        scheme, _, value = authorization.partition(" ")
        listener_id = dependencies.tokens().find_listener(value.strip()) if scheme.lower() == "bearer" else None
        if listener_id is None:
            raise NotLoggedInError("This token is not known here, or was revoked. Please make a new one on the page.")
        return Caller(listener_id, has_session=False)
    session = web.get_cookie(event, web.session_cookie_name(page))
    listener_id = dependencies.sessions().find_listener(session, datetime.now(UTC)) if session else None
    if listener_id is None:
        raise _not_logged_in()
    if event["requestContext"]["http"]["method"] in _CHANGING and not web.is_same_origin(event, page):
        raise ForeignOriginError("Only the page itself may ask for this with your login. Programs use a token.")
    return Caller(listener_id, has_session=True)


def _not_logged_in() -> NotLoggedInError:
    return NotLoggedInError("Nobody is logged in here. Please log in with Spotify.")


def _caller(request: Request) -> Caller:
    caller: Caller = request.context["caller"]
    return caller


def _listener(request: Request) -> Profile:
    try:
        return dependencies.listeners().get(_caller(request).listener_id)
    except ListenerNotFoundError:
        raise _not_logged_in() from None


def _listener_with_session(request: Request) -> Profile:
    if not _caller(request).has_session:
        raise SessionNeededError("Tokens are made and revoked on the page, by a listener who is logged in there.")
    return _listener(request)


# What routes take. A caller may have been forgotten already; a listener has a profile.
AnyCaller = Annotated[Caller, Depends(_caller)]
Listener = Annotated[Profile, Depends(_listener)]
ListenerWithSession = Annotated[Profile, Depends(_listener_with_session)]
