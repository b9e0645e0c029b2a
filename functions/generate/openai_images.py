"""The adapter to the image model: OpenAI's Images API, or a server that is compatible with it."""

import base64
import binascii
import hashlib
import ipaddress
import socket
import time
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any
from urllib.parse import SplitResult, urlsplit

import httpx2
import openai
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from coverart.errors import (
    CoverArtError,
    ImageModelBusyError,
    ImageModelRefusedError,
    PaintingLostError,
    PromptBlockedError,
)
from coverart.store import budget

# US dollars per million tokens of the GPT image models, November 2026 (https://openai.com/api/pricing).
_INPUT_TOKEN_PRICE, _OUTPUT_TOKEN_PRICE = 5.0, 30.0
# A server that does not know one of these parameters answers 400 before it paints. The call is repeated without it.
_OPTIONAL_PARAMETERS = ("complexity", "output_format", "moderation", "safety_identifier", "quality")
_USAGE_FIELDS = ("input_tokens", "output_tokens", "total_tokens")
_MAX_TOKENS = 10_000_000
_MAX_IMAGE_BYTES = 25_000_000
_MAX_RESPONSE_BYTES = 40_000_000  # an image as Base64
_DOWNLOAD_TIMEOUT_SECONDS = 30
_BLOCKED_CODES = {"moderation_blocked", "content_policy_violation"}
_QUOTA_CODES = {"insufficient_quota", "billing_hard_limit_reached", "billing_limit_user_error"}


class _ImageData(BaseModel):
    model_config = ConfigDict(defer_build=True)

    b64_json: str | None = None
    url: str = ""


class _ImagesResponse(BaseModel):
    """The part of the Images API's response that is used. Older servers send `url`, and no `usage`."""

    model_config = ConfigDict(defer_build=True)

    data: Annotated[list[_ImageData], Field(min_length=1)]
    usage: dict[str, Any] | None = None


@dataclass(frozen=True)
class PaintingResponse:
    """`image_bytes`: the file as the server sent it. `usage`: numbers of tokens. `cost_usd`: 0 without `usage`."""

    image_bytes: bytes
    usage: dict[str, Any]
    cost_usd: float


