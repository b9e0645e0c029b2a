"""A browser's requests to auth's handler, and a listener's consent at the Spotify fake."""

from datetime import UTC, datetime
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import requests

from auth.app import handler
from coverart.aws import clients
from coverart.store.sessions import Sessions
from tests.fake_spotify import fake_spotify, listeners, served_spotify
from tests.stored_secrets import store_secret

__all__ = ["fake_spotify", "listeners", "served_spotify"]

PAGE = "http://127.0.0.1:8000"
SESSION_KEY = "key-of-this-test"
ROBIN = "DemoListener1"


@pytest.fixture(autouse=True)
def auth_stack(listeners, monkeypatch):
    """The tables, secrets and settings of auth."""
    monkeypatch.setenv("PUBLIC_URL", PAGE)
    store_secret("session_key", SESSION_KEY)


def request(route, query="", origin=PAGE, **cookies):
    """Return the handler's response to a browser on the page, or on that of another origin."""
    event = {
        "routeKey": route,
        "rawQueryString": query if isinstance(query, str) else urlencode(query),
        "headers": {"origin": origin} if route.startswith("POST") else {},
        "cookies": [f"{name}={value}" for name, value in cookies.items()],
        "requestContext": {"domainName": "abc.execute-api.us-east-1.amazonaws.com"},
    }
    return handler(event, None)


def read_cookies(response):
    return dict(cookie.split(";")[0].split("=", 1) for cookie in response["cookies"])


def find_session(value):
    """Return the id of the session's listener, or None."""
    return Sessions(clients.get_table("KeysTable")).find_listener(value, datetime.now(UTC))


def start_login():
    """Return Spotify's authorization URL, and the value of the browser's state cookie."""
    response = request("GET /login")
    assert response["statusCode"] == 302
    return response["headers"]["Location"], read_cookies(response)["state"]


def consent(authorize_url, listener="demo"):
    """Return the query string with which Spotify redirects the browser back."""
    response = requests.get(f"{authorize_url}&fake_listener={listener}", allow_redirects=False, timeout=60)
    page, _, query = response.headers["Location"].partition("?")
    assert page == f"{PAGE}/callback"
    return query


def start_and_consent(listener="demo"):
    """Return the query string of the callback, and the value of the browser's state cookie."""
    authorize_url, state_cookie = start_login()
    return consent(authorize_url, listener), state_cookie


def log_in(listener="demo", **cookies):
    query, state_cookie = start_and_consent(listener)
    return request("GET /callback", query, state=state_cookie, **cookies)


def call_back(*parameters):
    """Return the response to a callback with a valid state and these other parameters."""
    authorize_url, state_cookie = start_login()
    [state] = parse_qs(urlsplit(authorize_url).query)["state"]
    return request("GET /callback", [("state", state), *parameters], state=state_cookie)
