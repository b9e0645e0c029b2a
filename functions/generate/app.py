"""Lambda handler: turn the prompt into a painting in the bucket."""

from typing import TYPE_CHECKING, Literal

from aws_lambda_powertools.metrics import MetricUnit

from coverart.aws import clients
from coverart.aws.s3 import Bucket
from coverart.aws.secrets import get_secret
from coverart.aws.settings import StepSettings
from coverart.aws.telemetry import logger, put_metric
from coverart.errors import ConfigurationError, ImageModelBusyError, PaintingLostError
from coverart.models import Painting, Prompt
from coverart.pipeline.execution_errors import TaskError
from coverart.pipeline.step import PaintInput, step
from coverart.store.budget import Budget
from coverart.store.covers import Covers
from coverart.store.demo import is_demo
from coverart.store.keys import cover_file_key
from generate.paintings import PaintingGenerator
from generate.payments import Payments

if TYPE_CHECKING:
    from generate.openai_images import ImageModel


class GenerateSettings(StepSettings):
    """`image_backend`: auto uses OpenAI where the owner stored a key."""

    keys_table: str
    monthly_budget_usd: float
    secrets_path: str
    openai_base_url: str
    openai_timeout_seconds: float
    image_backend: Literal["auto", "openai", "painter"]
    image_model: str
    image_quality: str
    fallback_to_painter: bool


class GenerateInput(PaintInput):
    """`failure`: the last error of the attempts. The painter paints if they crashed or the image model failed."""

    failure: TaskError | None = None


def _warm_up() -> None:
    if create_image_model(GenerateSettings.load()) is None:
        blank_prompt = Prompt(
            text="", phrases=[], subjects=[], mood="", energy=0, era="", palette=[], style_albums=[], seed=0
        )
        # In any technique: what they share takes longer to load than the module of one.
        from generate.painter import paint

        paint(blank_prompt, 64)


@step("generate", input_model=GenerateInput, result_attribute="painting", writes_images=True, warm_up=_warm_up)
def handler(event: GenerateInput) -> Painting:
    """Return the candidate's painting. A repeated invocation returns the stored painting.

    Raises the failure again where it is neither a crash nor the image model's.
    """
    failure = None if event.failure is None else event.failure.find_error_of_ours()
    if failure is not None and not isinstance(failure, ImageModelBusyError | PaintingLostError):
        raise failure
    settings = GenerateSettings.load()
    budget = Budget(clients.get_table(settings.keys_table), settings.monthly_budget_usd)
    covers = Covers(clients.get_table(settings.covers_table))
    generator = PaintingGenerator(
        bucket=Bucket(clients.get_client("s3"), settings.bucket_name),
        payments=Payments(covers, budget, event.listener_id, event.cover_id, event.candidate),
        # Strangers spend nothing of the budget, and without a listener's leave their picture does not leave the stack.
        model=None if is_demo(event.listener_id) or _is_private(event.prompt) else create_image_model(settings),
        fallback=settings.fallback_to_painter,
    )
    key_stem = cover_file_key(event.listener_id, event.cover_id, "painting", event.candidate)
    failure_note = None if event.failure is None else str(failure or "The image model's painting did not arrive.")
    painting = generator.get_or_create_painting(event.prompt, key_stem, failure_note)
    logger.info("painted", backend=painting.backend, model=painting.model, cost_usd=painting.cost_usd)
    if painting.backend == "openai":
        put_metric("ImageCostUsd", MetricUnit.NoUnit, painting.cost_usd)
    elif generator.model is not None:
        put_metric("FallbackToPainter", MetricUnit.Count, 1)
    return painting


def _is_private(prompt: Prompt) -> bool:
    return prompt.cut_out is not None and not prompt.send_picture


def create_image_model(settings: GenerateSettings) -> "ImageModel | None":
    """Return the image model, or None where the painter paints. Raises ConfigurationError where the key is missing."""
    if settings.image_backend == "painter":
        return None
    api_key = get_secret(settings.secrets_path, "openai_api_key")
    if api_key is None:
        if settings.image_backend == "auto":
            return None
        raise ConfigurationError("The stack is misconfigured: the owner has not stored an OpenAI key yet.")
    # The painter does not need openai, which takes longer to import than everything else.
    from generate.openai_images import ImageModel, create_client

    client = create_client(api_key, settings.openai_base_url, settings.openai_timeout_seconds)
    return ImageModel(client, settings.image_model, settings.image_quality, settings.openai_timeout_seconds)
