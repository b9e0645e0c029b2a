"""Public pages of covers: whoever has the address sees the cover, until its listener takes the page back."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from coverart.store.covers import Covers
from coverart.store.keys import shared_cover_key

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import Table

# 128 random bits.
_ID_BYTES = 16


@dataclass(frozen=True)
class SharedCovers:
    """`keys`: KeysTable. Its item says whose cover it is, and counts only while the cover names it, too."""

    covers: Covers
    keys: "Table"

    def share(self, listener_id: str, item: Mapping[str, Any]) -> str:
        """Return the id of the cover's page: the present one, or a new one. Raises CoverDeletedError."""
        cover_id = str(item["cover_id"])
        share_id = str(item.get("share_id") or secrets.token_urlsafe(_ID_BYTES))
        self.keys.put_item(Item={**shared_cover_key(share_id), "listener_id": listener_id, "cover_id": cover_id})
        self.covers.set_share_id(listener_id, cover_id, share_id)
        return share_id

    def take_back(self, listener_id: str, item: Mapping[str, Any]) -> None:
        """End the cover's page. A later one has another id. Raises CoverDeletedError."""
        self.covers.set_share_id(listener_id, str(item["cover_id"]), None)
        if share_id := item.get("share_id"):
            self.keys.delete_item(Key=shared_cover_key(str(share_id)))

    def find(self, share_id: str) -> dict[str, Any] | None:
        """Return the item of the cover with this page, or None where there is no such page any more."""
        key = self.keys.get_item(Key=shared_cover_key(share_id), ConsistentRead=True).get("Item")
        item = key and self.covers.get(str(key["listener_id"]), str(key["cover_id"]))
        return item if item and item.get("share_id") == share_id and item["status"] == "done" else None
