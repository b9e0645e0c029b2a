"""The one adapter to the image model: OpenAI's Images API, or any server that speaks it."""

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

from coverart.errors import ImageModelBusyError, ImageModelRefusedError, PaintingLostError, PromptBlockedError
from coverart.store import budget

# US dollars per million tokens of the GPT image models, November 2026: text in, picture out.
_INPUT_PRICE, _OUTPUT_PRICE = 5.0, 30.0
# A server that does not know one of these says so (400) before it paints; it is asked again without it.
_OMITTABLE = ("complexity", "output_format", "moderation", "safety_identifier", "quality")
_BILLED = ("input_tokens", "output_tokens", "total_tokens")
_MOST_TOKENS = 10_000_000
_MAX_BYTES = 25_000_000
_MAX_ANSWER_BYTES = 40_000_000  # of Base64
_DOWNLOAD_SECONDS = 30
_BLOCKED = {"moderation_blocked", "content_policy_violation"}
_SPENT = {"insufficient_quota", "billing_hard_limit_reached", "billing_limit_user_error"}


class _Picture(BaseModel):
    model_config = ConfigDict(defer_build=True)

    b64_json: str | None = None
    url: str = ""


class _Generated(BaseModel):
    """What the Images API answers, as far as it is read; older servers give `url`, and no `usage`."""

    model_config = ConfigDict(defer_build=True)

    data: Annotated[list[_Picture], Field(min_length=1)]
    usage: dict[str, Any] | None = None


@dataclass(frozen=True)
class PaintingResponse:
    """`picture`: the file as it came. `cost`: US dollars."""

    picture: bytes
    usage: dict[str, Any]
    cost: float


@dataclass(frozen=True)
class ImageModel:
    """`seconds`: until the whole answer must be there."""

    client: openai.OpenAI
    name: str
    quality: str
    seconds: float

    def reserve(self) -> float:
        """US dollars that a painting costs at most."""
        return budget.maximum_cost(self.quality)

    def paint(self, prompt: str, listener_id: str) -> PaintingResponse:
        """A picture of 1024x1024 pixels.

        Raises ImageModelBusyError (not billed, worth another try), PaintingLostError (perhaps billed),
        PromptBlockedError, ImageModelRefusedError.
        """
        extras: dict[str, Any] = {
            "quality": self.quality,
            "output_format": "jpeg",
            "moderation": "auto",
            "safety_identifier": hashlib.sha256(listener_id.encode()).hexdigest(),
        }
        for _ in range(len(extras) + 1):
            try:
                return self._read(self._ask(prompt, extras))
            except openai.BadRequestError as error:
                unknown = error.param if error.param in _OMITTABLE and error.param in extras else None
                if unknown is None:
                    raise _named(error) from None
                del extras[unknown]
            except openai.OpenAIError as error:
                raise _named(error) from None
            except (httpx2.HTTPError, ValueError):
                raise PaintingLostError("The image model's answer broke off, or did not come in time.") from None
        raise ImageModelRefusedError("The image model does not take our request.")

    def _ask(self, prompt: str, extras: dict[str, Any]) -> bytes:
        """Raises openai's errors, httpx2.HTTPError, ValueError."""
        began = time.monotonic()
        with self.client.images.with_streaming_response.generate(
            model=self.name, prompt=prompt, size="1024x1024", n=1, extra_body=extras
        ) as response:
            return _whole(response.iter_bytes(), began + self.seconds, _MAX_ANSWER_BYTES)

    def _read(self, body: bytes) -> PaintingResponse:
        try:
            generated = _Generated.model_validate_json(body)
            picture = generated.data[0]
            if picture.b64_json:
                file = base64.b64decode(picture.b64_json, validate=True)
            else:
                file = self._download(picture.url)
        except (ValidationError, binascii.Error, httpx2.HTTPError, httpx2.InvalidURL, ValueError, OSError):
            raise PaintingLostError("The image model answered without a painting that can be read.") from None
        # Numbers alone: the bill is kept beside the painting, where there is room for 2 KB.
        usage = {name: value for name, value in (generated.usage or {}).items() if name in _BILLED and _counts(value)}
        cost = (usage.get("input_tokens", 0) * _INPUT_PRICE + usage.get("output_tokens", 0) * _OUTPUT_PRICE) / 1e6
        return PaintingResponse(file, usage, cost)

    def _download(self, url: str) -> bytes:
        """Older and compatible servers answer with an address: one of theirs, or a public one. Redirects are not
        followed. Raises ValueError, httpx2's errors, and OSError where its name has no address.
        """
        own = urlsplit(str(self.client.base_url))
        there = urlsplit(url)
        if (there.scheme, there.netloc) != (own.scheme, own.netloc) and not _is_public(there):
            raise ValueError("not an address of the image model's")
        began = time.monotonic()
        with httpx2.stream("GET", url, timeout=_DOWNLOAD_SECONDS, follow_redirects=False) as response:
            if response.status_code != 200:
                raise ValueError("no picture")
            return _whole(response.iter_bytes(), began + _DOWNLOAD_SECONDS, _MAX_BYTES)


@cache
def create_client(key: str, base_url: str, timeout: float) -> openai.OpenAI:
    # The state machine retries, not the client: it alone knows what has been paid.
    return openai.OpenAI(api_key=key, base_url=base_url, timeout=timeout, max_retries=0)


def _is_public(there: SplitResult) -> bool:
    """https on its own port, at addresses of the public internet alone. Raises OSError, ValueError."""
    if there.scheme != "https" or there.port not in (None, 443) or "@" in there.netloc or not there.hostname:
        return False
    found = socket.getaddrinfo(there.hostname, 443, type=socket.SOCK_STREAM)
    return all(ipaddress.ip_address(address[0]).is_global for *_, address in found)


def _whole(parts: Iterable[bytes], deadline: float, most: int) -> bytes:
    """An answer's body. The client's own timeout begins anew with each part. Raises ValueError."""
    body = bytearray()
    for part in parts:
        body += part
        if len(body) > most or time.monotonic() > deadline:
            raise ValueError("too large, or too slow")
    return bytes(body)


def _counts(value: Any) -> bool:
    return type(value) is int and 0 <= value <= _MOST_TOKENS


def _named(error: openai.OpenAIError) -> Exception:
    # A server may put anything there.
    code = str(getattr(error, "code", None))
    match error:
        case openai.APIConnectionError() if isinstance(error.__cause__, httpx2.ConnectError | httpx2.ConnectTimeout):
            return ImageModelBusyError("The image model cannot be reached just now.")
        case openai.APIConnectionError():  # also APITimeoutError: the request went out, the answer did not come back
            return PaintingLostError("The image model did not answer in time.")
        case openai.APIStatusError() if code in _SPENT:
            return ImageModelRefusedError("The account at the image model has no money left.")
        case openai.RateLimitError():
            return ImageModelBusyError("The image model is busy just now.")
        case openai.BadRequestError() if code in _BLOCKED:
            return PromptBlockedError("The image model did not want to paint this prompt. Please change its words.")
        case openai.AuthenticationError():
            return ImageModelRefusedError("The image model does not accept the key that the owner stored.")
        case openai.PermissionDeniedError():
            return ImageModelRefusedError("The image model wants the owner's organisation to be verified first.")
        case openai.APIStatusError() if error.status_code >= 500:
            return ImageModelBusyError("The image model has a fault just now.")
        case openai.APIStatusError():
            return ImageModelRefusedError(f"The image model refused the request (status {error.status_code}).")
        case _:
            return PaintingLostError("The image model's answer could not be read.")
