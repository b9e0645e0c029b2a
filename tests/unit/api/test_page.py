import re
from pathlib import Path
from typing import get_args

import pytest
from botocore.stub import Stubber

from api.web_files import load_files
from auth.oauth import LoginErrorCode
from coverart import errors
from coverart.aws import clients
from coverart.version import VERSION
from tests.stored_secrets import store_secret
from tests.unit.api.conftest import PAGE, ApiClient, assert_error

WEB = Path(__file__).parents[3] / "functions" / "api" / "web"
BUCKET = "https://bucket.s3.us-east-1.amazonaws.com"
SECURITY_POLICY = {
    "default-src": ["'none'"],
    "script-src": ["'self'"],
    "style-src": ["'self'"],
    "connect-src": ["'self'", BUCKET],
    "font-src": ["'self'"],
    "img-src": ["'self'", BUCKET, "https://i.scdn.co", "https://mosaic.scdn.co"],
    "form-action": ["'self'", "https://accounts.spotify.com"],
    "base-uri": ["'none'"],
    "frame-ancestors": ["'none'"],
}
HTML_HEADERS = {
    "Content-Type": "text/html; charset=utf-8",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Strict-Transport-Security": "max-age=31536000",
}
CREDENTIALS = ("spotify_client_id", "spotify_client_secret")


@pytest.fixture
def configured_stack(step_functions):
    """A stack whose owner has stored Spotify's credentials."""
    for name in CREDENTIALS:
        store_secret(name)


def get(path, session=None, method="GET", **headers):
    return ApiClient(session).call(method, path, **headers)


def assert_html(response):
    """Assert that this is a page with all its headers."""
    assert response.status == 200
    assert HTML_HEADERS.items() <= response.headers.items()
    assert "{" not in response.body
    directives = response.headers["Content-Security-Policy"].split("; ")
    assert {name: sources for name, *sources in map(str.split, directives)} == SECURITY_POLICY


def test_page_is_public_and_has_a_content_security_policy(configured_stack, monkeypatch):
    response, with_session = get("/"), get("/", "a" * 43)
    assert_html(response)
    assert response.headers["Cache-Control"] == "no-cache"
    assert '<html lang="en" data-login="spotify" data-session="none">' in response.body
    assert f"<p>Version {VERSION} ·" in response.body
    assert 'data-session="perhaps"' in with_session.body
    assert response.headers["ETag"] != with_session.headers["ETag"]
    assert with_session.headers["Vary"] == "Cookie"
    preview = re.search(rf'<meta property="og:image" content="{PAGE}(/web/wall\.[^"]+)">', response.body)
    image = get(preview[1])
    assert (image.headers["Content-Type"], image.body) == ("image/jpeg", (WEB / "wall.jpg").read_bytes())
    monkeypatch.setenv("SPOTIFY_ACCOUNTS_URL", "http://127.0.0.1:9000")
    assert 'data-login="demo"' in get("/").body


@pytest.mark.parametrize("count", [0, 1])
def test_page_without_credentials_tells_the_owner_what_to_do(step_functions, count):
    for name in CREDENTIALS[:count]:
        store_secret(name)
    response = get("/")
    assert_html(response)
    assert response.headers["Cache-Control"] == "no-store"
    for text in (f">{PAGE}/callback</code>", ">make configure</code>", ">/cover-art/</code>"):
        assert text in response.body
    for name in CREDENTIALS[count:]:
        store_secret(name)
    assert "data-login" in get("/").body


def test_page_is_shown_if_secrets_cannot_be_read(step_functions):
    client = clients.get_client("ssm")
    with Stubber(client) as stubber:
        stubber.add_client_error("get_parameter", "AccessDeniedException", http_status_code=400)
        assert "data-login" in get("/").body
        stubber.assert_no_pending_responses()


def list_files(page):
    """Return the names of the files that a page loads, with and without their hash."""
    names = re.findall(r'"/web/([^"]+)"', page)
    return {re.sub(r"\.[0-9a-f]{12}\.", ".", name): name for name in names}


def test_page_loads_one_script_and_one_style_sheet(configured_stack):
    """More requests at once fail in an account that runs ten functions at once."""
    files = list_files(get("/").body)
    assert files.keys() == {"page.css", "page.js", "favicon.svg", "bricolage.woff2"}
    script, styles = (get(f"/web/{files[name]}").body for name in ("page.js", "page.css"))
    scripts = {name: file.content.decode() for name, file in load_files().items() if name.endswith(".js")}
    assert scripts["page.js"] == script
    for file in WEB.iterdir():
        if file.suffix == ".css":
            assert file.read_text("utf-8").split("{")[0] in styles, file.name
        elif file.suffix == ".js":
            start = f"\nconst ${file.stem.replace('-', '_')} = (() => {{\n"
            assert sum(start in f"\n{text}" for text in scripts.values()) == 1, file.name
    assert not re.search(r"^(?:import|export)\b", script, re.MULTILINE)
    for name in re.findall(r"/web/([\w.-]+)", styles + script):
        assert get(f"/web/{name}").status == 200


def test_files_are_cached_for_good_under_their_hash(configured_stack):
    files = list_files(get("/").body)
    for name, content_type in (
        ("page.css", "text/css; charset=utf-8"),
        ("page.js", "text/javascript; charset=utf-8"),
        ("favicon.svg", "image/svg+xml"),
        ("bricolage.woff2", "font/woff2"),
    ):
        response = get(f"/web/{files[name]}")
        assert response.headers["Content-Type"] == content_type
        assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        stem, suffix = name.split(".")
        earlier = get(f"/web/{stem}.000000000000.{suffix}")
        assert (earlier.body, earlier.headers["Cache-Control"]) == (response.body, "no-cache")
    # Monitors can ask without the content.
    for path in ("/", "/web/page.000000000000.css"):
        response = get(path, method="HEAD")
        assert (response.status, response.headers["Cache-Control"]) == (200, "no-cache")


def test_text_is_compressed_and_not_sent_again_unchanged(configured_stack):
    page = get("/")
    response = get(f"/web/{list_files(page.body)['page.js']}", accept_encoding="gzip, br")
    assert response.headers["Content-Encoding"] == "gzip"
    etag = page.headers["ETag"]
    response = get("/", if_none_match=etag)
    assert (response.status, response.body or "", response.headers["ETag"]) == (304, "", etag)
    assert get("/", if_none_match='"other"').status == 200


def test_other_files_are_not_found(step_functions):
    for name in ("app.py", "..", "%2e%2e%2fapp.py", "../app.py", "app.js", "none.000000000000.js", "%00"):
        assert_error(get(f"/web/{name}"), 404, "not_found", name)


def test_every_login_error_has_a_sentence_on_the_page():
    text = (WEB / "strings.js").read_text("utf-8")
    section = text[text.index("LOGIN_ERRORS = {") : text.index("UNKNOWN_LOGIN_ERROR")]
    names = ("NotAllowListed", "OwnerWithoutPremium", "SpotifyUnavailable", "SpotifyCoolingDown", "Configuration")
    codes = {*get_args(LoginErrorCode), *(getattr(errors, f"{name}Error").code for name in names)}
    assert set(re.findall(r"^  (\w+):", section, re.MULTILINE)) == codes
