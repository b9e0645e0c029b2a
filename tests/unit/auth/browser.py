"""A browser's requests to auth's handler, and a listener's consent at the Spotify fake."""

from urllib.parse import parse_qs, urlencode, urlsplit

import requests

from auth.app import handler
from coverart.aws import clients, secrets
from tests.fake_spotify import SECRETS_PATH

PAGE = "http://127.0.0.1:8000"
SESSION_KEY = "key-of-this-test"
ROBIN = "DemoListener1"


def save_secret(name, value):
    clients.get_client("ssm").put_parameter(
        Name=f"{SECRETS_PATH}/{name}", Value=value, Type="SecureString", Overwrite=True
    )
    secrets._get_provider.cache_clear()


def request(route, query="", origin=PAGE, **cookies):
    """Return the handler's response to a browser on the page, or on that of another origin."""
    method, path = route.split()
    event = {
        "version": "2.0",
        "routeKey": route,
        "rawPath": path,
        "rawQueryString": query if isinstance(query, str) else urlencode(query),
        "headers": {"origin": origin} if method == "POST" else {},
        "cookies": [f"{name}={value}" for name, value in cookies.items()],
        "requestContext": {"domainName": "abc.execute-api.us-east-1.amazonaws.com"},
    }
    return handler(event, None)


def read_cookies(response):
    return dict(cookie.split(";")[0].split("=", 1) for cookie in response["cookies"])


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


def read_state(url):
    return parse_qs(urlsplit(url).query)["state"][0]


def call_back(*parameters):
    """Return the response to a callback with a valid state and these other parameters."""
    authorize_url, state_cookie = start_login()
    return request("GET /callback", [("state", read_state(authorize_url)), *parameters], state=state_cookie)


def read_error_code(response):
    """Return the code that the page gets, after checking that nobody is logged in."""
    assert response["statusCode"] == 302
    assert "session" not in read_cookies(response)
    assert clients.get_table("ListenersTable").scan()["Items"] == []
    items = clients.get_table("KeysTable").scan()["Items"]
    assert not [item for item in items if item["key"].startswith("session#")]
    page, _, code = response["headers"]["Location"].partition("/?login=")
    assert page == PAGE
    return code
