import io
import json
import logging
from types import SimpleNamespace

import pytest
from aws_lambda_powertools.metrics import MetricUnit
from botocore.exceptions import ClientError

from coverart.aws.telemetry import log_and_translate_errors, logger, put_metric, start_invocation
from coverart.errors import ConfigurationError, NoTopArtistsError

CONTEXT = SimpleNamespace(aws_request_id="r1")


@pytest.fixture
def log(monkeypatch):
    """Its lines, once they are asked for."""
    stream = io.StringIO()
    monkeypatch.setattr(logger.registered_handler, "stream", stream)
    return lambda: [json.loads(line) for line in stream.getvalue().splitlines()]


def test_every_line_has_what_it_is_about_until_the_next_invocation(log):
    start_invocation(CONTEXT, cover_id="c1", step="fetch")
    logger.info("one")
    logger.warning("two", code="x")
    start_invocation(SimpleNamespace(aws_request_id="r2"), cover_id=None)
    logger.info("three")
    one, two, three = log()
    assert (one["function_request_id"], one["cover_id"], one["step"]) == ("r1", "c1", "fetch")
    assert (two["cover_id"], two["code"]) == ("c1", "x")
    assert three["function_request_id"] == "r2"
    assert not {"cover_id", "step", "code"} & three.keys()


def test_libraries_are_heard_from_warnings_on():
    start_invocation(CONTEXT)
    assert not logging.getLogger("botocore.credentials").isEnabledFor(logging.INFO)
    assert logging.getLogger("botocore.credentials").isEnabledFor(logging.WARNING)


@pytest.mark.parametrize(
    ("error", "raised", "level"),
    [
        (NoTopArtistsError("A sentence."), NoTopArtistsError, "WARNING"),
        (ClientError({"Error": {"Code": "AccessDenied"}}, "GetItem"), ConfigurationError, "WARNING"),
        (ZeroDivisionError("unforeseen"), ZeroDivisionError, "ERROR"),
    ],
)
def test_every_error_is_told_once_with_what_it_is_about(log, error, raised, level):
    error_of_aws = isinstance(error, ClientError)
    if error_of_aws:
        error.response["ResponseMetadata"] = {"HTTPStatusCode": 400}
    start_invocation(CONTEXT, cover_id="c1")
    with pytest.raises(raised), log_and_translate_errors("step failed"):
        raise error
    [line] = log()
    assert (line["message"], line["level"], line["cover_id"]) == ("step failed", level, "c1")
    assert type(error).__name__ in str(line)


def test_a_figure_has_its_dimensions_and_says_beside_them_what_it_is_about(capsys):
    start_invocation(CONTEXT, cover_id="c1", step="fetch")
    put_metric("StepDuration", MetricUnit.Seconds, 1.5, step="fetch")
    figure = json.loads(capsys.readouterr().out)
    [told] = figure["_aws"]["CloudWatchMetrics"]
    assert told["Namespace"] == "CoverArt"
    assert told["Metrics"] == [{"Name": "StepDuration", "Unit": "Seconds"}]
    [dimensions] = told["Dimensions"]
    assert set(dimensions) <= {"step", "service"}  # a cover's id among them would be a figure for each cover
    assert (figure["StepDuration"], figure["cover_id"], figure["function_request_id"]) == ([1.5], "c1", "r1")
