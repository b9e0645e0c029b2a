"""Downloading images from the origins that the owner allows, and from no others."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import urlsplit

import requests
from pydantic import BeforeValidator

from coverart.errors import PictureError, PictureUnavailableError
from coverart.http_deadline import read_chunks
from coverart.images.decode import MAX_BYTES

_DEFAULT_PORTS = {"http": 80, "https": 443}

# New hosts appear without notice.
_SPOTIFY_DOMAINS = (".scdn.co", ".spotifycdn.com")

# Scheme, host and port.
Origin = tuple[str, str, int]


def parse_origin(url: str) -> Origin:
    """Return the URL's scheme, host and port. Raises ValueError where it lacks one of them or has a user name."""
    parts = urlsplit(url)
    if parts.scheme not in _DEFAULT_PORTS or not parts.hostname or "@" in parts.netloc:
        raise ValueError("The URL has no origin of images.")
    return parts.scheme, parts.hostname, parts.port or _DEFAULT_PORTS[parts.scheme]


def _parse_origins(value: Any) -> Any:
    return frozenset(parse_origin(url.strip()) for url in value.split(",")) if isinstance(value, str) else value


# A setting: origins separated by commas.
Origins = Annotated[frozenset[Origin], BeforeValidator(_parse_origins)]


@dataclass(frozen=True)
class ImageDownloader:
    """`origins`: the only ones to send requests to. `timeout_seconds`: for a whole image."""

    origins: frozenset[Origin]
    timeout_seconds: float

    def get(
        self,
        url: str,
        session: requests.Session | None = None,
        large_bytes: int = MAX_BYTES,
        wait: Callable[[], object] = lambda: None,
    ) -> bytes:
        """Download an image of at most MAX_BYTES. Redirects are not followed.

        It calls `wait` once before it reads more than `large_bytes`, so that the caller can limit how many large images
        are in memory. Raises PictureError, and PictureUnavailableError where a later request may succeed.
        """
        deadline = time.monotonic() + self.timeout_seconds
        try:
            # Check the URL as requests normalizes it, because that is where the request goes.
            prepared_url = requests.Request("GET", url).prepare().url or ""
            if parse_origin(prepared_url) not in self.origins:
                raise PictureError(_describe_origin(prepared_url))
            send = (session or requests).get
            with send(prepared_url, timeout=self.timeout_seconds, stream=True, allow_redirects=False) as response:
                _check_status(response.status_code)
                body = bytearray()
                for chunk in read_chunks(response, deadline):
                    if len(body) <= large_bytes < len(body) + len(chunk):
                        wait()
                    body += chunk
                    if len(body) > MAX_BYTES:
                        raise PictureError(f"The image has more than {MAX_BYTES // 1_000_000} MB.")
                return bytes(body)
        except (requests.exceptions.InvalidURL, requests.exceptions.InvalidSchema, ValueError) as error:
            raise PictureError("The image URL is not valid.") from error
        except requests.ReadTimeout as error:
            raise PictureUnavailableError("The image took too long to download.") from error
        except requests.RequestException as error:
            raise PictureUnavailableError("The image could not be downloaded.") from error


def _describe_origin(url: str) -> str:
    """Return why an image is not requested. Of other hosts than Spotify's, the listener learns nothing."""
    host = urlsplit(url).hostname or ""
    if not host.endswith(_SPOTIFY_DOMAINS):
        return "The image URL is not on an allowed Spotify host."
    return f"The image is on {host}, which the owner of this stack has to allow (parameter ArtworkOrigins)."


def _check_status(status: int) -> None:
    message = f"Spotify did not serve the image (status {status})."
    if status == 429 or status >= 500:
        raise PictureUnavailableError(message)
    if status != 200:
        raise PictureError(message)
