"""Routes of the web page: its files and their content security policy.

A stack without Spotify's credentials shows setup.html instead, which tells the owner what to do next.
"""

import base64
import hashlib
import html
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from api import dependencies
from api.web_files import find_file, read_html
from coverart import web
from coverart.errors import CoverArtError, NotFoundError
from coverart.version import VERSION

router = APIGatewayHttpRouter()

_FOLDER = Path(__file__).parents[1]
_PAGE_FILE, _WELCOME_FILE = _FOLDER / "web" / "index.html", _FOLDER / "web" / "welcome.html"
_SETUP_FILE = _FOLDER / "setup.html"
_HTML = "text/html; charset=utf-8"
_FOREVER = "public, max-age=31536000, immutable"


@router.head("/", include_in_schema=False)
@router.get("/", include_in_schema=False)
def get_page() -> Response[Any]:
    """Return the page, or the setup page where the owner has not stored Spotify's credentials."""
    return _respond_with_page() if _is_configured() else _respond_with_setup_page()


@router.head("/web/<file>", include_in_schema=False)
@router.get("/web/<file>", include_in_schema=False)
def get_file(file: str) -> Response[Any]:
    """Return a file of the page, whose name has a hash. Raises NotFoundError."""
    match = find_file(file)
    if match is None:
        raise NotFoundError("There is nothing at this address.")
    web_file, is_current = match
    text = web_file.content.decode() if web_file.is_text else base64.b64encode(web_file.content).decode()
    response: Response[Any] = Response(
        HTTPStatus.OK.value,
        content_type=web_file.content_type,
        body=text,
        headers={"Cache-Control": _FOREVER if is_current else "no-cache"},
        compress=web_file.is_text,
    )
    # Powertools validates bodies, which fails for bytes.
    response.base64_encoded = not web_file.is_text
    return response


def _is_configured() -> bool:
    # Powertools' parameters take long to import, and no other route of the page needs them.
    from coverart.aws.secrets import get_secret

    path = dependencies.get_settings().secrets_path
    try:
        return bool(get_secret(path, "spotify_client_id") and get_secret(path, "spotify_client_secret"))
    except CoverArtError:
        # The page is more helpful than setup instructions that may be wrong.
        return True


def _respond_with_setup_page() -> Response[Any]:
    values = {"redirect_uri": f"{_get_page_url()}/callback", "secrets_path": dependencies.get_settings().secrets_path}
    return _respond_with_html(_fill(_SETUP_FILE, values), {})


def _respond_with_page() -> Response[Any]:
    settings = dependencies.get_settings()
    # Only the local stack's fake Spotify uses plain HTTP.
    is_stand_in = not web.is_https(settings.spotify_accounts_url)
    login = "demo" if is_stand_in else "spotify-or-demo" if settings.allow_demo else "spotify"
    # A new visitor's page need not ask the API for a listener.
    cookie = web.get_cookie(router.current_event.raw_event, web.session_cookie_name(_get_page_url()))
    session = "perhaps" if cookie else "none"
    values = {"page_url": _get_page_url(), "login": login, "session": session}
    welcome = _fill(_WELCOME_FILE, values)
    # A new visitor sees the landing page before scripts run. Others may see it later.
    view, template = (welcome, "") if cookie is None else ("", f'<template id="welcome">{welcome}</template>')
    body = _fill(_PAGE_FILE, values).replace("{view}", view).replace("{template}", template)
    etag = f'"{hashlib.sha256(body.encode()).hexdigest()[:32]}"'
    # A browser revalidates the page, and downloads it again only if it has changed.
    headers = {"ETag": etag, "Cache-Control": "no-cache", "Vary": "Cookie"}
    if etag in web.get_header(router.current_event.raw_event, "if-none-match"):
        headers["Content-Security-Policy"] = _build_content_security_policy()
        return Response(status_code=HTTPStatus.NOT_MODIFIED.value, headers=headers)
    return _respond_with_html(body, headers)


def _get_page_url() -> str:
    return web.get_public_url(router.current_event.raw_event)


def _fill(file: Path, values: dict[str, str]) -> str:
    text = read_html(file)
    for name, value in {**values, "version": VERSION}.items():
        text = text.replace(f"{{{name}}}", html.escape(value))
    return text


def _respond_with_html(body: str, headers: dict[str, str]) -> Response[Any]:
    headers = {**headers, "Content-Security-Policy": _build_content_security_policy()}
    return Response(HTTPStatus.OK.value, content_type=_HTML, body=body, headers=headers, compress=True)


def _build_content_security_policy() -> str:
    """Return the policy (https://www.w3.org/TR/CSP3/).

    Images come from the API, which redirects to the bucket, and from Spotify. Listeners' own pictures go to the bucket.
    """
    settings = dependencies.get_settings()
    bucket = urlsplit(dependencies.get_bucket().create_presigned_url("any"))
    bucket_origin = f"{bucket.scheme}://{bucket.netloc}"
    image_origins = " ".join([bucket_origin, *settings.artwork_origins])
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; "
        f"connect-src 'self' {bucket_origin}; "
        f"img-src 'self' {image_origins}; form-action 'self' {settings.spotify_accounts_url.rstrip('/')}; "
        "base-uri 'none'; frame-ancestors 'none'"
    )
