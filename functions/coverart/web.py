"""HTTP that auth and api share: the page's URL, cookies and headers.

Events and responses have API Gateway's payload format 2.0.
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from coverart.aws.settings import Settings

# Not no-referrer, with which browsers send a form's `Origin` as null.
_SECURITY_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    # For responses other than the page, which has a policy of its own.
    "Content-Security-Policy": "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
}
_HSTS = "max-age=31536000"


class WebSettings(Settings):
    """`public_url`: the page's URL where it has a domain of its own, else empty."""

    public_url: str = ""


def get_public_url(event: Mapping[str, Any]) -> str:
    """Return the page's URL without a trailing slash: PUBLIC_URL, or API Gateway's own domain."""
    configured_url = WebSettings.load().public_url.rstrip("/")
    return configured_url or f"https://{event['requestContext']['domainName']}"


def is_https(public_url: str) -> bool:
    """Return False for plain HTTP, over which the local stack serves the page."""
    return urlsplit(public_url).scheme == "https"


def is_same_origin(event: Mapping[str, Any], public_url: str) -> bool:
    """Return whether the request's `Origin` is the page's. Every change by a cookie session needs this check."""
    page = urlsplit(public_url)
    return get_header(event, "origin") == f"{page.scheme}://{page.netloc}"


def get_header(event: Mapping[str, Any], name: str) -> str:
    """Return a request header, or "" where it is missing. `name` is in lower case."""
    headers: Mapping[str, Any] = event.get("headers") or {}
    return str({header.lower(): value for header, value in headers.items()}.get(name, ""))


def security_headers(public_url: str, cache_control: str = "no-store") -> dict[str, str]:
    """Return the headers of every response. By default no cache may store it."""
    headers = {**_SECURITY_HEADERS, "Cache-Control": cache_control}
    return {**headers, "Strict-Transport-Security": _HSTS} if is_https(public_url) else headers


def session_cookie_name(public_url: str) -> str:
    """Return the name of the session's cookie."""
    return _cookie_name("session", public_url)


def state_cookie_name(public_url: str) -> str:
    """Return the name of the cookie that binds an OAuth state to the browser."""
    return _cookie_name("state", public_url)


def _cookie_name(name: str, public_url: str) -> str:
    # The prefix binds the cookie to this host. Browsers accept it over HTTPS only.
    return f"__Host-{name}" if is_https(public_url) else name


def get_cookie(event: Mapping[str, Any], name: str) -> str | None:
    """Return the value of the first cookie with this name, or None."""
    for cookie in event.get("cookies") or []:
        cookie_name, _, value = cookie.partition("=")
        if cookie_name.strip() == name:
            return str(value)
    return None


def build_cookie(name: str, value: str, public_url: str, max_age_seconds: int) -> str:
    """Return the `Set-Cookie` header of a cookie that scripts cannot read.

    SameSite is Lax because Strict would lose the state cookie when Spotify redirects back.
    """
    flags = "; Secure" if is_https(public_url) else ""
    return f"{name}={value}; Max-Age={max_age_seconds}; Path=/; HttpOnly; SameSite=Lax{flags}"


def build_expired_cookie(name: str, public_url: str) -> str:
    """Return the `Set-Cookie` header that deletes a cookie."""
    return build_cookie(name, "", public_url, max_age_seconds=0)
