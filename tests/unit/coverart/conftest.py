from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests

from coverart.pipeline.publish_image import PlaylistImagePublisher, create_image_publisher
from coverart.pipeline.start_cover import new_cover_id
from coverart.store.keys import cover_file_key
from coverart.store.listeners import OAuthTokens
from coverart.store.publish_history import HistoryEntry
from scripts.fakes.spotify import FakeSpotify
from tests.fake_spotify import fake_spotify, listener_id, listeners, served_spotify
from tests.playlist_images import COVER, MOSAIC, OWN
from tests.spotify_requests import save_tokens
from tests.stored_files import list_keys

__all__ = ["fake_spotify", "listener_id", "listeners", "served_spotify"]


@pytest.fixture
def expired_tokens(listeners, listener_id, fake_spotify) -> OAuthTokens:
    """The demo listener's stored tokens. The access token has expired."""
    return save_tokens(listeners, listener_id, fake_spotify.state.tokens("demo", age=4000))


@dataclass
class PublishedPlaylist:
    """A playlist of the demo listener at the fake Spotify, and what sets its image, without waiting."""

    publisher: PlaylistImagePublisher
    fake: FakeSpotify
    playlist_id: str
    entries: list[HistoryEntry] = field(default_factory=list)

    def add_entry(self, jpeg: bytes = COVER, **fields: Any) -> HistoryEntry:
        """Store a cover, and add an entry with it, a second later than the last."""
        now = datetime(2026, 11, 22, tzinfo=UTC) + timedelta(seconds=len(self.entries))
        entry_id = new_cover_id(now)
        key = cover_file_key(self.publisher.listener_id, entry_id, "cover.jpg")
        self.publisher.bucket.put(key, jpeg, "image/jpeg")
        fields = {"cover_id": entry_id, "picture": key, "playlist_name": "List", "asked_at": now, **fields}
        self.entries.append(HistoryEntry(playlist_id=self.playlist_id, entry_id=entry_id, **fields))
        return self.publisher.history.add(self.publisher.listener_id, self.entries[-1])

    def apply(self, entry: HistoryEntry, replace_own: bool = False) -> HistoryEntry:
        """Set the entry's image, and return the entry as it is stored then."""
        result = self.publisher.apply(entry.playlist_id, entry.entry_id, replace_own)
        assert result == self.get_entry(entry)
        return result

    def set_image(self, jpeg: bytes = COVER, replace_own: bool = False, **fields: Any) -> HistoryEntry:
        """Set the image of a new entry, and return the entry as it is stored then."""
        return self.apply(self.add_entry(jpeg, **fields), replace_own)

    def get_entry(self, entry: HistoryEntry) -> HistoryEntry:
        return self.publisher.history.get(self.publisher.listener_id, self.playlist_id, entry.entry_id)

    @property
    def image_id(self) -> str:
        """Spotify's id of the displayed image."""
        return self.fake.state.image_ids[self.playlist_id]

    @property
    def uploads(self) -> list[bytes]:
        """The images that Spotify accepted."""
        return self.fake.state.uploads.get(self.playlist_id, [])

    def count_upload_requests(self) -> int:
        return sum(request["method"] == "PUT" for request in self.fake.state.recorder.requests)

    def clear_history(self, now: datetime | None = None) -> bool:
        return self.publisher.history.clear(self.publisher.listener_id, self.playlist_id, now or datetime.now(UTC))

    def download_displayed(self) -> bytes:
        return requests.get(f"{self.fake.url}/image/{self.image_id}", timeout=60).content

    def list_backups(self) -> list[str]:
        return list_keys("kept/")


@pytest.fixture
def playlist(listener_id, fake_spotify) -> PublishedPlaylist:
    """A playlist of four albums, of which Spotify displays a mosaic."""
    publisher = replace(create_image_publisher(listener_id), sleep=lambda _: None)
    return PublishedPlaylist(publisher, fake_spotify, fake_spotify.state.add_playlist("List", MOSAIC))


@pytest.fixture
def own_playlist(playlist) -> PublishedPlaylist:
    """A playlist that displays the listener's own image."""
    playlist.fake.state.set_image(playlist.playlist_id, OWN)
    return playlist
