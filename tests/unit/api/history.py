"""Entries of the publish history, as the tests of playlist images store and read them."""

from datetime import UTC, datetime, timedelta
from typing import Any

from api import dependencies
from coverart.store.keys import backup_key
from coverart.store.publish_history import EntryStatus, HistoryEntry, ReplacedImage
from tests.unit.api.conftest import PLAYLIST, ApiClient, put_object

PLAYLIST_PATH = f"/api/playlists/{PLAYLIST}"
NOW = datetime.now(UTC)
OURS, OWN, NOBODYS = (
    ReplacedImage(whose="ours", image_id=None, kept=None),
    ReplacedImage(whose="own", image_id="their1", kept=backup_key("ada", PLAYLIST, "own-their1")),
    ReplacedImage(whose="nobody", image_id=None, kept=None),
)


def put_entry(
    n: int, replaced: ReplacedImage | None = None, status: EntryStatus = "set", listener_id: str = "ada", **fields: Any
) -> HistoryEntry:
    """Store the `n`th entry of the playlist's history, its image, and the image that it backed up."""
    entry_id = f"20261122T12{n:02d}00000-0123456789"
    entry = {
        "playlist_id": PLAYLIST,
        "entry_id": entry_id,
        "playlist_name": "Night bus",
        "cover_id": entry_id,
        "picture": put_object(backup_key(listener_id, PLAYLIST, entry_id)),
        "status": status,
        "replaced": replaced,
        "image_id": f"image{n}" if status == "set" else None,
        "asked_at": NOW + timedelta(minutes=n),
        "set_at": NOW + timedelta(minutes=n, seconds=5) if status == "set" else None,
    }
    if replaced is not None and replaced.kept is not None:
        put_object(replaced.kept)
    return dependencies.get_history().add(listener_id, HistoryEntry.model_validate({**entry, **fields}))


def get_entry(entry_id: str) -> HistoryEntry:
    return dependencies.get_history().get("ada", PLAYLIST, entry_id)


def list_history(client: ApiClient) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = client.call("GET", f"{PLAYLIST_PATH}/history").body["items"]
    return items
