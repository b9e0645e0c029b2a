"""The page's URL, cookies and security headers. The tests of security have requests of other origins."""

from coverart import web

HTTPS, LOOPBACK = "https://abc.execute-api.eu-central-1.amazonaws.com", "http://127.0.0.1:8000"


def test_page_url_is_the_domain_unless_configured(monkeypatch):
    event = {"requestContext": {"domainName": HTTPS.removeprefix("https://")}}
    monkeypatch.setenv("PUBLIC_URL", "")
    assert web.get_public_url(event) == HTTPS
    monkeypatch.setenv("PUBLIC_URL", "https://covers.example.org/")
    assert web.get_public_url(event) == "https://covers.example.org"


def test_cookie_is_found_by_its_whole_name():
    assert (web.session_cookie_name(HTTPS), web.session_cookie_name(LOOPBACK)) == ("__Host-session", "session")
    event = {"cookies": ["other-session=a", "session=b=c", "session=d"]}
    cookies = [web.get_cookie(event, "session"), web.get_cookie(event, "state"), web.get_cookie({}, "session")]
    assert cookies == ["b=c", None, None]


def test_loopback_has_its_own_origin_and_no_hsts():
    for origin in (LOOPBACK, "http://127.0.0.1:8001", "http://127.0.0.1", "https://127.0.0.1:8000", ""):
        assert web.is_same_origin({"headers": {"origin": origin}}, LOOPBACK) is (origin == LOOPBACK), origin
    headers = web.security_headers(HTTPS).keys() - web.security_headers(LOOPBACK)
    assert headers == {"Strict-Transport-Security"}
