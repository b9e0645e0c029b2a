"""Sessions of browsers: items `session#<sha256 of the cookie's value>` in KeysTable."""

import hashlib
import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import Table

SESSION_LASTS = timedelta(days=7)
_VALUE = re.compile(r"[0-9A-Za-z_-]{43}")


@dataclass(frozen=True)
class Sessions:
    keys_table: "Table"

    def create(self, listener_id: str, now: datetime) -> str:
        """The cookie's value, which is stored nowhere."""
        value = secrets.token_urlsafe(32)
        expires_at = int((now + SESSION_LASTS).timestamp())
        self.keys_table.put_item(Item={**_key(value), "listener_id": listener_id, "expires_at": expires_at})
        return value

    def listener(self, value: str, now: datetime) -> str | None:
        """The id of the listener whose session it is; None where it is unknown, ended or expired."""
        if not _VALUE.fullmatch(value):
            return None
        item = self.keys_table.get_item(Key=_key(value), ConsistentRead=True).get("Item")
        # DynamoDB deletes expired items late.
        if item is None or int(str(item["expires_at"])) <= now.timestamp():
            return None
        return str(item["listener_id"])

    def end(self, value: str) -> None:
        """Harmless where it is none."""
        if _VALUE.fullmatch(value):
            self.keys_table.delete_item(Key=_key(value))


def _key(value: str) -> dict[str, str]:
    return {"key": f"session#{hashlib.sha256(value.encode()).hexdigest()}"}
