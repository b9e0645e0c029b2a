"""API tokens, with which programs act for a listener. The tables hold their hashes only.

Each token has two items: one in KeysTable, which says whose it is, and one in ListenersTable, which lists it. Both say
when the token expires, if it does, and on which day it was last used.
"""

import re
import secrets
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from boto3.dynamodb.conditions import Key

from coverart.aws.dynamodb import from_dynamodb, paginate, write_conditionally
from coverart.errors import TooManyTokensError
from coverart.models import StrictModel
from coverart.store.keys import API_TOKEN_PREFIX, api_token_key, api_token_listing_key, sha256

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import Table

_VALUE_PREFIX = "cvr_"
_MAX_TOKENS = 20
_VALUE = re.compile(_VALUE_PREFIX + r"[0-9A-Za-z_-]{43}")


class ApiToken(StrictModel):
    """A token without its value.

    `name`: the listener's name for the program that uses it. `expires_at`: null for a token that stays valid until its
    listener revokes it. `last_used_on`: the UTC day of the last request, or null.
    """

    id: str
    name: str
    created_at: datetime
    expires_at: datetime | None = None
    last_used_on: date | None = None


@dataclass(frozen=True)
class ApiTokens:
    """`keys_table`: KeysTable. `listeners_table`: ListenersTable."""

    keys_table: "Table"
    listeners_table: "Table"

    def create(
        self, listener_id: str, name: str, now: datetime, lifetime: timedelta | None = None
    ) -> tuple[ApiToken, str]:
        """Return a new token and its value, which is not stored. Raises TooManyTokensError."""
        tokens = self.list_tokens(listener_id)
        expired = [token for token in tokens if token.expires_at is not None and token.expires_at <= now]
        for token in expired:
            self.revoke(listener_id, token.id)
        if len(tokens) - len(expired) >= _MAX_TOKENS:
            raise TooManyTokensError(f"You have {_MAX_TOKENS} tokens, which is the limit. Please revoke one first.")
        value = _VALUE_PREFIX + secrets.token_urlsafe(32)
        expires_at = None if lifetime is None else now + lifetime
        token = ApiToken(id=secrets.token_hex(8), name=name, created_at=now, expires_at=expires_at)
        expiry: dict[str, Any] = {} if expires_at is None else {"expires_at": int(expires_at.timestamp())}
        # The write of the listing comes first, so that a listener can revoke every token that works.
        listing: dict[str, Any] = {"name": name, "created_at": now.isoformat(), "sha256": sha256(value), **expiry}
        self.listeners_table.put_item(Item={**api_token_listing_key(listener_id, token.id), **listing})
        self.keys_table.put_item(
            Item={**api_token_key(sha256(value)), "listener_id": listener_id, "token_id": token.id, **expiry}
        )
        return token, value

    def list_tokens(self, listener_id: str) -> list[ApiToken]:
        """Return the listener's tokens, oldest first, among them those that have expired."""
        condition = Key("listener_id").eq(listener_id) & Key("item").begins_with(API_TOKEN_PREFIX)
        items = paginate(self.listeners_table.query, KeyConditionExpression=condition, ConsistentRead=True)
        return sorted(map(_read_listing, items), key=lambda token: token.created_at)

    def revoke(self, listener_id: str, token_id: str) -> bool:
        """Delete a token. Return False where the listener has no such token."""
        listing_key = api_token_listing_key(listener_id, token_id)
        item = self.listeners_table.get_item(Key=listing_key, ConsistentRead=True).get("Item")
        if item is None:
            return False
        self.keys_table.delete_item(Key=api_token_key(str(item["sha256"])))
        self.listeners_table.delete_item(Key=listing_key)
        return True

    def find_listener(self, value: str, now: datetime) -> str | None:
        """Return the id of the token's listener, or None for an unknown, revoked or expired token."""
        if not _VALUE.fullmatch(value):
            return None
        item = self.keys_table.get_item(Key=api_token_key(sha256(value)), ConsistentRead=True).get("Item")
        if item is None or from_dynamodb(item).get("expires_at", 2**40) <= now.timestamp():
            return None
        if item.get("used_on") != (today := now.date().isoformat()):
            self._record_use({**item, "used_on": today})
        return str(item["listener_id"])

    def _record_use(self, item: dict[str, Any]) -> None:
        """Store the day on which a token was used: once a day, in both items, unless a revocation is in progress."""
        write_conditionally(self.keys_table.put_item, Item=item, ConditionExpression="attribute_exists(listener_id)")
        write_conditionally(
            self.listeners_table.update_item,
            Key=api_token_listing_key(item["listener_id"], item["token_id"]),
            UpdateExpression="SET used_on = :day",
            ConditionExpression="attribute_exists(listener_id)",
            ExpressionAttributeValues={":day": item["used_on"]},
        )


def _read_listing(item: dict[str, Any]) -> ApiToken:
    item = from_dynamodb(item)
    return ApiToken(
        id=item["item"].removeprefix(API_TOKEN_PREFIX),
        name=item["name"],
        created_at=datetime.fromisoformat(item["created_at"]),
        expires_at=datetime.fromtimestamp(item["expires_at"], UTC) if "expires_at" in item else None,
        last_used_on=item.get("used_on"),
    )
