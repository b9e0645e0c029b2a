"""Downloading pictures, from where the owner allows it and from nowhere else."""

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

_PORTS = {"http": 80, "https": 443}


def parse_origin(url: str) -> tuple[str, str, int]:
    """(scheme, host, port). Raises ValueError where the URL has none, or has a user name in it."""
    parts = urlsplit(url)
    if parts.scheme not in _PORTS or not parts.hostname or "@" in parts.netloc:
        raise ValueError("no origin of a picture")
    return parts.scheme, parts.hostname, parts.port or _PORTS[parts.scheme]


def _origins(value: Any) -> Any:
    return frozenset(parse_origin(url.strip()) for url in value.split(",")) if isinstance(value, str) else value


# As a setting: origins separated by commas.
Origins = Annotated[frozenset[tuple[str, str, int]], BeforeValidator(_origins)]


@dataclass(frozen=True)
class ImageDownloader:
    """`origins`: the only ones that are asked. `timeout`: seconds for a whole picture."""

    origins: frozenset[tuple[str, str, int]]
    timeout: float

    def get(
        self,
        url: str,
        session: requests.Session | None = None,
        large: int = MAX_BYTES,
        wait: Callable[[], object] = lambda: None,
    ) -> bytes:
        """Redirects are not followed. Where it has more than `large` bytes, the rest is taken after a `wait`.

        Raises PictureError, and PictureUnavailableError where it may come later.
        """
        deadline = time.monotonic() + self.timeout
        try:
            # What requests makes of the URL is what is asked, so that is what is checked.
            prepared = requests.Request("GET", url).prepare().url or ""
            if parse_origin(prepared) not in self.origins:
                raise PictureError("The picture does not lie with Spotify.")
            ask = (session or requests).get
            with ask(prepared, timeout=self.timeout, stream=True, allow_redirects=False) as answer:
                if answer.status_code == 429 or answer.status_code >= 500:
                    raise PictureUnavailableError(f"Spotify did not give the picture (status {answer.status_code}).")
                if answer.status_code != 200:
                    raise PictureError(f"Spotify did not give the picture (status {answer.status_code}).")
                body = bytearray()
                for part in read_chunks(answer, deadline):
                    if len(body) <= large < len(body) + len(part):
                        wait()
                    body += part
                    if len(body) > MAX_BYTES:
                        raise PictureError(f"The picture has more than {MAX_BYTES // 1_000_000} MB.")
                return bytes(body)
        except (requests.exceptions.InvalidURL, requests.exceptions.InvalidSchema, ValueError) as error:
            raise PictureError("The picture has no address that can be asked.") from error
        except requests.ReadTimeout as error:
            raise PictureUnavailableError("The picture took too long to come.") from error
        except requests.RequestException as error:
            raise PictureUnavailableError("The picture could not be downloaded.") from error
