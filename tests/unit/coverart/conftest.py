from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from coverart.pipeline.publish_image import PlaylistImagePublisher, create_image_publisher
from coverart.pipeline.start_cover import new_cover_id
from coverart.store.keys import cover_file_key
from coverart.store.publish_history import HistoryEntry
from tests.fake_spotify import fake_spotify, listener_id, listeners, served_spotify
from tests.playlist_images import COVER

__all__ = ["fake_spotify", "listener_id", "listeners", "served_spotify"]


@pytest.fixture
def publisher(listener_id: str) -> PlaylistImagePublisher:
    """The demo listener's, which does not wait."""
    return replace(create_image_publisher(listener_id), sleep=lambda _: None)


@pytest.fixture
def add_entry(publisher: PlaylistImagePublisher) -> Callable[..., HistoryEntry]:
    """A function that stores a cover and adds an entry with it, each a second later than the last."""
    started_at, seconds = datetime(2026, 11, 22, tzinfo=UTC), iter(range(1000))

    def add(playlist_id: str, jpeg: bytes = COVER, **fields: Any) -> HistoryEntry:
        now = started_at + timedelta(seconds=next(seconds))
        entry_id = new_cover_id(now)
        key = cover_file_key(publisher.listener_id, entry_id, "cover.jpg")
        publisher.bucket.put(key, jpeg, "image/jpeg")
        fields = {"cover_id": entry_id, "picture": key, "playlist_name": "List", "asked_at": now, **fields}
        entry = HistoryEntry(playlist_id=playlist_id, entry_id=entry_id, **fields)
        return publisher.history.add(publisher.listener_id, entry)

    return add
