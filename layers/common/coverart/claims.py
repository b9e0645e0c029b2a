"""Who may make an automatic cover, and how often: the claims in KeysTable."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from coverart.errors import (
    BudgetSpentError,
    ImageModelBusyError,
    ReconnectNeededError,
    SpotifyCoolingDownError,
    SpotifyUnavailableError,
    StorageUnavailableError,
)

# An automatic cover that failed for what passes may be made again when its event comes again; so often in all.
_AUTOMATIC_COVERS = 3
PASSING = frozenset(
    error.code
    for error in (
        SpotifyCoolingDownError,
        SpotifyUnavailableError,
        StorageUnavailableError,
        ReconnectNeededError,
        ImageModelBusyError,
        BudgetSpentError,
    )
) | {"timed_out", "too_busy"}


def claim_key(listener_id: str, idempotency_key: str) -> str:
    """In KeysTable. A listener's id is Spotify's: with a "#" in it, it must not meet another's keys."""
    return f"idempotency#{quote(listener_id, safe='')}#{idempotency_key}"


def automatic_key(playlist_id: str) -> str:
    """The idempotency key of a playlist's automatic cover."""
    return f"automatic#{playlist_id}"


def automatic_claims(first: str) -> list[str]:
    """The keys in KeysTable that an automatic cover may claim, one after the other; `first` is its `claim_key`."""
    return [first, *(f"{first}#{again}" for again in range(2, _AUTOMATIC_COVERS + 1))]


def may_try_again(cover: Mapping[str, Any]) -> bool:
    """A cover's item that failed for what passes."""
    return cover["status"] == "failed" and cover.get("error", {}).get("code") in PASSING
