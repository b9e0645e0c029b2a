"""Tokens with which programs use the API: made and revoked by the listener, stored as hashes.

`token#<sha256>` in KeysTable says whose it is; `token#<id>` in ListenersTable lists it for the listener.
"""

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from boto3.dynamodb.conditions import Key

from coverart.models import StrictModel

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import Table

_PREFIX = "cvr_"
_VALUE = re.compile(r"cvr_[0-9A-Za-z_-]{43}")


class ApiToken(StrictModel):
    id: str
    name: str
    created_at: datetime


@dataclass(frozen=True)
class ApiTokens:
    keys: "Table"
    listeners: "Table"

    def create(self, listener_id: str, name: str, now: datetime) -> tuple[ApiToken, str]:
        """The token and its value, which is stored nowhere."""
        value = _PREFIX + secrets.token_urlsafe(32)
        token = ApiToken(id=secrets.token_hex(8), name=name, created_at=now)
        # Listed before it works: what works can be revoked.
        listed = {"name": name, "created_at": now.isoformat(), "sha256": _hash(value)}
        self.listeners.put_item(Item={**_listed(listener_id, token.id), **listed})
        self.keys.put_item(Item={**_key(_hash(value)), "listener_id": listener_id, "token_id": token.id})
        return token, value

    def all(self, listener_id: str) -> list[ApiToken]:
        """The oldest first."""
        condition = Key("listener_id").eq(listener_id) & Key("item").begins_with("token#")
        items = self.listeners.query(KeyConditionExpression=condition, ConsistentRead=True)["Items"]
        tokens = [
            ApiToken.model_validate(
                {"id": str(item["item"]).removeprefix("token#"), "name": item["name"], "created_at": item["created_at"]}
            )
            for item in items
        ]
        return sorted(tokens, key=lambda token: token.created_at)

    def revoke(self, listener_id: str, token_id: str) -> bool:
        """False where the listener has no such token."""
        item = self.listeners.get_item(Key=_listed(listener_id, token_id), ConsistentRead=True).get("Item")
        if item is None:
            return False
        self.keys.delete_item(Key=_key(str(item["sha256"])))
        self.listeners.delete_item(Key=_listed(listener_id, token_id))
        return True

    def find_listener(self, value: str) -> str | None:
        """The id of the listener whose token it is; None where it is none, or was revoked."""
        if not _VALUE.fullmatch(value):
            return None
        wanted = _key(_hash(value))
        item = self.keys.get_item(Key=wanted, ConsistentRead=True).get("Item")
        if item is None or not hmac.compare_digest(str(item["key"]), wanted["key"]):
            return None
        return str(item["listener_id"])


def _hash(value: str) -> str:
    return hashlib.sha256(value.encode()).hexdigest()


def _key(digest: str) -> dict[str, str]:
    return {"key": f"token#{digest}"}


def _listed(listener_id: str, token_id: str) -> dict[str, str]:
    return {"listener_id": listener_id, "item": f"token#{token_id}"}
