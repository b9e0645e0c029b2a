"""The page's URL, cookies, the check of a request's origin, and security headers."""

from coverart import web

HTTPS = "https://abc.execute-api.eu-central-1.amazonaws.com"
LOOPBACK = "http://127.0.0.1:8000"


def test_page_url_is_the_domain_unless_configured(monkeypatch):
    event = {"requestContext": {"domainName": "abc.execute-api.eu-central-1.amazonaws.com"}}
    monkeypatch.setenv("PUBLIC_URL", "")
    assert web.get_public_url(event) == HTTPS
    monkeypatch.setenv("PUBLIC_URL", "https://covers.example.org/")
    assert web.get_public_url(event) == "https://covers.example.org"


def test_cookie_is_found_by_its_whole_name():
    assert (web.session_cookie_name(HTTPS), web.session_cookie_name(LOOPBACK)) == ("__Host-session", "session")
    event = {"cookies": ["other-session=a", "session=b=c", "session=d"]}
    cookies = [web.get_cookie(event, "session"), web.get_cookie(event, "state"), web.get_cookie({}, "session")]
    assert cookies == ["b=c", None, None]


def test_only_the_pages_origin_is_the_same():
    foreign = [
        "http://127.0.0.1:8001",
        "http://127.0.0.1",
        "https://127.0.0.1:8000",
        "http://127.0.0.1:8000.example.org",
    ]
    for origin in (LOOPBACK, *foreign, "null", ""):
        assert web.is_same_origin({"headers": {"origin": origin}}, LOOPBACK) is (origin == LOOPBACK), origin
    assert not web.is_same_origin({"headers": {}}, LOOPBACK)


def test_security_headers_include_hsts_over_https_only():
    headers = web.security_headers(HTTPS)
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert "Strict-Transport-Security" in headers
    assert "Strict-Transport-Security" not in web.security_headers(LOOPBACK)
