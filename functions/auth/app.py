"""Lambda handler: /login redirects to Spotify, /callback finishes the login, /logout ends the session."""

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from botocore.exceptions import BotoCoreError, ClientError

from auth.oauth import LoginRefusedError, build_authorize_url
from auth.oauth_state import STATE_LIFETIME, OAuthStates
from coverart import web
from coverart.aws import clients
from coverart.aws.errors import as_domain_error
from coverart.aws.secrets import get_required_secret
from coverart.aws.telemetry import logger, start_invocation
from coverart.errors import CoverArtError, ForeignOriginError
from coverart.spotify.settings import SpotifySettings
from coverart.store.listeners import Listeners
from coverart.store.sessions import SESSION_LIFETIME, Sessions

if TYPE_CHECKING:
    from auth.callback import Login


class AuthSettings(SpotifySettings):
    """The settings of auth."""

    keys_table: str


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Respond to API Gateway's payload format 2.0. A refused login redirects to /?login=<code>."""
    start_invocation(context, correlation_id=event["requestContext"].get("requestId"), route=event["routeKey"])
    page_url = web.get_public_url(event)
    try:
        return _ROUTES[event["routeKey"]](event, page_url)
    except ForeignOriginError as error:
        body = json.dumps({"error": {"code": error.code, "message": str(error)}})
        headers = {**web.security_headers(page_url), "Content-Type": "application/json"}
        return {"statusCode": 403, "headers": headers, "body": body}
    except LoginRefusedError as error:
        code, reason = str(error.code), ""
    except CoverArtError as error:
        code, reason = error.code, str(error)
    except (ClientError, BotoCoreError) as error:
        domain_error = as_domain_error(error)
        code, reason = domain_error.code, str(domain_error)
    logger.warning("login refused", code=code, reason=reason)
    return _redirect(page_url, f"{page_url}/?login={code}")


def _start_login(_event: dict[str, Any], page_url: str) -> dict[str, Any]:
    settings = AuthSettings.load()
    client_id = get_required_secret(settings.secrets_path, "spotify_client_id")
    # Only the callback needs the client secret. If it is missing, the listener learns that before giving consent.
    get_required_secret(settings.secrets_path, "spotify_client_secret")
    state, cookie_value = _create_states(settings).issue(datetime.now(UTC))
    authorize_url = build_authorize_url(settings.spotify_accounts_url, client_id, _redirect_uri(page_url), state)
    max_age_seconds = int(STATE_LIFETIME.total_seconds())
    cookie = web.build_cookie(web.state_cookie_name(page_url), cookie_value, page_url, max_age_seconds)
    return _redirect(page_url, authorize_url, cookie)


def _finish_login(event: dict[str, Any], page_url: str) -> dict[str, Any]:
    parameters: dict[str, list[str]] = parse_qs(event.get("rawQueryString", ""), keep_blank_values=True)
    now = datetime.now(UTC)
    state_cookie = web.state_cookie_name(page_url)
    listener_id = _create_login(page_url).finish(parameters, web.get_cookie(event, state_cookie), now)
    # Every login creates a new session, so that nobody can plant a cookie value before it (session fixation).
    sessions = _create_sessions()
    session = sessions.create(listener_id, now)
    _end_session(sessions, event, page_url)
    logger.info("logged in")
    max_age_seconds = int(SESSION_LIFETIME.total_seconds())
    return _redirect(
        page_url,
        f"{page_url}/",
        web.build_cookie(web.session_cookie_name(page_url), session, page_url, max_age_seconds),
        web.build_expired_cookie(state_cookie, page_url),
    )


def _log_out(event: dict[str, Any], page_url: str) -> dict[str, Any]:
    if not web.is_same_origin(event, page_url):
        raise ForeignOriginError("Please log out on the page itself.")
    _end_session(_create_sessions(), event, page_url)
    expired_cookie = web.build_expired_cookie(web.session_cookie_name(page_url), page_url)
    return _redirect(page_url, f"{page_url}/", expired_cookie, status=303)


_ROUTES = {"GET /login": _start_login, "GET /callback": _finish_login, "POST /logout": _log_out}


def _create_login(page_url: str) -> "Login":
    # Only the callback needs spotipy, which takes long to import.
    from auth.callback import Login
    from coverart.spotify.oauth import SpotifyAccounts

    settings = AuthSettings.load()
    return Login(
        _create_states(settings),
        SpotifyAccounts(settings.secrets_path, settings.spotify_accounts_url, settings.spotify_timeout_seconds),
        Listeners(clients.get_table(settings.listeners_table)),
        settings,
        _redirect_uri(page_url),
    )


def _create_states(settings: AuthSettings) -> OAuthStates:
    session_key = get_required_secret(settings.secrets_path, "session_key")
    return OAuthStates(clients.get_table(settings.keys_table), session_key)


def _create_sessions() -> Sessions:
    return Sessions(clients.get_table(AuthSettings.load().keys_table))


def _redirect_uri(page_url: str) -> str:
    return f"{page_url}/callback"


def _end_session(sessions: Sessions, event: dict[str, Any], page_url: str) -> None:
    if session := web.get_cookie(event, web.session_cookie_name(page_url)):
        sessions.delete(session)


def _redirect(page_url: str, location: str, *cookies: str, status: int = 302) -> dict[str, Any]:
    headers = {**web.security_headers(page_url), "Location": location}
    return {"statusCode": status, "headers": headers, "cookies": list(cookies)}
