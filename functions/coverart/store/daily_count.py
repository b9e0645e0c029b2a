"""How many covers a listener has requested on a UTC day. *Delete my data* does not reset it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from coverart.store.keys import daily_count_key

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import Table
    from mypy_boto3_dynamodb.type_defs import UpdateTypeDef

# The day itself, and another one for clocks that differ.
_LIFETIME = timedelta(days=2)


@dataclass(frozen=True)
class DailyCount:
    """`keys_table`: KeysTable. Each day has an item of its own, so functions may disagree about midnight."""

    keys_table: "Table"

    def get(self, listener_id: str, now: datetime) -> int:
        """Return the number of requested covers on the day of `now`; each candidate counts."""
        key = daily_count_key(listener_id, now)
        item = self.keys_table.get_item(Key=key, ConsistentRead=True).get("Item", {})
        return int(str(item.get("covers", 0)))

    def update(self, listener_id: str, now: datetime, covers: int, limit: int) -> "UpdateTypeDef":
        """Return the part of a transaction that counts `covers`, which fails where there would be more than `limit`.

        The caller refuses more `covers` than the limit.
        """
        return {
            "TableName": self.keys_table.name,
            "Key": daily_count_key(listener_id, now),
            "UpdateExpression": "ADD covers :covers SET expires_at = if_not_exists(expires_at, :expires)",
            "ConditionExpression": "attribute_not_exists(covers) OR covers <= :highest",
            "ExpressionAttributeValues": {
                ":covers": covers,
                ":highest": limit - covers,
                ":expires": int((now + _LIFETIME).timestamp()),
            },
        }
