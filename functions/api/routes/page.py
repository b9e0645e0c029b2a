"""Routes of the web page: the files in web/ and their content security policy.

A stack without Spotify's credentials shows setup.html instead, which tells the owner what to do next.
"""

import hashlib
import html
from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from api import bundle, dependencies
from coverart import web
from coverart.errors import CoverArtError, NotFoundError

router = APIGatewayHttpRouter()

_WEB_FOLDER = Path(__file__).parents[1] / "web"
_SETUP_FILE = Path(__file__).parents[1] / "setup.html"
# The order matters: later rules override earlier ones.
_STYLE_SHEETS = ("style", "welcome", "forms", "covers", "cover", "provenance", "playlists")
_CONTENT_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}


@router.get("/", include_in_schema=False)
def get_page() -> Response[Any]:
    """Return the page, or the setup page where the owner has not stored Spotify's credentials."""
    return _respond_with_file("index.html") if _is_configured() else _respond_with_setup_page()


@router.get("/web/<file>", include_in_schema=False)
def get_file(file: str) -> Response[Any]:
    """Return a file of the page. Raises NotFoundError."""
    return _respond_with_file(file)


def _is_configured() -> bool:
    # Powertools' parameters take long to import, and no other route of the page needs them.
    from coverart.aws.secrets import get_secret

    path = dependencies.get_settings().secrets_path
    try:
        return all(get_secret(path, name) for name in ("spotify_client_id", "spotify_client_secret"))
    except CoverArtError:
        # The page is more helpful than setup instructions that may be wrong.
        return True


def _respond_with_setup_page() -> Response[Any]:
    values = {
        "redirect_uri": f"{web.get_public_url(router.current_event.raw_event)}/callback",
        "secrets_path": dependencies.get_settings().secrets_path,
    }
    body = _SETUP_FILE.read_text("utf-8")
    for name, value in values.items():
        body = body.replace(f"{{{name}}}", html.escape(value))
    headers = {"Content-Security-Policy": _build_content_security_policy()}
    return Response(HTTPStatus.OK.value, content_type=_CONTENT_TYPES[".html"], body=body, headers=headers)


def _respond_with_file(name: str) -> Response[Any]:
    if name not in _load_files():
        raise NotFoundError("There is nothing at this address.")
    body, etag = _load_files()[name]
    # A browser revalidates each file, and downloads it again only if it has changed.
    headers = {
        "ETag": etag,
        "Cache-Control": "no-cache",
        "Content-Security-Policy": _build_content_security_policy(),
    }
    if etag in web.get_header(router.current_event.raw_event, "if-none-match"):
        return Response(status_code=HTTPStatus.NOT_MODIFIED.value, headers=headers)
    return Response(HTTPStatus.OK.value, content_type=_CONTENT_TYPES[Path(name).suffix], body=body, headers=headers)


@cache
def _load_files() -> dict[str, tuple[str, str]]:
    """Return text and ETag of all files that are served, by name.

    page.js and page.css are bundles, the only script and style sheet that the page loads.
    """
    texts = {file.name: file.read_text("utf-8") for file in _WEB_FOLDER.iterdir() if file.suffix in _CONTENT_TYPES}
    modules = {Path(name).stem: text for name, text in texts.items() if name.endswith(".js")}
    texts["page.js"] = bundle.bundle_modules(modules)
    texts["page.css"] = "".join(texts[f"{name}.css"] for name in _STYLE_SHEETS)
    return {name: (text, f'"{hashlib.sha256(text.encode()).hexdigest()[:32]}"') for name, text in texts.items()}


def _build_content_security_policy() -> str:
    """Return the policy (https://www.w3.org/TR/CSP3/).

    Images come from the API, which redirects to the bucket, and from Spotify.
    """
    settings = dependencies.get_settings()
    bucket = urlsplit(dependencies.get_bucket().create_presigned_url("any"))
    image_origins = " ".join([f"{bucket.scheme}://{bucket.netloc}", *settings.artwork_origins])
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
        f"img-src 'self' {image_origins}; form-action 'self' {settings.spotify_accounts_url.rstrip('/')}; "
        "base-uri 'none'; frame-ancestors 'none'"
    )
