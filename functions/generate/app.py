"""Door of generate: the prompt becomes a painting in the bucket."""

from typing import TYPE_CHECKING, Literal

from aws_lambda_powertools.metrics import MetricUnit

from coverart.aws import clients
from coverart.aws.s3 import Bucket
from coverart.aws.secrets import get_secret
from coverart.aws.settings import StepSettings
from coverart.aws.telemetry import logger, put_metric
from coverart.errors import ConfigurationError
from coverart.models import Painting, Prompt
from coverart.pipeline.execution_errors import TaskError
from coverart.pipeline.step import StepInput, step
from coverart.store.budget import Budget
from coverart.store.covers import Covers
from coverart.store.keys import cover_file_key
from generate.paintings import PaintingGenerator
from generate.payments import Payments

if TYPE_CHECKING:
    from generate.openai_images import ImageModel


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
    failure: TaskError | None = None


@step("generate", input_model=GenerateInput, result_attribute="painting", writes_images=True)
def handler(event: GenerateInput) -> Painting:
    settings = GenerateSettings.load()
    budget = Budget(clients.get_table(settings.keys_table), settings.monthly_budget_usd)
    studio = PaintingGenerator(
        bucket=Bucket(clients.get_client("s3"), settings.bucket_name),
        payments=Payments(Covers(clients.get_table(settings.covers_table)), budget, event.listener_id, event.cover_id),
        model=image_model(settings),
        fallback=settings.fallback_to_painter,
    )
    stem = cover_file_key(event.listener_id, event.cover_id, "painting")
    failed = None if event.failure is None else _sentence(event.failure)
    painting = studio.painting(event.prompt, stem, event.listener_id, failed)
    logger.info("painted", backend=painting.backend, model=painting.model, cost_usd=painting.cost_usd)
    if painting.backend == "openai":
        put_metric("ImageCostUsd", MetricUnit.NoUnit, painting.cost_usd)
    elif painting.note is not None:
        put_metric("FallbackToPainter", MetricUnit.Count, 1)
    return painting


def _sentence(failure: TaskError) -> str:
    """A process that ended, or a time-out, says nothing that a listener could read."""
    told = failure.to_domain_error()
    return "The image model's painting did not arrive." if told.code in {"internal", "timed_out"} else str(told)


def image_model(settings: GenerateSettings) -> "ImageModel | None":
    """None where the painter is to paint. Raises ConfigurationError."""
    if settings.image_backend == "painter":
        return None
    key = get_secret(settings.secrets_path, "openai_api_key")
    if key is None:
        if settings.image_backend == "auto":
            return None
        raise ConfigurationError("The stack is not set up right: the owner has not stored an OpenAI key yet.")
    # openai takes longer to import than all the rest, and the painter does not need it.
    from generate.openai_images import ImageModel, create_client

    client = create_client(key, settings.openai_base_url, settings.openai_timeout_seconds)
    return ImageModel(client, settings.image_model, settings.image_quality, settings.openai_timeout_seconds)
