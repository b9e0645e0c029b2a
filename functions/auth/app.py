"""Door of auth: /login sends the browser to Spotify, /callback takes it back, /logout ends the session."""

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from botocore.exceptions import BotoCoreError, ClientError

from auth.oauth import LoginRefusedError, build_authorize_url
from auth.oauth_state import STATE_LIFETIME, OAuthStates
from coverart import web
from coverart.aws import clients
from coverart.aws.secrets import get_required_secret
from coverart.aws.telemetry import logger, start_invocation
from coverart.errors import CoverArtError, ForeignOriginError
from coverart.spotify.settings import SpotifySettings
from coverart.store.listeners import Listeners
from coverart.store.sessions import SESSION_LIFETIME, Sessions

if TYPE_CHECKING:
    from auth.callback import Login


class AuthSettings(SpotifySettings):
    keys_table: str


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Takes and gives API Gateway's payload format 2.0. A login that is refused ends at /?login=<code>."""
    start_invocation(context, correlation_id=event["requestContext"].get("requestId"), route=event["routeKey"])
    page = web.get_public_url(event)
    try:
        return _ROUTES[event["routeKey"]](event, page)
    except ForeignOriginError as error:
        body = json.dumps({"error": {"code": error.code, "message": str(error)}})
        headers = {**web.security_headers(page), "Content-Type": "application/json"}
        return {"statusCode": 403, "headers": headers, "body": body}
    except LoginRefusedError as error:
        code, reason = str(error.code), ""
    except CoverArtError as error:
        code, reason = error.code, str(error)
    except (ClientError, BotoCoreError) as aws_error:
        named = clients.as_domain_error(aws_error)
        code, reason = named.code, str(named)
    logger.warning("login refused", code=code, reason=reason)
    return _redirect(page, f"{page}/?login={code}")


def _begin(_event: dict[str, Any], page: str) -> dict[str, Any]:
    settings = AuthSettings.load()
    client_id = get_required_secret(settings.secrets_path, "spotify_client_id")
    # Only the way back needs it; that it is missing is told before anybody consents.
    get_required_secret(settings.secrets_path, "spotify_client_secret")
    state, browser = _states(settings).issue(datetime.now(UTC))
    address = build_authorize_url(settings.spotify_accounts_url, client_id, _redirect_uri(page), state)
    cookie = web.build_cookie(web.state_cookie_name(page), browser, page, int(STATE_LIFETIME.total_seconds()))
    return _redirect(page, address, cookie)


def _finish(event: dict[str, Any], page: str) -> dict[str, Any]:
    answer = parse_qs(event.get("rawQueryString", ""), keep_blank_values=True)
    now = datetime.now(UTC)
    listener_id = _login(page).finish(answer, web.get_cookie(event, web.state_cookie_name(page)), now)
    # A new session at every login, so that nobody can have planted its value before.
    sessions = _sessions()
    session = sessions.create(listener_id, now)
    _end_session(sessions, event, page)
    logger.info("logged in")
    return _redirect(
        page,
        f"{page}/",
        web.build_cookie(web.session_cookie_name(page), session, page, int(SESSION_LIFETIME.total_seconds())),
        web.build_expired_cookie(web.state_cookie_name(page), page),
    )


def _end(event: dict[str, Any], page: str) -> dict[str, Any]:
    if not web.is_same_origin(event, page):
        raise ForeignOriginError("Please log out on the page itself.")
    _end_session(_sessions(), event, page)
    return _redirect(page, f"{page}/", web.build_expired_cookie(web.session_cookie_name(page), page), status=303)


_ROUTES = {"GET /login": _begin, "GET /callback": _finish, "POST /logout": _end}


def _login(page: str) -> "Login":
    # spotipy takes long to import, and nothing but the way back needs it.
    from auth.callback import Login
    from coverart.spotify.oauth import SpotifyAccounts

    settings = AuthSettings.load()
    return Login(
        _states(settings),
        SpotifyAccounts(settings.secrets_path, settings.spotify_accounts_url, settings.spotify_timeout_seconds),
        Listeners(clients.get_table(settings.listeners_table)),
        settings,
        _redirect_uri(page),
    )


def _states(settings: AuthSettings) -> OAuthStates:
    return OAuthStates(
        clients.get_table(settings.keys_table), get_required_secret(settings.secrets_path, "session_key")
    )


def _redirect_uri(page: str) -> str:
    return f"{page}/callback"


def _sessions() -> Sessions:
    return Sessions(clients.get_table(AuthSettings.load().keys_table))


def _end_session(sessions: Sessions, event: dict[str, Any], page: str) -> None:
    if session := web.get_cookie(event, web.session_cookie_name(page)):
        sessions.delete(session)


def _redirect(page: str, address: str, *cookies: str, status: int = 302) -> dict[str, Any]:
    headers = {**web.security_headers(page), "Location": address}
    return {"statusCode": status, "headers": headers, "cookies": list(cookies)}
