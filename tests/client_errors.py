"""Errors of boto3, as AWS responds with them."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

_CONFLICT: Any = {
    "Error": {"Code": "TransactionCanceledException", "Message": "Transaction cancelled"},
    "CancellationReasons": [{"Code": "TransactionConflict"}, {"Code": "None"}],
}


def client_error(code: str, status: int = 400) -> ClientError:
    """Return the error of a response with this code and HTTP status."""
    response = {"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(response, "Operation")


def add_conflicts(monkeypatch: pytest.MonkeyPatch, store: Any, count: int) -> list[dict[str, Any]]:
    """Let the next `count` transactions conflict with another one. Return the requests, as they come.

    `store`: of items, with its `table`.
    """
    client = store.table.meta.client
    requests: list[dict[str, Any]] = []
    write = client.transact_write_items

    def transact_write_items(**request: Any) -> Any:
        requests.append(request)
        if len(requests) <= count:
            raise ClientError(_CONFLICT, "TransactWriteItems")
        return write(**request)

    monkeypatch.setattr(client, "transact_write_items", transact_write_items)
    return requests
