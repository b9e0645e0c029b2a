"""Door of generate: the prompt becomes a painting in the bucket."""

from functools import cache
from typing import Literal

import openai
from aws_lambda_powertools.metrics import MetricUnit

from coverart import aws
from coverart.bucket import Bucket, cover_key
from coverart.budget import Budget
from coverart.cover import Painting, Prompt
from coverart.errors import ConfigurationError
from coverart.secrets import secret
from coverart.settings import StepSettings
from coverart.step import StepInput, step
from coverart.telemetry import logger, measure
from generate.image_model import ImageModel
from generate.studio import Studio


class GenerateSettings(StepSettings):
    keys_table: str
    monthly_budget_usd: float
    secrets_path: str
    openai_base_url: str
    openai_timeout: float
    image_backend: Literal["auto", "openai", "painter"]
    image_model: str
    image_quality: str
    fallback_to_painter: bool


class GenerateInput(StepInput):
    """`backend` and `note` are set where the image model failed for good and the painter stands in."""

    prompt: Prompt
    backend: Literal["painter"] | None = None
    note: str | None = None


@step("generate", takes=GenerateInput, keeps="painting", puts_pictures=True)
def handler(event: GenerateInput) -> Painting:
    settings = GenerateSettings.load()
    studio = Studio(
        bucket=Bucket(aws.client("s3"), settings.bucket_name),
        budget=Budget(aws.table(settings.keys_table), settings.monthly_budget_usd),
        model=None if event.backend == "painter" else image_model(settings),
        fallback=settings.fallback_to_painter,
    )
    key = cover_key(event.listener_id, event.cover_id, "painting.png")
    painting = studio.painting(event.prompt, key, event.listener_id, event.note)
    logger.info("painted", backend=painting.backend, model=painting.model, cost_usd=painting.cost_usd)
    if painting.backend == "openai":
        measure("PaintingUsd", MetricUnit.NoUnit, painting.cost_usd)
    elif painting.note is not None:
        measure("FallbackToPainter", MetricUnit.Count, 1)
    return painting


def image_model(settings: GenerateSettings) -> ImageModel | None:
    """None where the painter is to paint. Raises ConfigurationError."""
    if settings.image_backend == "painter":
        return None
    key = secret(settings.secrets_path, "openai_api_key")
    if key is None:
        if settings.image_backend == "auto":
            return None
        raise ConfigurationError("The stack is not set up right: the owner has not stored an OpenAI key yet.")
    return ImageModel(
        _client(key, settings.openai_base_url, settings.openai_timeout), settings.image_model, settings.image_quality
    )


@cache
def _client(key: str, base_url: str, timeout: float) -> openai.OpenAI:
    # The state machine retries, not the client: it alone knows what has been paid.
    return openai.OpenAI(api_key=key, base_url=base_url, timeout=timeout, max_retries=0)
