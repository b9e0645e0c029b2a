"""Door of generate: the prompt becomes a painting in the bucket."""

import coverart.quick_start

from typing import TYPE_CHECKING, Literal

from aws_lambda_powertools.metrics import MetricUnit

from coverart import aws
from coverart.bucket import Bucket, cover_key
from coverart.budget import Budget
from coverart.cover import Painting, Prompt
from coverart.covers import Covers
from coverart.errors import ConfigurationError
from coverart.failure import Failed
from coverart.secrets import secret
from coverart.settings import StepSettings
from coverart.step import StepInput, step
from coverart.telemetry import logger, measure
from generate.payments import Payments
from generate.studio import Studio

if TYPE_CHECKING:
    from generate.image_model import ImageModel


class GenerateSettings(StepSettings):
    keys_table: str
    monthly_budget_usd: float
    secrets_path: str
    openai_base_url: str
    openai_timeout_seconds: float
    image_backend: Literal["auto", "openai", "painter"]
    image_model: str
    image_quality: str
    fallback_to_painter: bool


class GenerateInput(StepInput):
    """`failure`: the last try by the image model, which is not asked any more; the painter stands in."""

    prompt: Prompt
    failure: Failed | None = None


@step("generate", takes=GenerateInput, keeps="painting", puts_pictures=True)
def handler(event: GenerateInput) -> Painting:
    settings = GenerateSettings.load()
    budget = Budget(aws.table(settings.keys_table), settings.monthly_budget_usd)
    studio = Studio(
        bucket=Bucket(aws.client("s3"), settings.bucket_name),
        payments=Payments(Covers(aws.table(settings.covers_table)), budget, event.listener_id, event.cover_id),
        model=image_model(settings),
        fallback=settings.fallback_to_painter,
    )
    stem = cover_key(event.listener_id, event.cover_id, "painting")
    failed = None if event.failure is None else _sentence(event.failure)
    painting = studio.painting(event.prompt, stem, event.listener_id, failed)
    logger.info("painted", backend=painting.backend, model=painting.model, cost_usd=painting.cost_usd)
    if painting.backend == "openai":
        measure("PaintingUsd", MetricUnit.NoUnit, painting.cost_usd)
    elif painting.note is not None:
        measure("FallbackToPainter", MetricUnit.Count, 1)
    return painting


def _sentence(failure: Failed) -> str:
    """A process that ended, or a time-out, says nothing that a listener could read."""
    told = failure.explained()
    return "The image model's painting did not arrive." if told.code in {"internal", "timed_out"} else told.message


def image_model(settings: GenerateSettings) -> "ImageModel | None":
    """None where the painter is to paint. Raises ConfigurationError."""
    if settings.image_backend == "painter":
        return None
    key = secret(settings.secrets_path, "openai_api_key")
    if key is None:
        if settings.image_backend == "auto":
            return None
        raise ConfigurationError("The stack is not set up right: the owner has not stored an OpenAI key yet.")
    # openai takes longer to import than all the rest, and the painter does not need it.
    from generate.image_model import ImageModel, client_of

    client = client_of(key, settings.openai_base_url, settings.openai_timeout_seconds)
    return ImageModel(client, settings.image_model, settings.image_quality, settings.openai_timeout_seconds)
