"""The page's URL, cookies, the check of a request's origin, and security headers."""

import pytest

from coverart import web

HTTPS = "https://abc.execute-api.eu-central-1.amazonaws.com"
LOOPBACK = "http://127.0.0.1:8000"


def test_page_url_is_the_domain_unless_configured(monkeypatch):
    event = {"requestContext": {"domainName": "abc.execute-api.eu-central-1.amazonaws.com"}}
    monkeypatch.setenv("PUBLIC_URL", "")
    assert web.get_public_url(event) == HTTPS
    monkeypatch.setenv("PUBLIC_URL", "https://covers.example.org/")
    assert web.get_public_url(event) == "https://covers.example.org"


def test_only_https_cookies_have_the_host_prefix():
    assert web.session_cookie_name(HTTPS) == "__Host-session"
    assert web.session_cookie_name(LOOPBACK) == "session"


def test_cookie_is_found_by_its_whole_name():
    event = {"cookies": ["other-session=a", "session=b=c", "session=d"]}
    assert web.get_cookie(event, "session") == "b=c"
    assert web.get_cookie(event, "state") is None
    assert web.get_cookie({}, "session") is None


@pytest.mark.parametrize(
    ("origin", "is_same"),
    [
        (LOOPBACK, True),
        ("http://127.0.0.1:8001", False),
        ("http://127.0.0.1", False),
        ("https://127.0.0.1:8000", False),
        ("http://127.0.0.1:8000.example.org", False),
        ("null", False),
        ("", False),
        (None, False),
    ],
)
def test_only_the_pages_origin_is_the_same(origin, is_same):
    headers = {} if origin is None else {"origin": origin}
    assert web.is_same_origin({"headers": headers}, LOOPBACK) is is_same


def test_security_headers_include_hsts_over_https_only():
    headers = web.security_headers(HTTPS)
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert "Strict-Transport-Security" in headers
    assert "Strict-Transport-Security" not in web.security_headers(LOOPBACK)
