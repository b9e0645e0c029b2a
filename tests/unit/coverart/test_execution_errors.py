import json

import pytest

from coverart.pipeline.execution_errors import explain_failure


def new_cause(name, message):
    return json.dumps({"errorType": name, "errorMessage": message, "stackTrace": ["secret path"]})


@pytest.mark.parametrize(
    ("status", "error", "cause", "code"),
    [
        ("TIMED_OUT", None, None, "timed_out"),
        ("FAILED", "States.Timeout", "not json", "timed_out"),
        ("FAILED", "Sandbox.Timedout", new_cause("Sandbox.Timedout", "Task timed out after 3.00 seconds"), "timed_out"),
        ("FAILED", "Lambda.Unknown", "2026-11-26T10:00:00Z r1 Task timed out after 60.00 seconds", "timed_out"),
        ("FAILED", "Runtime.OutOfMemory", new_cause("Runtime.OutOfMemory", "signal: killed"), "internal"),
        ("FAILED", "Lambda.Unknown", None, "internal"),
        ("ABORTED", None, None, "stopped"),
        ("FAILED", "Lambda.TooManyRequestsException", "Rate Exceeded.", "too_busy"),
        ("FAILED", "KeyError", new_cause("KeyError", "'token-123'"), "internal"),
        ("FAILED", "NoTopArtistsError", "not json", "internal"),
        ("FAILED", "NoTopArtistsError", json.dumps(["odd"]), "internal"),
        ("FAILED", None, None, "internal"),
    ],
)
def test_cause_is_shown_of_errors_of_ours_only(status, error, cause, code):
    failure = explain_failure("FAILED", "NoTopArtistsError", new_cause("NoTopArtistsError", "Listen a little more."))
    assert (failure.code, str(failure)) == ("no_top_artists", "Listen a little more.")
    failure = explain_failure(status, error, cause)
    assert failure.code == code
    assert "token" not in str(failure)
    assert str(failure).endswith(".")
