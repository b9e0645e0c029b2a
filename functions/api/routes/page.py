"""The web page: the files of web/, and what they may load. Where the owner has more to do first, it says what."""

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

_WEB = Path(__file__).parents[1] / "web"
_SETUP = Path(__file__).parents[1] / "setup.html"
# In this order: what comes later adds to what came before.
_STYLES = ("style", "forms", "covers", "playlists")
_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}


@router.get("/", include_in_schema=False)
def get_page() -> Response[Any]:
    return _file("index.html") if _is_set_up() else _setup()


@router.get("/web/<file>", include_in_schema=False)
def get_file(file: str) -> Response[Any]:
    return _file(file)


def _is_set_up() -> bool:
    # Powertools' parameters take long to import, and no other route of the page needs them.
    from coverart.aws.secrets import get_secret

    path = dependencies.ApiSettings.load().secrets_path
    try:
        return all(get_secret(path, name) for name in ("spotify_client_id", "spotify_client_secret"))
    except CoverArtError:
        return True  # nobody knows; the login will tell


def _setup() -> Response[Any]:
    redirect_uri = f"{web.get_public_url(router.current_event.raw_event)}/callback"
    told = {"redirect_uri": redirect_uri, "secrets_path": dependencies.ApiSettings.load().secrets_path}
    body = _SETUP.read_text("utf-8")
    for name, value in told.items():
        body = body.replace(f"{{{name}}}", html.escape(value))
    headers = {"Content-Security-Policy": _policy()}
    return Response(HTTPStatus.OK.value, content_type=_TYPES[".html"], body=body, headers=headers)


def _file(name: str) -> Response[Any]:
    if name not in _files():
        raise NotFoundError("There is nothing at this address.")
    body, tag = _files()[name]
    # Always asked for again, and sent again where it has changed.
    headers = {"ETag": tag, "Cache-Control": "no-cache", "Content-Security-Policy": _policy()}
    if tag in web.get_header(router.current_event.raw_event, "if-none-match"):
        return Response(status_code=HTTPStatus.NOT_MODIFIED.value, headers=headers)
    return Response(HTTPStatus.OK.value, content_type=_TYPES[Path(name).suffix], body=body, headers=headers)


@cache
def _files() -> dict[str, tuple[str, str]]:
    """Text and ETag by name: nothing else is served. The page itself asks for page.js and page.css alone."""
    texts = {file.name: file.read_text("utf-8") for file in _WEB.iterdir() if file.suffix in _TYPES}
    scripts = {Path(name).stem: text for name, text in texts.items() if name.endswith(".js")}
    texts |= {"page.js": bundle.bundle_modules(scripts), "page.css": "".join(texts[f"{name}.css"] for name in _STYLES)}
    return {name: (text, f'"{hashlib.sha256(text.encode()).hexdigest()[:32]}"') for name, text in texts.items()}


def _policy() -> str:
    """https://www.w3.org/TR/CSP3/. Pictures' addresses redirect to the bucket, and playlist images are Spotify's."""
    settings = dependencies.ApiSettings.load()
    bucket = urlsplit(dependencies.bucket().create_presigned_url("any"))
    pictures = " ".join([f"{bucket.scheme}://{bucket.netloc}", *settings.artwork_origins])
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
        f"img-src 'self' {pictures}; form-action 'self' {settings.spotify_accounts_url.rstrip('/')}; "
        "base-uri 'none'; frame-ancestors 'none'"
    )
