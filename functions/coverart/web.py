"""What auth and api say alike over HTTP: where the page is, its cookies, its headers.

Events and answers are API Gateway's, payload format 2.0.
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from coverart.aws.settings import Settings

# Same-origin and not no-referrer: with the latter, browsers send a form's `Origin` as null.
_SECURITY_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    # For what is no page; the page has its own.
    "Content-Security-Policy": "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
}
_HSTS = "max-age=31536000"


class WebSettings(Settings):
    public_url: str = ""


def get_public_url(event: Mapping[str, Any]) -> str:
    """Where the page is, without a slash at the end: PUBLIC_URL, or the address that API Gateway was asked at."""
    configured = WebSettings.load().public_url.rstrip("/")
    return configured or f"https://{event['requestContext']['domainName']}"


def is_https(public: str) -> bool:
    """False for plain http, which the local stack's page is served over."""
    return urlsplit(public).scheme == "https"


def is_same_origin(event: Mapping[str, Any], public: str) -> bool:
    """Whether the `Origin` of the request is the page's. To be asked of what a cookie session may change."""
    page = urlsplit(public)
    return get_header(event, "origin") == f"{page.scheme}://{page.netloc}"


def get_header(event: Mapping[str, Any], name: str) -> str:
    """Empty where the request has none. `name` is in lower case."""
    found = {sent.lower(): value for sent, value in (event.get("headers") or {}).items()}
    return str(found.get(name, ""))


def security_headers(public: str, cache_control: str = "no-store") -> dict[str, str]:
    """For every answer; what is dynamic is stored nowhere."""
    headers = {**_SECURITY_HEADERS, "Cache-Control": cache_control}
    return {**headers, "Strict-Transport-Security": _HSTS} if is_https(public) else headers


def session_cookie_name(public: str) -> str:
    return _name("session", public)


def state_cookie_name(public: str) -> str:
    return _name("state", public)


def _name(name: str, public: str) -> str:
    # Browsers take the prefix from https alone; it binds the cookie to this very host.
    return f"__Host-{name}" if is_https(public) else name


def get_cookie(event: Mapping[str, Any], name: str) -> str | None:
    """The value of the first cookie of this name, or None."""
    for sent in event.get("cookies") or []:
        found, _, value = sent.partition("=")
        if found.strip() == name:
            return str(value)
    return None


def build_cookie(name: str, value: str, public: str, max_age: int) -> str:
    """A `Set-Cookie` that scripts cannot read; `max_age` in seconds.

    SameSite=Lax: Strict would lose the state on the way back from Spotify.
    """
    flags = "; Secure" if is_https(public) else ""
    return f"{name}={value}; Max-Age={max_age}; Path=/; HttpOnly; SameSite=Lax{flags}"


def build_expired_cookie(name: str, public: str) -> str:
    return build_cookie(name, "", public, max_age=0)
