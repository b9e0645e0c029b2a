"""What a function tells its owner: lines of the log and figures, each with the invocation and what it is about."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.metrics import MetricUnit, single_metric
from botocore.exceptions import BotoCoreError, ClientError

from coverart import aws, quick_start
from coverart.errors import CoverArtError

_NAMESPACE = "CoverArt"
_TOLD_WITH_FIGURES = ("function_request_id", "cover_id", "entry_id")

logger = Logger(service="coverart")


def begin(context: Any, **about: str | None) -> None:
    """Begins an invocation: binds its id, and what it is `about`, to all that is told from here on.

    `context` is Lambda's, or None outside of it.
    """
    quick_start.end()
    # Lambda's JSON logs begin at INFO, where libraries are talkative.
    logging.getLogger().setLevel(logging.WARNING)
    logger.clear_state()
    logger.append_keys(function_request_id=getattr(context, "aws_request_id", None), **about)


@contextmanager
def telling(failed: str) -> Iterator[None]:
    """Logs the error that ends the block, as what has `failed`; gives those of boto3 their name."""
    try:
        yield
    except CoverArtError as error:
        logger.warning(failed, error=type(error).__name__, reason=str(error))
        raise
    except (ClientError, BotoCoreError) as error:
        logger.warning(failed, error=type(error).__name__, reason=str(error))
        raise aws.named(error) from error
    except Exception:
        logger.exception(failed)
        raise


def measure(name: str, unit: MetricUnit, value: float, **dimensions: str) -> None:
    """A figure for CloudWatch, in a line of the log. Each name costs by the month, for each value of a dimension."""
    bound = logger.get_current_keys()
    with single_metric(name, unit, value, namespace=_NAMESPACE) as metric:
        for dimension, text in dimensions.items():
            metric.add_dimension(dimension, text)
        for key in _TOLD_WITH_FIGURES:
            if bound.get(key) is not None:
                metric.add_metadata(key, bound[key])
