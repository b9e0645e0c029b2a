import io
import json
import logging
from types import SimpleNamespace

import pytest
from aws_lambda_powertools.metrics import MetricUnit

from coverart.aws.telemetry import log_and_translate_errors, logger, put_metric, start_invocation
from coverart.errors import ConfigurationError, NoTopArtistsError
from tests.client_errors import client_error

CONTEXT = SimpleNamespace(aws_request_id="r1")


@pytest.fixture
def read_log(monkeypatch):
    """Return the entries that are logged during the test."""
    stream = io.StringIO()
    monkeypatch.setattr(logger.registered_handler, "stream", stream)
    return lambda: [json.loads(line) for line in stream.getvalue().splitlines()]


def test_log_entry_has_the_keys_of_its_invocation(read_log):
    start_invocation(CONTEXT, cover_id="c1", step="fetch")
    logger.info("one")
    logger.warning("two", code="x")
    start_invocation(SimpleNamespace(aws_request_id="r2"), cover_id=None)
    logger.info("three")
    one, two, three = read_log()
    assert (one["function_request_id"], one["cover_id"], one["step"]) == ("r1", "c1", "fetch")
    assert (two["cover_id"], two["code"]) == ("c1", "x")
    assert three["function_request_id"] == "r2"
    assert not {"cover_id", "step", "code"} & three.keys()


def test_libraries_log_warnings_only():
    start_invocation(CONTEXT)
    assert not logging.getLogger("botocore.credentials").isEnabledFor(logging.INFO)
    assert logging.getLogger("botocore.credentials").isEnabledFor(logging.WARNING)


@pytest.mark.parametrize(
    ("error", "translation", "level"),
    [
        (NoTopArtistsError("A sentence."), NoTopArtistsError, "WARNING"),
        (client_error("AccessDenied", 400), ConfigurationError, "WARNING"),
        (ZeroDivisionError("unexpected"), ZeroDivisionError, "ERROR"),
    ],
)
def test_error_is_logged_once_with_the_keys(read_log, error, translation, level):
    start_invocation(CONTEXT, cover_id="c1")
    with pytest.raises(translation), log_and_translate_errors("step failed"):
        raise error
    [entry] = read_log()
    assert (entry["message"], entry["level"], entry["cover_id"]) == ("step failed", level, "c1")
    assert type(error).__name__ in str(entry)


def test_metric_has_its_dimensions_and_the_keys_as_metadata(capsys):
    start_invocation(CONTEXT, cover_id="c1", step="fetch")
    put_metric("StepDuration", MetricUnit.Seconds, 1.5, step="fetch")
    metric = json.loads(capsys.readouterr().out)
    [definition] = metric["_aws"]["CloudWatchMetrics"]
    assert definition["Namespace"] == "CoverArt"
    assert definition["Metrics"] == [{"Name": "StepDuration", "Unit": "Seconds"}]
    [dimensions] = definition["Dimensions"]
    assert set(dimensions) <= {"step", "service"}  # a cover's id would make a metric for each cover
    assert (metric["StepDuration"], metric["cover_id"], metric["function_request_id"]) == ([1.5], "c1", "r1")
