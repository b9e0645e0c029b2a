"""The adapter to the image model: OpenAI's Images API, or a server that is compatible with it."""

import hashlib
import time
from dataclasses import dataclass
from functools import cache
from typing import Any

import httpx2
import openai
from pydantic import ValidationError

from coverart.errors import ConfigurationError, PaintingLostError
from coverart.store import budget
from generate.image_response import ImagesResponse, read_with_deadline
from generate.image_server_errors import find_reason
from generate.refused_parameter import find_refused_parameter

# US dollars per million tokens of the GPT image models, November 2026 (https://openai.com/api/pricing).
_INPUT_TOKEN_PRICE, _OUTPUT_TOKEN_PRICE = 5.0, 30.0
# Of a picture that is sent along: the highest that any of the models had, for a square one in high fidelity and more.
_PICTURE_TOKEN_PRICE, _MAX_PICTURE_TOKENS = 10.0, 7000
_MAX_RESPONSE_BYTES = 40_000_000  # an image as Base64


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

    def maximum_cost(self, has_picture: bool = False) -> float:
        """Return the US dollars that a painting costs at most. `has_picture`: it is after a picture."""
        return budget.maximum_cost(self.quality) + (_MAX_PICTURE_TOKENS * _PICTURE_TOKEN_PRICE / 1e6) * has_picture

    def paint(self, prompt: str, listener_id: str, picture: bytes | None = None) -> PaintingResponse:
        """Return a painting, of 1024x1024 pixels where the server knows `size`.

        `picture`: a JPEG that the painting is made after (images.edit); None: after the prompt alone (images.generate).
        Raises ImageModelBusyError (not billed, may be repeated), PaintingLostError (may have been billed),
        PaintingElsewhereError (was billed), PromptBlockedError and ImageModelRefusedError.
        """
        # A server that does not know one of these answers before it paints. The next call goes without it.
        parameters = {
            "size": "1024x1024",
            "quality": self.quality,
            "output_format": "jpeg",
            "moderation": "auto",
            "safety_identifier": hashlib.sha256(listener_id.encode()).hexdigest(),
        }
        if picture is not None:
            del parameters["moderation"]  # which images.edit does not have
        while True:
            try:
                return self._parse(self._request(prompt, parameters, picture), picture is not None)
            except openai.APIStatusError as error:
                name = find_refused_parameter(error, parameters)
                if name is None:
                    raise find_reason(error).to_domain_error(error.status_code) from None
                del parameters[name]
            except openai.OpenAIError as error:
                raise find_reason(error).to_domain_error() from None
            except (httpx2.HTTPError, ValueError):
                raise PaintingLostError("The image model's response was cut off or came too late.") from None

    def _request(self, prompt: str, parameters: dict[str, str], picture: bytes | None) -> bytes:
        """Return the response's body. Raises openai's errors, httpx2.HTTPError and ValueError."""
        deadline, images = time.monotonic() + self.timeout_seconds, self.client.images.with_streaming_response
        request = (
            images.generate(model=self.name, prompt=prompt, extra_body=parameters)
            if picture is None
            else images.edit(
                model=self.name,
                prompt=prompt,
                image=("picture.jpg", picture, "image/jpeg"),
                extra_body=parameters,
            )
        )
        with request as response:
            return read_with_deadline(response.iter_bytes(), deadline, _MAX_RESPONSE_BYTES)

    def _parse(self, body: bytes, has_picture: bool) -> PaintingResponse:
        try:
            response = ImagesResponse.model_validate_json(body)
            image_bytes = response.read_image(str(self.client.base_url), self.client.api_key)
        except (ValidationError, httpx2.HTTPError, httpx2.InvalidURL, ValueError, OSError):
            raise PaintingLostError("The image model's response contains no readable image.") from None
        usage = response.read_usage()
        # A bill for a picture does not always say which tokens are the prompt's, so all have the higher price.
        input_cost = usage.get("input_tokens", 0) * (_PICTURE_TOKEN_PRICE if has_picture else _INPUT_TOKEN_PRICE)
        output_cost = usage.get("output_tokens", 0) * _OUTPUT_TOKEN_PRICE
        return PaintingResponse(image_bytes, usage, (input_cost + output_cost) / 1e6)


@cache
def create_client(api_key: str, base_url: str, timeout_seconds: float) -> openai.OpenAI:
    """Return a client without retries: only the state machine knows which calls may have been billed.

    Raises ConfigurationError where the URL is none.
    """
    try:
        return openai.OpenAI(api_key=api_key, base_url=base_url, timeout=timeout_seconds, max_retries=0)
    except httpx2.InvalidURL:
        raise ConfigurationError("The stack is misconfigured: the parameter OpenAiBaseUrl is not a URL.") from None
