"""The seeds of covers: each source of a listener counts its own, so that none of its pictures comes twice."""

from typing import TYPE_CHECKING

from coverart.models import Source
from coverart.store.keys import variation_key

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import Table
    from mypy_boto3_dynamodb.type_defs import UpdateTypeDef


def take_variations(listeners: "Table", listener_id: str, source: Source, count: int) -> tuple[int, "UpdateTypeDef"]:
    """Return the first of the next `count` seeds of a source, and the part of a transaction that takes them.

    `listeners`: ListenersTable. Its condition fails where another request took them at the same time.
    """
    key = variation_key(listener_id, source)
    item = listeners.get_item(Key=key, ConsistentRead=True).get("Item", {"next": 0})
    first = int(str(item["next"]))
    return first, {
        "TableName": listeners.name,
        "Key": key,
        "UpdateExpression": "SET #next = :next",
        "ConditionExpression": "attribute_not_exists(#next) OR #next = :first",
        "ExpressionAttributeNames": {"#next": "next"},
        "ExpressionAttributeValues": {":next": first + count, ":first": first},
    }
