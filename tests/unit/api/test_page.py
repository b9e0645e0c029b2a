import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from botocore.stub import Stubber

from coverart.aws import clients, secrets
from tests.unit.api.conftest import PAGE, ApiClient, assert_error

WEB = Path(__file__).parents[3] / "functions" / "api" / "web"
SECURITY_POLICY = {
    "default-src": ["'none'"],
    "script-src": ["'self'"],
    "style-src": ["'self'"],
    "connect-src": ["'self'"],
    "img-src": ["'self'", "https://bucket.s3.us-east-1.amazonaws.com", "https://i.scdn.co", "https://mosaic.scdn.co"],
    "form-action": ["'self'", "https://accounts.spotify.com"],
    "base-uri": ["'none'"],
    "frame-ancestors": ["'none'"],
}


@pytest.fixture
def new_stack(step_functions) -> Iterator[None]:
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
    assert (response.status, response.body) == (200, (WEB / "index.html").read_text("utf-8"))
    assert parse_policy(response) == SECURITY_POLICY
    for name, value in {
        "Content-Type": "text/html; charset=utf-8",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Strict-Transport-Security": "max-age=31536000",
    }.items():
        assert response.headers[name] == value


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


def test_page_appears_as_soon_as_credentials_are_stored(new_stack):
    assert "make configure" in get("/").body
    store_secrets("spotify_client_id", "spotify_client_secret")
    assert get("/").body == (WEB / "index.html").read_text("utf-8")


def test_page_is_shown_if_secrets_cannot_be_read(new_stack):
    client = clients.get_client("ssm")
    with Stubber(client) as stubber:
        stubber.add_client_error("get_parameter", "AccessDeniedException", http_status_code=400)
        assert get("/").body == (WEB / "index.html").read_text("utf-8")
        stubber.assert_no_pending_responses()


def test_page_loads_one_script_and_one_style_sheet(configured_stack):
    """More requests at once fail in an account that runs ten functions at once."""
    page = get("/").body
    assert set(re.findall(r'(?:src|href)="/web/([^"]+)"', page)) == {"page.css", "page.js", "favicon.svg"}
    script, styles = (get(f"/web/page.{suffix}").body for suffix in ("js", "css"))
    for file in WEB.iterdir():
        if file.suffix == ".css":
            assert file.read_text("utf-8") in styles, file.name
        elif file.suffix == ".js":
            assert f"\nconst ${file.stem.replace('-', '_')} = (() => {{\n" in f"\n{script}", file.name
    assert not re.search(r"^(?:import|export)\b", script, re.MULTILINE)


def test_each_file_is_served_with_its_content_type(step_functions):
    content_types = {".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
    for file in WEB.iterdir():
        response = get(f"/web/{file.name}")
        assert (response.status, response.body) == (200, file.read_text("utf-8")), file.name
        assert response.headers["Content-Type"].startswith(content_types[file.suffix]), file.name


def test_unchanged_file_is_not_sent_again(step_functions):
    etag = get("/web/app.js").headers["ETag"]
    response = get("/web/app.js", **{"if-none-match": etag})
    assert (response.status, response.body or "") == (304, "")
    assert response.headers["ETag"] == etag
    assert get("/web/app.js", **{"if-none-match": '"other"'}).status == 200


@pytest.mark.parametrize("name", ["app.py", "..", "%2e%2e%2fapp.py", "../app.py", "none.js", "%00"])
def test_other_files_are_not_found(step_functions, name):
    assert_error(get(f"/web/{name}"), 404, "not_found")
