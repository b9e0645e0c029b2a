"""API tokens, with which programs act for a listener. The tables hold their hashes only.

Each token has two items: one in KeysTable, which says whose it is, and one in ListenersTable, which lists it.
"""

import re
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from boto3.dynamodb.conditions import Key

from coverart.aws.dynamodb import paginate
from coverart.models import StrictModel
from coverart.store.keys import API_TOKEN_PREFIX, api_token_key, api_token_listing_key, sha256

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import Table

_VALUE_PREFIX = "cvr_"
_VALUE = re.compile(_VALUE_PREFIX + r"[0-9A-Za-z_-]{43}")


class ApiToken(StrictModel):
    """A token without its value. `name`: the listener's name for the program that uses it."""

    id: str
    name: str
    created_at: datetime


@dataclass(frozen=True)
class ApiTokens:
    """`keys_table`: KeysTable. `listeners_table`: ListenersTable."""

    keys_table: "Table"
    listeners_table: "Table"

    def create(self, listener_id: str, name: str, now: datetime) -> tuple[ApiToken, str]:
        """Return a new token and its value, which is not stored."""
        value = _VALUE_PREFIX + secrets.token_urlsafe(32)
        token = ApiToken(id=secrets.token_hex(8), name=name, created_at=now)
        # The listing is written first, so that a listener can revoke every token that works.
        listing = {"name": name, "created_at": now.isoformat(), "sha256": sha256(value)}
        self.listeners_table.put_item(Item={**api_token_listing_key(listener_id, token.id), **listing})
        self.keys_table.put_item(
            Item={**api_token_key(sha256(value)), "listener_id": listener_id, "token_id": token.id}
        )
        return token, value

    def list_tokens(self, listener_id: str) -> list[ApiToken]:
        """Return the listener's tokens, oldest first."""
        condition = Key("listener_id").eq(listener_id) & Key("item").begins_with(API_TOKEN_PREFIX)
        items = paginate(self.listeners_table.query, KeyConditionExpression=condition, ConsistentRead=True)
        tokens = [
            ApiToken.model_validate(
                {
                    "id": item["item"].removeprefix(API_TOKEN_PREFIX),
                    "name": item["name"],
                    "created_at": item["created_at"],
                }
            )
            for item in items
        ]
        return sorted(tokens, key=lambda token: token.created_at)

    def revoke(self, listener_id: str, token_id: str) -> bool:
        """Delete a token. Return False where the listener has no such token."""
        listing_key = api_token_listing_key(listener_id, token_id)
        item = self.listeners_table.get_item(Key=listing_key, ConsistentRead=True).get("Item")
        if item is None:
            return False
        self.keys_table.delete_item(Key=api_token_key(str(item["sha256"])))
        self.listeners_table.delete_item(Key=listing_key)
        return True

    def find_listener(self, value: str) -> str | None:
        """Return the id of the token's listener, or None where the token is unknown or was revoked."""
        if not _VALUE.fullmatch(value):
            return None
        item = self.keys_table.get_item(Key=api_token_key(sha256(value)), ConsistentRead=True).get("Item")
        return None if item is None else str(item["listener_id"])
