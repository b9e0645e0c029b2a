"""The stored items in moto's tables, at the time of the capture."""

import pickle
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from itsdangerous import TimestampSigner

from coverart.aws import clients
from coverart.pipeline import start_cover
from coverart.store import budget
from tests.moto_aws import get_moto_tables
from tests.unit.upgrade.stored_items import CAPTURED_AT, KEY_NAMES, STORED, ItemKey, key_of


class FrozenDatetime(datetime):
    @classmethod
    def now(cls, tz: Any = None) -> datetime:  # type: ignore[override]  # the time when the items were stored
        return CAPTURED_AT.astimezone(tz)


_tables: dict[str, bytes] = {}


def put_items() -> None:
    """Put the items into moto's tables: the first time as DynamoDB's client does, then as moto holds them."""
    tables = get_moto_tables()
    if not _tables:
        for table in KEY_NAMES:
            for item in STORED[table]:
                clients.get_client("dynamodb").put_item(TableName=table, Item=item)
        _tables.update({table: pickle.dumps(tables[table].items) for table in KEY_NAMES})
    for table, items in _tables.items():
        tables[table].items = pickle.loads(items)  # noqa: S301  # of this process


@pytest.fixture
def read_keys(stack: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[set[ItemKey]]:
    """Put the items into moto's tables and set the clock to the time of the capture.

    Yields a set that gains the key of each item that the code under test reads.
    """
    put_items()
    for module in (start_cover, budget):
        monkeypatch.setattr(module, "datetime", FrozenDatetime)
    monkeypatch.setattr(TimestampSigner, "get_timestamp", lambda _: int(CAPTURED_AT.timestamp()))
    keys: set[ItemKey] = set()

    def remember_request(params: dict[str, Any], model: Any, context: dict[str, Any], **_: Any) -> None:
        context["table"] = table = params.get("TableName")
        # A login state is read by deleting it on the condition that it exists.
        if model.name == "DeleteItem" and "ConditionExpression" in params:
            keys.add(key_of(table, params["Key"]))

    def remember_items(parsed: dict[str, Any], context: dict[str, Any], **_: Any) -> None:
        items = [parsed.get("Item"), *parsed.get("Items", [])]
        keys.update(key_of(context["table"], item) for item in items if item)

    hooks = {"provide-client-params.dynamodb": remember_request, "after-call.dynamodb": remember_items}
    # All tables share one client.
    emitter = clients.get_table("KeysTable").meta.client.meta.events
    for event, hook in hooks.items():
        emitter.register(event, hook, unique_id=f"stored items, {event}")
    yield keys
    for event, hook in hooks.items():
        emitter.unregister(event, hook, unique_id=f"stored items, {event}")
