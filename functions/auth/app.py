"""Door of auth: /login sends the browser to Spotify, /callback takes it back, /logout ends the session."""

import coverart.quick_start

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from botocore.exceptions import BotoCoreError, ClientError

from auth.consent import consent_address
from auth.refusal import LoginRefusedError
from auth.states import STATE_LASTS, States
from coverart import aws, web
from coverart.errors import CoverArtError, ForeignOriginError
from coverart.listeners import Listeners
from coverart.secrets import needed_secret
from coverart.sessions import SESSION_LASTS, Sessions
from coverart.spotify_settings import SpotifySettings
from coverart.telemetry import begin, logger

if TYPE_CHECKING:
    from auth.login import Login


class AuthSettings(SpotifySettings):
    keys_table: str


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Takes and gives API Gateway's payload format 2.0. A login that is refused ends at /?login=<code>."""
    begin(context, correlation_id=event["requestContext"].get("requestId"), route=event["routeKey"])
    page = web.public_url(event)
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
        named = aws.named(aws_error)
        code, reason = named.code, str(named)
    logger.warning("login refused", code=code, reason=reason)
    return _redirect(page, f"{page}/?login={code}")


def _begin(_event: dict[str, Any], page: str) -> dict[str, Any]:
    settings = AuthSettings.load()
    client_id = needed_secret(settings.secrets_path, "spotify_client_id")
    # Only the way back needs it; that it is missing is told before anybody consents.
    needed_secret(settings.secrets_path, "spotify_client_secret")
    state, browser = _states(settings).issue(datetime.now(UTC))
    address = consent_address(settings.spotify_accounts_url, client_id, _redirect_uri(page), state)
    cookie = web.set_cookie(web.state_cookie(page), browser, page, int(STATE_LASTS.total_seconds()))
    return _redirect(page, address, cookie)


def _finish(event: dict[str, Any], page: str) -> dict[str, Any]:
    answer = parse_qs(event.get("rawQueryString", ""), keep_blank_values=True)
    now = datetime.now(UTC)
    listener_id = _login(page).finish(answer, web.cookie(event, web.state_cookie(page)), now)
    # A new session at every login, so that nobody can have planted its value before.
    sessions = _sessions()
    session = sessions.create(listener_id, now)
    _end_session(sessions, event, page)
    logger.info("logged in")
    return _redirect(
        page,
        f"{page}/",
        web.set_cookie(web.session_cookie(page), session, page, int(SESSION_LASTS.total_seconds())),
        web.clear_cookie(web.state_cookie(page), page),
    )


def _end(event: dict[str, Any], page: str) -> dict[str, Any]:
    if not web.is_same_origin(event, page):
        raise ForeignOriginError("Please log out on the page itself.")
    _end_session(_sessions(), event, page)
    return _redirect(page, f"{page}/", web.clear_cookie(web.session_cookie(page), page), status=303)


_ROUTES = {"GET /login": _begin, "GET /callback": _finish, "POST /logout": _end}


def _login(page: str) -> "Login":
    # spotipy takes long to import, and nothing but the way back needs it.
    from auth.login import Login
    from coverart.spotify_accounts import Accounts

    settings = AuthSettings.load()
    return Login(
        _states(settings),
        Accounts(settings.secrets_path, settings.spotify_accounts_url, settings.spotify_timeout_seconds),
        Listeners(aws.table(settings.listeners_table)),
        settings,
        _redirect_uri(page),
    )


def _states(settings: AuthSettings) -> States:
    return States(aws.table(settings.keys_table), needed_secret(settings.secrets_path, "session_key"))


def _redirect_uri(page: str) -> str:
    return f"{page}/callback"


def _sessions() -> Sessions:
    return Sessions(aws.table(AuthSettings.load().keys_table))


def _end_session(sessions: Sessions, event: dict[str, Any], page: str) -> None:
    if session := web.cookie(event, web.session_cookie(page)):
        sessions.end(session)


def _redirect(page: str, address: str, *cookies: str, status: int = 302) -> dict[str, Any]:
    headers = {**web.security_headers(page), "Location": address}
    return {"statusCode": status, "headers": headers, "cookies": list(cookies)}
