import re
from pathlib import Path
from typing import get_args

import pytest
from botocore.stub import Stubber

from api.web_files import load_files
from auth.oauth import LoginErrorCode
from coverart.aws import clients, secrets
from coverart.errors import (
    ConfigurationError,
    NotAllowListedError,
    OwnerWithoutPremiumError,
    SpotifyCoolingDownError,
    SpotifyUnavailableError,
)
from coverart.version import VERSION
from tests.unit.api.conftest import PAGE, ApiClient, assert_error

WEB = Path(__file__).parents[3] / "functions" / "api" / "web"
SECURITY_POLICY = {
    "default-src": ["'none'"],
    "script-src": ["'self'"],
    "style-src": ["'self'"],
    "connect-src": ["'self'", "https://bucket.s3.us-east-1.amazonaws.com"],
    "font-src": ["'self'"],
    "img-src": ["'self'", "https://bucket.s3.us-east-1.amazonaws.com", "https://i.scdn.co", "https://mosaic.scdn.co"],
    "form-action": ["'self'", "https://accounts.spotify.com"],
    "base-uri": ["'none'"],
    "frame-ancestors": ["'none'"],
}


@pytest.fixture
def new_stack(step_functions):
    """A stack whose owner has not stored any secret yet."""
    secrets._get_provider.cache_clear()
    yield
    secrets._get_provider.cache_clear()


@pytest.fixture
def configured_stack(new_stack):
    """A stack whose owner has stored Spotify's credentials."""
    store_secrets("spotify_client_id", "spotify_client_secret")


def store_secrets(*names):
    for name in names:
        clients.get_client("ssm").put_parameter(Name=f"/cover-art/{name}", Value="some value", Type="SecureString")


def get(path, **headers):
    return ApiClient(**headers).call("GET", path)


def parse_policy(response):
    directives = response.headers["Content-Security-Policy"].split("; ")
    return {name: sources for name, *sources in (directive.split() for directive in directives)}


def test_page_is_public_and_has_a_content_security_policy(configured_stack):
    response = get("/")
    assert response.status == 200
    assert '<html lang="en" data-login="spotify" data-session="none">' in response.body
    assert parse_policy(response) == SECURITY_POLICY
    for name, value in {
        "Content-Type": "text/html; charset=utf-8",
        "Cache-Control": "no-cache",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Strict-Transport-Security": "max-age=31536000",
    }.items():
        assert response.headers[name] == value


def test_page_knows_session_version_and_stand_in(configured_stack, monkeypatch):
    first, second = ApiClient().call("GET", "/"), ApiClient("a" * 43).call("GET", "/")
    assert 'data-session="none"' in first.body
    assert 'data-session="perhaps"' in second.body
    assert first.headers["ETag"] != second.headers["ETag"]
    assert second.headers["Vary"] == "Cookie"
    assert f"<p>Version {VERSION} ·" in first.body
    monkeypatch.setenv("SPOTIFY_ACCOUNTS_URL", "http://127.0.0.1:9000")
    assert 'data-login="demo"' in get("/").body


def test_link_preview_has_a_picture(configured_stack):
    url = re.search(r'<meta property="og:image" content="([^"]+)">', get("/").body)
    assert url is not None
    assert url[1].startswith(f"{PAGE}/web/wall.")
    assert get(url[1].removeprefix(PAGE)).headers["Content-Type"] == "image/jpeg"


@pytest.mark.parametrize("names", [(), ("spotify_client_id",)], ids=["no secret", "one of two"])
def test_page_without_credentials_tells_the_owner_what_to_do(new_stack, names):
    store_secrets(*names)
    response = get("/")
    assert response.status == 200
    assert f">{PAGE}/callback</code>" in response.body
    assert ">make configure</code>" in response.body
    assert ">/cover-art/</code>" in response.body
    assert "{" not in response.body
    assert parse_policy(response) == SECURITY_POLICY
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["Content-Type"] == "text/html; charset=utf-8"
    store_secrets(*{"spotify_client_id", "spotify_client_secret"}.difference(names))
    assert "data-login" in get("/").body


def test_page_is_shown_if_secrets_cannot_be_read(new_stack):
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


@pytest.mark.parametrize(
    ("name", "content_type"),
    [
        ("page.css", "text/css; charset=utf-8"),
        ("page.js", "text/javascript; charset=utf-8"),
        ("favicon.svg", "image/svg+xml"),
        ("bricolage.woff2", "font/woff2"),
    ],
)
def test_files_are_cached_for_good_under_their_hash(configured_stack, name, content_type):
    file = list_files(get("/").body)[name]
    response = get(f"/web/{file}")
    assert response.headers["Content-Type"] == content_type
    assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    stem, _, suffix = file.split(".")
    earlier = get(f"/web/{stem}.000000000000.{suffix}")
    assert (earlier.body, earlier.headers["Cache-Control"]) == (response.body, "no-cache")


def test_text_is_compressed_and_not_sent_again_unchanged(configured_stack):
    name = list_files(get("/").body)["page.js"]
    assert get(f"/web/{name}", **{"accept-encoding": "gzip, br"}).headers["Content-Encoding"] == "gzip"
    etag = get("/").headers["ETag"]
    response = get("/", **{"if-none-match": etag})
    assert (response.status, response.body or "") == (304, "")
    assert response.headers["ETag"] == etag
    assert get("/", **{"if-none-match": '"other"'}).status == 200


@pytest.mark.parametrize("path", ["/", "/web/page.000000000000.css"])
def test_monitors_can_ask_without_the_content(configured_stack, path):
    response = ApiClient().call("HEAD", path)
    assert (response.status, response.headers["Cache-Control"]) == (200, "no-cache")


@pytest.mark.parametrize(
    "name", ["app.py", "..", "%2e%2e%2fapp.py", "../app.py", "app.js", "none.000000000000.js", "%00"]
)
def test_other_files_are_not_found(step_functions, name):
    assert_error(get(f"/web/{name}"), 404, "not_found")


def test_every_login_error_has_a_sentence_on_the_page():
    text = (WEB / "strings.js").read_text("utf-8")
    section = text[text.index("LOGIN_ERRORS = {") : text.index("UNKNOWN_LOGIN_ERROR")]
    error_classes = (
        NotAllowListedError,
        OwnerWithoutPremiumError,
        SpotifyUnavailableError,
        SpotifyCoolingDownError,
        ConfigurationError,
    )
    codes = {*get_args(LoginErrorCode), *(error.code for error in error_classes)}
    assert set(re.findall(r"^  (\w+):", section, re.MULTILINE)) == codes
