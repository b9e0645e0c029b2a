"""Browser sessions. The table has only a hash of the cookie's value.

The release bundle's installer imports this module, with Python 3.9.
"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from coverart.store.keys import session_key

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import Table

SESSION_LIFETIME = timedelta(days=7)
_VALUE = re.compile(r"[0-9A-Za-z_-]{43}")


@dataclass(frozen=True)
class Sessions:
    """`keys_table`: KeysTable."""

    keys_table: Table

    def create(self, listener_id: str, now: datetime, lifetime: timedelta = SESSION_LIFETIME) -> str:
        """Return the new session's cookie value."""
        value = secrets.token_urlsafe(32)
        expires_at = int((now + lifetime).timestamp())
        self.keys_table.put_item(Item={**session_key(value), "listener_id": listener_id, "expires_at": expires_at})
        return value

    def find_listener(self, value: str, now: datetime) -> str | None:
        """Return the id of the session's listener, or None where the session is unknown, ended or expired."""
        if not _VALUE.fullmatch(value):
            return None
        item = self.keys_table.get_item(Key=session_key(value), ConsistentRead=True).get("Item")
        if item is None or int(str(item["expires_at"])) <= now.timestamp():
            return None
        return str(item["listener_id"])

    def delete(self, value: str) -> None:
        """End a session. It ignores an empty value."""
        if _VALUE.fullmatch(value):
            self.keys_table.delete_item(Key=session_key(value))
