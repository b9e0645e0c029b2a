"""Routes of a cover's public page: share it and take it back, and the page itself, which needs no login."""

import base64
import hashlib
import html
from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Path as PathParameter
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from api import dependencies
from api.authentication import Listener
from api.errors import document_responses, no_content
from api.responses import describe_picture, find_image_key
from api.routes.covers import CoverId, get_own_cover, redirect_to_image
from api.web_files import read_html
from coverart import web
from coverart.errors import CoverDeletedError, ForeignOriginError, NotFinishedError, NotFoundError
from coverart.models import StrictModel

router = APIGatewayHttpRouter()

ShareId = Annotated[str, PathParameter(alias="share", description="The id that its address has")]

_PAGE_FILE = Path(__file__).parents[1] / "shared.html"
_MAX_SONGS = 12


class ShareResponse(StrictModel):
    """`url`: the address of the cover's public page."""

    url: str


@router.post(
    "/api/covers/<id>/share",
    summary="Give a cover a public page",
    description="Whoever has its address, which cannot be guessed, sees the cover and what it came from.",
    tags=["covers"],
    responses=document_responses(
        HTTPStatus.OK, "The page's address", NotFoundError, NotFinishedError, ForeignOriginError
    ),
)
def share_cover(listener: Listener, cover_id: CoverId) -> ShareResponse:
    """Return the address of the cover's page, which stays the same until the listener takes it back."""
    item = get_own_cover(listener.listener_id, cover_id)
    if item["status"] != "done":
        raise NotFinishedError("This cover cannot be shared yet. Please wait until it is done.")
    try:
        share_id = dependencies.get_shared_covers().share(listener.listener_id, item)
    except CoverDeletedError:
        raise NotFoundError("You have no cover with this id.") from None
    return ShareResponse(url=f"{_get_public_url()}/shared/{share_id}")


@router.delete(
    "/api/covers/<id>/share",
    summary="Take a cover's public page back",
    tags=["covers"],
    responses=document_responses(
        HTTPStatus.NO_CONTENT, "There is no public page", NotFoundError, ForeignOriginError, content={}
    ),
)
def take_back_cover(listener: Listener, cover_id: CoverId) -> Response[Any]:
    """End the cover's public page."""
    item = get_own_cover(listener.listener_id, cover_id)
    try:
        dependencies.get_shared_covers().take_back(listener.listener_id, item)
    except CoverDeletedError:
        raise NotFoundError("You have no cover with this id.") from None
    return no_content()


@router.get("/shared/<share>", include_in_schema=False)
def get_shared_page(share_id: ShareId) -> Response[Any]:
    """Return the page of a shared cover. Raises NotFoundError."""
    item = _find(share_id)
    source, url = item["request"]["source"], f"{_get_public_url()}/shared/{share_id}"
    title = item["fetched"]["title"] or "Top artists"
    texts = {
        "title": title,
        "url": url,
        "image": f"{url}/image",
        "alt": describe_picture(item),
        "credit": f"Pictogram: {item['painting']['credit']}." if item["painting"].get("credit") else "",
    }
    links = [(song["album_url"], f"{song['artist']}: {song['album']}") for song in item["fetched"]["songs"]]
    if "playlist_id" in source:
        links.insert(0, (f"https://open.spotify.com/playlist/{source['playlist_id']}", f"{title} on Spotify"))
    body = read_html(_PAGE_FILE).replace("{style}", _load_style()[0])
    for name, text in texts.items():
        body = body.replace(f"{{{name}}}", html.escape(text))
    body = body.replace("{links}", "\n".join(_format_link(*link) for link in links[:_MAX_SONGS]))
    headers = {"Content-Security-Policy": _build_content_security_policy(), "X-Robots-Tag": "noindex"}
    return Response(HTTPStatus.OK.value, content_type="text/html; charset=utf-8", body=body, headers=headers)


@router.get("/shared/<share>/image", include_in_schema=False)
def get_shared_image(share_id: ShareId) -> Response[Any]:
    """Redirect to the picture of a shared cover. Raises NotFoundError."""
    return redirect_to_image(find_image_key(_find(share_id), "cover"))


def _find(share_id: str) -> dict[str, Any]:
    item = dependencies.get_shared_covers().find(share_id)
    if item is None:
        raise NotFoundError("There is nothing at this address, or no longer.")
    return item


def _get_public_url() -> str:
    return web.get_public_url(router.current_event.raw_event)


def _format_link(url: str, text: str) -> str:
    if urlsplit(url).scheme != "https":
        return ""
    return f'<li><a href="{html.escape(url)}" rel="noopener noreferrer">{html.escape(text)}</a></li>'


@cache
def _load_style() -> tuple[str, str]:
    """Return the page's style sheet, and its hash as the content security policy has it."""
    style = _PAGE_FILE.with_suffix(".css").read_text("utf-8")
    return style, base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()


def _build_content_security_policy() -> str:
    """Return a policy (https://www.w3.org/TR/CSP3/) that allows the style sheet and the picture, and no script."""
    bucket = urlsplit(dependencies.get_bucket().create_presigned_url("any"))
    return (
        f"default-src 'none'; style-src 'sha256-{_load_style()[1]}'; "
        f"img-src 'self' {bucket.scheme}://{bucket.netloc}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