@dataclass(frozen=True)
class ImageModel:
    """`name` and `quality`: the API's `model` and `quality`. `timeout_seconds`: for a whole response."""

    client: openai.OpenAI
    name: str
    quality: str
    timeout_seconds: float

    def maximum_cost(self) -> float:
        """Return the US dollars that a painting costs at most."""
        return budget.maximum_cost(self.quality)

    def paint(self, prompt: str, listener_id: str) -> PaintingResponse:
        """Return a painting of 1024x1024 pixels.

        Raises ImageModelBusyError (not billed, may be repeated), PaintingLostError (may have been billed),
        PromptBlockedError and ImageModelRefusedError.
        """
        parameters: dict[str, Any] = {
            "quality": self.quality,
            "output_format": "jpeg",
            "moderation": "auto",
            "safety_identifier": hashlib.sha256(listener_id.encode()).hexdigest(),
        }
        for _ in range(len(parameters) + 1):
            try:
                return self._parse(self._request(prompt, parameters))
            except openai.BadRequestError as error:
                if error.param not in _OPTIONAL_PARAMETERS or error.param not in parameters:
                    raise translate_error(error) from None
                del parameters[error.param]
            except openai.OpenAIError as error:
                raise translate_error(error) from None
            except (httpx2.HTTPError, ValueError):
                raise PaintingLostError("The image model's response was cut off or came too late.") from None
        raise ImageModelRefusedError("The image model refused the request's parameters.")

    def _request(self, prompt: str, parameters: dict[str, Any]) -> bytes:
        """Return the response's body. Raises openai's errors, httpx2.HTTPError and ValueError."""
        deadline = time.monotonic() + self.timeout_seconds
        with self.client.images.with_streaming_response.generate(
            model=self.name, prompt=prompt, size="1024x1024", n=1, extra_body=parameters
        ) as response:
            return read_with_deadline(response.iter_bytes(), deadline, _MAX_RESPONSE_BYTES)

    def _parse(self, body: bytes) -> PaintingResponse:
        try:
            response = _ImagesResponse.model_validate_json(body)
            image = response.data[0]
            image_bytes = (
                base64.b64decode(image.b64_json, validate=True) if image.b64_json else self._download(image.url)
            )
        except (ValidationError, binascii.Error, httpx2.HTTPError, httpx2.InvalidURL, ValueError, OSError):
            raise PaintingLostError("The image model's response contains no image that can be read.") from None
        # Usage is stored in the painting's metadata, which S3 limits to 2 KB: unknown fields and texts are dropped.
        usage = {
            name: count
            for name, count in (response.usage or {}).items()
            if name in _USAGE_FIELDS and is_valid_count(count)
        }
        input_cost = usage.get("input_tokens", 0) * _INPUT_TOKEN_PRICE
        output_cost = usage.get("output_tokens", 0) * _OUTPUT_TOKEN_PRICE
        return PaintingResponse(image_bytes, usage, (input_cost + output_cost) / 1e6)

    def _download(self, url: str) -> bytes:
        """Download an image that an older or compatible server offers at a URL: one of its own, or a public one.

        Redirects are not followed. Raises ValueError, httpx2's errors, and OSError where the host has no address.
        """
        base, parts = urlsplit(str(self.client.base_url)), urlsplit(url)
        if (parts.scheme, parts.netloc) != (base.scheme, base.netloc) and not _is_public(parts):
            raise ValueError("neither a URL of the image model nor a public one")
        deadline = time.monotonic() + _DOWNLOAD_TIMEOUT_SECONDS
        with httpx2.stream("GET", url, timeout=_DOWNLOAD_TIMEOUT_SECONDS, follow_redirects=False) as response:
            if response.status_code != 200:
                raise ValueError("no image")
            return read_with_deadline(response.iter_bytes(), deadline, _MAX_IMAGE_BYTES)


@cache
def create_client(api_key: str, base_url: str, timeout_seconds: float) -> openai.OpenAI:
    """Return a client without retries: only the state machine knows which calls may have been billed."""
    return openai.OpenAI(api_key=api_key, base_url=base_url, timeout=timeout_seconds, max_retries=0)


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


def is_valid_count(value: Any) -> bool:
    """Return whether a value of `usage` can be a number of tokens."""
    return type(value) is int and 0 <= value <= _MAX_TOKENS


def translate_error(error: openai.OpenAIError) -> CoverArtError:
    """Return the error for the listener and the state machine. It repeats nothing that the server said."""
    code = str(getattr(error, "code", None))  # a server may put any type there
    match error:
        case openai.APIConnectionError() if isinstance(error.__cause__, httpx2.ConnectError | httpx2.ConnectTimeout):
            return ImageModelBusyError("The image model cannot be reached. Please try again in a few minutes.")
        case openai.APIConnectionError():  # or its subclass APITimeoutError: the request was sent
            return PaintingLostError("The image model did not respond in time.")
        case openai.APIStatusError() if code in _QUOTA_CODES:
            return ImageModelRefusedError("The owner's account at the image model has no credit left.")
        case openai.RateLimitError():
            return ImageModelBusyError("The image model is busy. Please try again in a few minutes.")
        case openai.BadRequestError() if code in _BLOCKED_CODES:
            return PromptBlockedError("The image model rejected this prompt. Try rephrasing it.")
        case openai.AuthenticationError():
            return ImageModelRefusedError("The image model rejected the API key that the owner stored.")
        case openai.PermissionDeniedError():
            return ImageModelRefusedError("The image model requires the owner's organization to be verified first.")
        case openai.APIStatusError() if error.status_code >= 500:
            return ImageModelBusyError("The image model has a temporary fault. Please try again in a few minutes.")
        case openai.APIStatusError():
            return ImageModelRefusedError(f"The image model refused the request (status {error.status_code}).")
        case _:
            return PaintingLostError("The image model's response could not be read.")
