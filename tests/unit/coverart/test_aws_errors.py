import json
import random
from contextlib import nullcontext

import pytest
from botocore.awsrequest import AWSResponse
from botocore.exceptions import ClientError
from botocore.retries.standard import ThrottledRetryableChecker, TransientRetryableChecker

from coverart.aws.errors import PASSING_CODES, as_domain_error
from coverart.errors import ConfigurationError, StorageUnavailableError
from tests.client_errors import client_error


class Body:
    """The raw body of a response without a network."""

    def __init__(self, body):
        self.body = body

    def stream(self, **_):
        yield self.body


def test_error_that_botocore_retries_is_transient():
    lists = (ThrottledRetryableChecker._THROTTLED_ERROR_CODES, TransientRetryableChecker._TRANSIENT_ERROR_CODES)
    assert PASSING_CODES.issuperset(code for codes in lists for code in codes)
    for code, status in (*((code, 400) for code in PASSING_CODES), ("AnythingElse", 500)):
        assert isinstance(as_domain_error(client_error(code, status)), StorageUnavailableError), code
    assert isinstance(as_domain_error(client_error("AccessDeniedException", 400)), ConfigurationError)


@pytest.mark.parametrize(
    ("code", "refusals", "requests", "error"),
    [
        ("TransactionConflictException", 7, 8, None),
        ("TransactionConflictException", 99, 8, StorageUnavailableError),
        ("ValidationException", 99, 1, ConfigurationError),
    ],
)
def test_write_that_meets_a_transaction_is_repeated(covers, monkeypatch, code, refusals, requests, error):
    monkeypatch.setattr(random, "uniform", lambda _low, _high: 0)
    events, attempts = covers.table.meta.client.meta.events, []

    def refuse(request, **_):
        attempts.append(request)
        if len(attempts) > refusals:
            return None
        body = Body(json.dumps({"__type": f"com.amazonaws.dynamodb.v20120810#{code}"}).encode())
        return AWSResponse(request.url, 400, {}, body)

    events.register_first("before-send.dynamodb", refuse)
    with pytest.raises(ClientError) if error else nullcontext() as raised:
        covers.begin_step("ada", "c1", "fetch")
    events.unregister("before-send.dynamodb", refuse)
    assert len(attempts) == requests
    assert error is None or type(as_domain_error(raised.value)) is error
