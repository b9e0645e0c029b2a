"""Idempotency keys: which cover a request has started before, and how many attempts an automatic cover may have."""

from collections.abc import Mapping
from typing import Any

from coverart.errors import RETRYABLE_CODES

# After a transient failure, a later event starts an automatic cover again; so often in all.
_AUTOMATIC_ATTEMPTS = 3


def automatic_idempotency_key(playlist_id: str) -> str:
    """Return the idempotency key of a playlist's automatic cover."""
    return f"automatic#{playlist_id}"


def automatic_attempt_keys(first: str) -> list[str]:
    """Return the record keys of an automatic cover's attempts in their order; `first` is that of the first."""
    return [first, *(f"{first}#{attempt}" for attempt in range(2, _AUTOMATIC_ATTEMPTS + 1))]


def may_retry(cover: Mapping[str, Any]) -> bool:
    """Return whether the cover of this item failed for a transient reason."""
    error = cover.get("error")
    return cover["status"] == "failed" and isinstance(error, dict) and error.get("code") in RETRYABLE_CODES
