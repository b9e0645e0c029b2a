import json

import pytest

from coverart.pipeline.execution_errors import explain_failure


def cause(name, message):
    return json.dumps({"errorType": name, "errorMessage": message, "stackTrace": ["secret path"]})


def test_a_named_error_is_told_in_its_own_sentence_and_code():
    told = explain_failure("FAILED", "NoTopArtistsError", cause("NoTopArtistsError", "Listen a little more."))
    assert (told.code, str(told)) == ("no_top_artists", "Listen a little more.")


@pytest.mark.parametrize(
    ("status", "error", "said", "code"),
    [
        ("TIMED_OUT", None, None, "timed_out"),
        ("FAILED", "States.Timeout", "not json", "timed_out"),
        ("FAILED", "Sandbox.Timedout", cause("Sandbox.Timedout", "Task timed out after 3.00 seconds"), "timed_out"),
        ("ABORTED", None, None, "stopped"),
        ("FAILED", "Lambda.TooManyRequestsException", "Rate Exceeded.", "too_busy"),
        ("FAILED", "KeyError", cause("KeyError", "'token-123'"), "internal"),
        ("FAILED", "NoTopArtistsError", "not json", "internal"),
        ("FAILED", "NoTopArtistsError", json.dumps(["odd"]), "internal"),
        ("FAILED", None, None, "internal"),
    ],
)
def test_everything_else_is_told_without_what_the_cause_says(status, error, said, code):
    told = explain_failure(status, error, said)
    assert told.code == code
    assert "token" not in str(told)
    assert str(told).endswith(".")
