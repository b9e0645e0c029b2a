"""The image in a response of the Images API: Base64, a data URL, or a URL to download."""

import base64
import ipaddress
import socket
import time
from collections.abc import Iterable
from typing import Annotated, Any
from urllib.parse import SplitResult, urljoin, urlsplit

import httpx2
from pydantic import BaseModel, ConfigDict, Field

from coverart.errors import PaintingElsewhereError

_USAGE_FIELDS = ("input_tokens", "output_tokens", "total_tokens")
_MAX_TOKENS = 10_000_000
_MAX_IMAGE_BYTES = 25_000_000
_DOWNLOAD_TIMEOUT_SECONDS = 30


class _ImageData(BaseModel):
    model_config = ConfigDict(defer_build=True)

    b64_json: str | None = None
    url: str | None = None


class ImagesResponse(BaseModel):
    """The part of the Images API's response that the app uses. Servers leave fields out, or send null for them."""

    model_config = ConfigDict(defer_build=True)

    data: Annotated[list[_ImageData], Field(min_length=1)]
    usage: dict[str, Any] | None = None

    def read_image(self, base_url: str, api_key: str) -> bytes:
        """Return the image file. `base_url` and `api_key`: the server's.

        Raises PaintingElsewhereError, ValueError where there is none, and httpx2's errors.
        """
        image = self.data[0]
        for text in (image.b64_json, image.url):
            if text and (text is image.b64_json or text.startswith("data:")):
                return _decode_base64(text)
        if not image.url:
            raise ValueError("neither an image nor its URL")
        return _download(image.url, base_url, api_key)

    def read_usage(self) -> dict[str, int]:
        """Return the numbers of tokens.

        They are stored in the painting's metadata, which holds 2 KB, so this drops unknown fields and texts.
        """
        usage = (self.usage or {}).items()
        return {name: count for name, count in usage if name in _USAGE_FIELDS and _is_valid_count(count)}


def _decode_base64(text: str) -> bytes:
    """Decode Base64 that may be broken into lines, or a data URL of it. Raises ValueError."""
    if text.startswith("data:"):
        text = text.partition(",")[2]
    return base64.b64decode("".join(text.split()), validate=True)


def _download(url: str, base_url: str, api_key: str) -> bytes:
    """Download an image that the server offers at a URL: one of its own, or a public one.

    Redirects are not followed. Raises PaintingElsewhereError, ValueError and httpx2's errors.
    """
    try:
        url = urljoin(base_url, url)
        base, parts = urlsplit(base_url), urlsplit(url)
        is_own = (parts.scheme, parts.netloc) == (base.scheme, base.netloc)
        if not is_own and not _is_public(parts):
            raise PaintingElsewhereError(
                "The image model painted, but its picture's address is not the image server's own, so it was not "
                "requested. The owner has to correct the server's public address, or let it send Base64."
            )
    except (ValueError, OSError):
        raise PaintingElsewhereError("The image model painted, but its picture's address is not valid.") from None
    deadline = time.monotonic() + _DOWNLOAD_TIMEOUT_SECONDS
    # A server with a key wants it for its images, too.
    headers = {"Authorization": f"Bearer {api_key}"} if is_own else {}
    with httpx2.stream(
        "GET", url, headers=headers, timeout=_DOWNLOAD_TIMEOUT_SECONDS, follow_redirects=False
    ) as response:
        if response.status_code != 200:
            raise ValueError("no image")
        return read_with_deadline(response.iter_bytes(), deadline, _MAX_IMAGE_BYTES)


def _is_public(url: SplitResult) -> bool:
    """Return whether a URL is HTTPS on port 443 and its host has only public addresses. Raises OSError, ValueError."""
    if url.scheme != "https" or url.port not in (None, 443) or "@" in url.netloc or not url.hostname:
        return False
    addresses = socket.getaddrinfo(url.hostname, 443, type=socket.SOCK_STREAM)
    return all(ipaddress.ip_address(address[0]).is_global for *_, address in addresses)


def read_with_deadline(chunks: Iterable[bytes], deadline: float, max_bytes: int) -> bytes:
    """Join the chunks of a response. Raises ValueError after `deadline` (time.monotonic) or `max_bytes`.

    The client's own timeout starts again with each chunk, so it does not limit a slow response.
    """
    body = bytearray()
    for chunk in chunks:
        body += chunk
        if len(body) > max_bytes or time.monotonic() > deadline:
            raise ValueError("too large or too slow")
    return bytes(body)


def _is_valid_count(value: Any) -> bool:
    return type(value) is int and 0 <= value <= _MAX_TOKENS
