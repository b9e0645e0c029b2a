"""The publish history's conditional writes."""

from datetime import UTC, datetime

import pytest

from coverart.aws import clients
from coverart.store.publish_history import HistoryEntry, PublishHistory
from scripts.fakes.catalog import spotify_id

ENTRY_ID = "20261122T200000000-0a1b2c3d4e"


@pytest.fixture
def history(stack: None) -> PublishHistory:
    listeners = clients.get_table("ListenersTable")
    listeners.put_item(Item={"listener_id": "ada", "item": "profile", "tokens": {}})
    return PublishHistory(listeners)


def test_entry_retried_since_it_was_read_is_not_retried(history: PublishHistory) -> None:
    entry = HistoryEntry(
        playlist_id=spotify_id("playlist", "Slow mornings"),
        entry_id=ENTRY_ID,
        playlist_name="Slow mornings",
        cover_id=ENTRY_ID,
        picture="covers/ada/cover.jpg",
        status="not_set",
        asked_at=datetime(2026, 11, 22, 20, tzinfo=UTC),
    )
    history.add("ada", entry)
    retried = history.retry("ada", entry)
    assert retried is not None
    assert (retried.status, retried.tries) == ("asked", 1)
    history.update("ada", retried, status="not_set")
    assert history.retry("ada", entry) is None
    assert history.get("ada", entry.playlist_id, ENTRY_ID).tries == 1
