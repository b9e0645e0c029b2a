"""Logs and metrics for the owner. Each entry carries the invocation and what it is about."""

import gc
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.metrics import MetricUnit, single_metric
from botocore.exceptions import BotoCoreError, ClientError

from coverart.aws.errors import as_domain_error
from coverart.errors import CoverArtError

_NAMESPACE = "CoverArt"
_METRIC_METADATA = ("function_request_id", "cover_id", "entry_id")

logger = Logger(service="coverart")


def start_invocation(context: Any, **keys: str | int | None) -> None:
    """Bind the invocation's id and `keys` to every log entry and metric from here on.

    `context`: Lambda's, or None outside of Lambda.
    """
    _start_garbage_collection()
    # Lambda's JSON logs begin at INFO, at which libraries log too much.
    logging.getLogger().setLevel(logging.WARNING)
    logger.clear_state()
    logger.append_keys(function_request_id=getattr(context, "aws_request_id", None), **keys)


@cache
def _start_garbage_collection() -> None:
    """Exempt the imports' objects from collection, and collect later ones. See `coverart`."""
    gc.freeze()
    gc.enable()


@contextmanager
def log_and_translate_errors(message: str) -> Iterator[None]:
    """Log the error that ends the block with `message`, and raise an error of boto3 as one of ours."""
    try:
        yield
    except CoverArtError as error:
        logger.warning(message, error=type(error).__name__, reason=str(error))
        raise
    except (ClientError, BotoCoreError) as error:
        logger.warning(message, error=type(error).__name__, reason=str(error))
        raise as_domain_error(error) from error
    except Exception:
        logger.exception(message)
        raise


def put_metric(name: str, unit: MetricUnit, value: float, **dimensions: str) -> None:
    """Send a metric to CloudWatch by a log entry. Each combination of dimension values costs a monthly fee."""
    keys = logger.get_current_keys()
    with single_metric(name, unit, value, namespace=_NAMESPACE) as metric:
        for dimension, text in dimensions.items():
            metric.add_dimension(dimension, text)
        for key in _METRIC_METADATA:
            if keys.get(key) is not None:
                metric.add_metadata(key, keys[key])
