import json
import random

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


@pytest.fixture
def refuse_writes(covers, monkeypatch):
    """Let DynamoDB refuse so many plain writes with an error code. Return the operations that it refused."""
    monkeypatch.setattr(random, "uniform", lambda _low, _high: 0)
    events, handlers = covers.table.meta.client.meta.events, []

    def refuse(code, times):
        refused = []

        def respond(request, event_name, **_):
            if len(refused) == times:
                return None
            refused.append(event_name.rsplit(".", 1)[1])
            body = Body(json.dumps({"__type": f"com.amazonaws.dynamodb.v20120810#{code}"}).encode())
            return AWSResponse(request.url, 400, {}, body)

        handlers.append(respond)
        events.register_first("before-send.dynamodb", respond)
        return refused

    yield refuse
    for handler in handlers:
        events.unregister("before-send.dynamodb", handler)


def test_error_that_botocore_retries_is_transient():
    lists = (ThrottledRetryableChecker._THROTTLED_ERROR_CODES, TransientRetryableChecker._TRANSIENT_ERROR_CODES)
    assert PASSING_CODES.issuperset(code for codes in lists for code in codes)
    for code, status in (*((code, 400) for code in PASSING_CODES), ("AnythingElse", 500)):
        assert isinstance(as_domain_error(client_error(code, status)), StorageUnavailableError), code
    assert isinstance(as_domain_error(client_error("AccessDeniedException", 400)), ConfigurationError)


def test_write_that_meets_a_transaction_is_repeated(covers, refuse_writes):
    refused = refuse_writes("TransactionConflictException", 7)
    covers.begin_step("ada", "c1", "fetch")
    assert refused == ["UpdateItem"] * 7
    assert covers.get("ada", "c1")["step"] == "fetch"


@pytest.mark.parametrize(("code", "writes"), [("TransactionConflictException", 8), ("ValidationException", 1)])
def test_only_a_conflict_is_repeated_and_at_most_seven_times(covers, refuse_writes, code, writes):
    refused = refuse_writes(code, 99)
    with pytest.raises(ClientError) as raised:
        covers.delete("ada", "c1")
    assert isinstance(as_domain_error(raised.value), StorageUnavailableError) == (writes > 1)
    assert len(refused) == writes
