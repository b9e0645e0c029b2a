"""The decorator of every step of the state machine."""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import wraps
from typing import Any, TypeVar

from aws_lambda_powertools.metrics import MetricUnit
from pydantic import field_validator

from coverart.aws import clients
from coverart.aws.s3 import Bucket
from coverart.aws.settings import StepSettings
from coverart.aws.telemetry import log_and_translate_errors, put_metric, start_invocation
from coverart.models import STEPS, CandidateIndex, Prompt, Step, StrictModel, read_model
from coverart.store.covers import Covers
from coverart.store.keys import cover_prefix


class StepInput(StrictModel):
    """The input that all steps share."""

    listener_id: str
    cover_id: str


class CandidateInput(StepInput):
    """The input that the steps of each candidate share."""

    candidate: CandidateIndex = 0


class PaintInput(CandidateInput):
    """The input that the steps share which turn a candidate's prompt into its files."""

    prompt: Prompt

    @field_validator("prompt", mode="before")
    @classmethod
    def _read_only_prompt(cls, value: Any) -> Any:
        """Take the result of prompt for the prompt in it, as an execution does that began before the upgrade."""
        return value["prompts"][0] if isinstance(value, dict) and value.get("prompts") else value


# What WarmUpStateMachine sends.
WARM_UP_EVENT = {"warm_up": True}

Input = TypeVar("Input", bound=StepInput)
Handler = Callable[[dict[str, Any], Any], dict[str, Any]]


def step[Input: StepInput](
    name: Step,
    input_model: type[Input],
    result_attribute: str,
    writes_images: bool = False,
    warm_up: Callable[[], object] | None = None,
) -> Callable[[Callable[[Input], StrictModel]], Handler]:
    """Turn the function of a step into the handler of a Lambda function.

    The handler validates the event against `input_model`, binds the cover's id to the log, stores progress and result
    on the cover's item (the result as `result_attribute`, of the candidate that the input names), measures the
    duration, and translates errors of boto3 and pydantic. Our own errors pass on to the state machine. A step that
    `writes_images` below its cover's prefix deletes them again where the cover was deleted meanwhile.

    For WARM_UP_EVENT, it only creates its clients and calls `warm_up`, which imports and loads what the step needs.
    """

    def decorate(function: Callable[[Input], StrictModel]) -> Handler:
        @wraps(function)
        def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
            if event == WARM_UP_EVENT:
                start_invocation(context, step=name)
                return _warm_up(input_model, warm_up)
            start_invocation(context, step=name, cover_id=event.get("cover_id"), candidate=event.get("candidate"))
            with log_and_translate_errors("step failed"):
                step_input = read_model(input_model, event)
                settings = StepSettings.load()
                covers = Covers(clients.get_table(settings.covers_table))
                listener_id, cover_id = step_input.listener_id, step_input.cover_id
                candidate = step_input.candidate if isinstance(step_input, CandidateInput) else None
                try:
                    covers.begin_step(listener_id, cover_id, name, candidate)
                    began_at, clock = datetime.now(UTC), time.perf_counter()
                    result = function(step_input).to_json()
                    seconds = time.perf_counter() - clock
                    covers.end_step(listener_id, cover_id, name, began_at, seconds, result_attribute, result, candidate)
                finally:
                    if writes_images and not covers.exists(listener_id, cover_id):
                        bucket = Bucket(clients.get_client("s3"), settings.bucket_name)
                        bucket.delete_prefix(cover_prefix(listener_id, cover_id))
            put_metric("StepDuration", MetricUnit.Seconds, seconds, step=name)
            if name == STEPS[-1]:
                put_metric("CoversCompleted", MetricUnit.Count, 1)
            return result

        return handler

    return decorate


def _warm_up(input_model: type[StepInput], prepare: Callable[[], object] | None) -> dict[str, Any]:
    settings = StepSettings.load()
    Covers(clients.get_table(settings.covers_table))
    Bucket(clients.get_client("s3"), settings.bucket_name)
    input_model.model_rebuild()
    if prepare is not None:
        prepare()
    return {}
