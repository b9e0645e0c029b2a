"""The items of stored_items.json: their keys, and the stores that read them.

`stored_items.json` holds items in DynamoDB's attribute value JSON. The code of version 980fa0b wrote all of them on the
local stack with its fakes for Spotify, MusicBrainz and OpenAI. `values` are the secrets that a browser and a program
held at that time; they open nothing.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from boto3.dynamodb.types import TypeDeserializer

from coverart.aws import clients
from coverart.models import CoverOptions, PlaylistSource
from coverart.pipeline.start_cover import CoverRequest
from coverart.store.budget import Budget
from coverart.store.covers import Covers
from coverart.store.idempotency import automatic_idempotency_key
from coverart.store.listeners import Listeners
from coverart.store.publish_history import PublishHistory

KEY_NAMES = {
    "ListenersTable": ("listener_id", "item"),
    "CoversTable": ("listener_id", "cover_id"),
    "KeysTable": ("key",),
}
STORED = json.loads((Path(__file__).parent / "stored_items.json").read_text(encoding="utf-8"))
VALUES = STORED["values"]
CAPTURED_AT = datetime.fromisoformat(VALUES["captured_at"])
MONTH = "budget#2026-11"

# Listeners.
DEMO, NEWCOMER, SOMEBODY, ODD = "DemoListener1", "Newcomer2", "Somebody4", "odd#id/1 ö"

# Playlists that automatic covers know.
MADE, COVERED = "2NqJ6RM1O2P8e6ZPNcjqdd", "3hoYXeA6KUEnQC9zwYrsyo"
GIVEN_UP, RETRIED = "6eAktnw4PFXLVWfOBNMm4k", "5EEsZfylVGPqWGWPz3UK08"

# One with an undo in its history of images.
UNDONE = "78K8iyipKVz6qnIvwBQvHe"
# Of the listener `ODD`.
OTHER_PLAYLIST = "2gJNjsXI6pvnkcmJMJ4HqE"

# Covers.
BOUGHT, PAINTED = "20261130T070116314-2cb5c154ac", "20261130T070123105-c536c55318"
SHARED_LOOK, SECOND_CALL_BILLED = "20261130T070126145-36f484e6b3", "20261130T070134727-32cde482c6"
SOFTENED, OWN_IMAGE_STAYS = "20261130T070144725-3fdbae35b7", "20261130T070147145-8bf62b667c"
EMPTY_PLAYLIST, STOPPED = "20261130T070148874-0a748db874", "20261130T070149465-ec2b75c176"
RUNNING, AUTOMATIC = "20261130T070156305-bb44b3b244", "20261130T070211465-6c21fcf665"
TRANSIENT_FAILURE, WORDS_ONLY = "20261130T070212305-0f22533ee6", "20261130T070229564-9e81697a4f"
UNSTYLED, ACCEPTED = "20261122T180415021-f147d8be9c", "20261130T070221947-68a0a10f47"
COVERS = (
    *(BOUGHT, PAINTED, SHARED_LOOK, SECOND_CALL_BILLED, SOFTENED, OWN_IMAGE_STAYS, EMPTY_PLAYLIST, STOPPED, RUNNING),
    *(AUTOMATIC, TRANSIENT_FAILURE, WORDS_ONLY, UNSTYLED, ACCEPTED),
)
COVER_KEYS = [(ODD if cover == ACCEPTED else DEMO, cover) for cover in COVERS]

ItemKey = tuple[str, ...]


def key_of(table: str, item: Mapping[str, Any]) -> ItemKey:
    """Table and key of an item; the item's values have DynamoDB's types or Python's."""
    values = [item.get(name, "") for name in KEY_NAMES[table]]  # a projection may leave the key out
    return (table, *(value["S"] if isinstance(value, dict) else str(value) for value in values))


def plain(value: Any) -> Any:
    match value:
        case dict():
            return {name: plain(part) for name, part in value.items()}
        case list():
            return [plain(part) for part in value]
        case Decimal():
            return int(value) if value == value.to_integral_value() else float(value)
    return value


def stored_item(table: str, *key: str) -> dict[str, Any]:
    """The stored item in Python's types, read without any code of ours."""
    [item] = [item for item in STORED[table] if key_of(table, item) == (table, *key)]
    return {name: plain(TypeDeserializer().deserialize(value)) for name, value in item.items()}


def listeners() -> Listeners:
    return Listeners(clients.get_table("ListenersTable"))


def history() -> PublishHistory:
    return PublishHistory(clients.get_table("ListenersTable"))


def covers() -> Covers:
    return Covers(clients.get_table("CoversTable"))


def monthly_budget() -> Budget:
    return Budget(clients.get_table("KeysTable"), 5.0)


def bulk_request() -> CoverRequest:
    key = f"bulk#{GIVEN_UP}#20261130T070212214-03699290e7"
    return create_request(DEMO, GIVEN_UP, idempotency_key=key, replace_own=True)


def automatic_request(listener_id: str, playlist_id: str) -> CoverRequest:
    key = automatic_idempotency_key(playlist_id)
    return create_request(listener_id, playlist_id, idempotency_key=key, automatic=True)


def create_request(listener_id: str, playlist_id: str, **fields: Any) -> CoverRequest:
    source = PlaylistSource(kind="playlist", playlist_id=playlist_id)
    options = listeners().get(listener_id).settings.complete(CoverOptions(publish=True))
    return CoverRequest(listener_id=listener_id, source=source, options=options, **fields)
