"""The items of stored_items.json: their keys, and the stores that read them.

`stored_items.json` holds items in DynamoDB's attribute value JSON. The code of version 980fa0b wrote all of them on the
local stack with its fakes for Spotify, MusicBrainz and OpenAI. `values` are the secrets that a browser and a program
held at that time; they open nothing.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from boto3.dynamodb.types import TypeDeserializer

from coverart.aws import clients
from coverart.store.covers import Covers
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

# Listeners.
DEMO, ODD = "DemoListener1", "odd#id/1 ö"

# Playlists that automatic covers know.
MADE, COVERED = "2NqJ6RM1O2P8e6ZPNcjqdd", "3hoYXeA6KUEnQC9zwYrsyo"
GIVEN_UP, RETRIED = "6eAktnw4PFXLVWfOBNMm4k", "5EEsZfylVGPqWGWPz3UK08"

# One with an undo in its history of images.
UNDONE = "78K8iyipKVz6qnIvwBQvHe"
# Of the listener `ODD`.
OTHER_PLAYLIST = "2gJNjsXI6pvnkcmJMJ4HqE"

# Covers; the last is that of the listener `ODD`.
BOUGHT, SHARED_LOOK = "20261130T070116314-2cb5c154ac", "20261130T070126145-36f484e6b3"
SECOND_CALL_BILLED, STOPPED = "20261130T070134727-32cde482c6", "20261130T070149465-ec2b75c176"
EMPTY_PLAYLIST, RUNNING = "20261130T070148874-0a748db874", "20261130T070156305-bb44b3b244"
TRANSIENT_FAILURE, WORDS_ONLY = "20261130T070212305-0f22533ee6", "20261130T070229564-9e81697a4f"
AUTOMATIC, UNSTYLED = "20261130T070211465-6c21fcf665", "20261122T180415021-f147d8be9c"
ACCEPTED = "20261130T070221947-68a0a10f47"

ItemKey = tuple[str, ...]


def key_of(table: str, item: Mapping[str, Any]) -> ItemKey:
    """Table and key of an item; the item's values have DynamoDB's types or Python's."""
    values = [item.get(name, "") for name in KEY_NAMES[table]]  # a projection may leave the key out
    return (table, *(value["S"] if isinstance(value, dict) else str(value) for value in values))


def stored_keys(table: str, *prefixes: str) -> set[ItemKey]:
    """The keys of the items whose range key, or only key, begins with one of the prefixes."""
    keys = {key_of(table, item) for item in STORED[table]}
    return {key for key in keys if key[-1].startswith(prefixes or "")}


def stored_item(table: str, *key: str) -> dict[str, Any]:
    """The stored item in Python's types, read without any code of ours."""
    [item] = [item for item in STORED[table] if key_of(table, item) == (table, *key)]
    values = {name: TypeDeserializer().deserialize(value) for name, value in item.items()}
    plain: dict[str, Any] = json.loads(json.dumps(values, default=lambda n: int(n) if n == int(n) else float(n)))
    return plain


def listeners() -> Listeners:
    return Listeners(clients.get_table("ListenersTable"))


def history() -> PublishHistory:
    return PublishHistory(clients.get_table("ListenersTable"))


def covers() -> Covers:
    return Covers(clients.get_table("CoversTable"))
