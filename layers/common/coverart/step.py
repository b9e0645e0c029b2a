"""The decorator that every step of the state machine wears."""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import wraps
from typing import Any, TypeVar

from aws_lambda_powertools import Logger
from aws_lambda_powertools.metrics import MetricUnit, single_metric
from botocore.exceptions import BotoCoreError, ClientError

from coverart import aws
from coverart.bucket import Bucket, cover_prefix
from coverart.cover import Step
from coverart.covers import Covers
from coverart.errors import CoverArtError
from coverart.settings import StepSettings
from coverart.shapes import Shape, parse

logger = Logger(service="coverart")


class StepInput(Shape):
    """What every step takes."""

    listener_id: str
    cover_id: str


Takes = TypeVar("Takes", bound=StepInput)
Handler = Callable[[dict[str, Any], Any], dict[str, Any]]


def step(
    name: Step, takes: type[Takes], keeps: str, puts_pictures: bool = False
) -> Callable[[Callable[[Takes], Shape]], Handler]:
    """Makes a step's function the handler of a Lambda function.

    It reads the event as `takes`, binds the cover's id to the log, writes the progress on the cover's item (the
    result under `keeps`), measures, and turns errors of boto3 and pydantic into named ones. Whatever named error
    the step raises goes on to the state machine. A step that `puts_pictures` under its cover's prefix removes what
    is there where the cover was deleted meanwhile: whoever deleted it may have looked before they came.
    """

    def decorate(function: Callable[[Takes], Shape]) -> Handler:
        @wraps(function)
        def handler(event: dict[str, Any], _context: Any) -> dict[str, Any]:
            logger.clear_state()
            try:
                taken = parse(takes, event)
                logger.append_keys(step=name, cover_id=taken.cover_id)
                settings = StepSettings.load()
                covers = Covers(aws.table(settings.covers_table))
                try:
                    covers.begin_step(taken.listener_id, taken.cover_id, name)
                    began_at, clock = datetime.now(UTC), time.perf_counter()
                    result = function(taken).to_json()
                    seconds = time.perf_counter() - clock
                    covers.end_step(taken.listener_id, taken.cover_id, name, began_at, seconds, keeps, result)
                finally:
                    if puts_pictures and covers.get(taken.listener_id, taken.cover_id) is None:
                        bucket = Bucket(aws.client("s3"), settings.bucket_name)
                        bucket.delete_prefix(cover_prefix(taken.listener_id, taken.cover_id))
            except CoverArtError as error:
                logger.warning("step failed", error=type(error).__name__, reason=str(error))
                raise
            except (ClientError, BotoCoreError) as error:
                logger.warning("aws failed", error=type(error).__name__, reason=str(error))
                raise aws.named(error) from error
            with single_metric("StepSeconds", MetricUnit.Seconds, seconds, namespace="CoverArt") as metric:
                metric.add_dimension("step", name)
            return result

        return handler

    return decorate
