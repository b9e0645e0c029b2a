"""The decorator that every step of the state machine wears."""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import wraps
from typing import Any, TypeVar

from aws_lambda_powertools.metrics import MetricUnit

from coverart import aws
from coverart.bucket import Bucket, cover_prefix
from coverart.cover import STEPS, Step
from coverart.covers import Covers
from coverart.settings import StepSettings
from coverart.shapes import Shape, parse
from coverart.telemetry import begin, measure, telling


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
        def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
            begin(context, step=name, cover_id=event.get("cover_id"))
            with telling("step failed"):
                taken = parse(takes, event)
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
            measure("StepSeconds", MetricUnit.Seconds, seconds, step=name)
            if name == STEPS[-1]:
                measure("CoversDone", MetricUnit.Count, 1)
            return result

        return handler

    return decorate
