"""A listener with automatic covers on the deployed stack."""

import uuid
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from coverart.store.keys import playlist_key
from coverart.store.listeners import Listeners, ListenerSettings, WatchStatus
from coverart.store.playlists import Playlists
from scripts.local.stack import LocalStack
from tests.stack.stack_state import SONGS, wait_for


@dataclass
class WatchedListener:
    """Automatic covers are on, and no playlist is known yet. `name`: a listener of the fake Spotify."""

    local: LocalStack
    name: str
    id: str = field(init=False)

    def __post_init__(self) -> None:
        self.id = self.local.connect(self.name)
        for playlist_id in self.playlists.get_all(self.id):
            self.listeners.table.delete_item(Key=playlist_key(self.id, playlist_id))
        self.save_settings()

    @property
    def listeners(self) -> Listeners:
        return Listeners(self.local.table("Listeners"))

    @property
    def playlists(self) -> Playlists:
        return Playlists(self.local.table("Listeners"))

    @property
    def watch_status(self) -> WatchStatus:
        status = self.listeners.get(self.id).watched
        assert status is not None
        return status

    def save_settings(self, auto_cover: bool = True, style_strength: float = 0, **settings: Any) -> None:
        """Save the settings, by default without the style's work."""
        self.listeners.save_settings(
            self.id, ListenerSettings(auto_cover=auto_cover, style_strength=style_strength, **settings)
        )

    def add_playlist(self, name: str = "Fresh Paint", songs: int = 4, owner: str | None = None) -> str:
        """Add a playlist of the listener's own, or of `owner`, at Spotify. Return its id."""
        unique_name, owner = f"{name} {uuid.uuid4()}", owner or self.name
        return self.local.spotify.state.add_playlist(unique_name, SONGS[:songs], owner=owner)

    def get_state(self, playlist_id: str) -> str | None:
        """Return the automation state of a playlist."""
        record = self.playlists.get_all(self.id).get(playlist_id)
        return record and record.standing

    def move_announcement_back(self, playlist_id: str) -> None:
        """Pretend that watch last acted on the playlist more than an hour ago."""
        record = self.playlists.get_all(self.id)[playlist_id]
        assert record.announced_at is not None
        an_hour_ago = record.announced_at - timedelta(hours=1, seconds=1)
        self.playlists.save(self.id, [record.model_copy(update={"announced_at": an_hour_ago})])

    def list_covers(self, playlist_id: str) -> list[dict[str, Any]]:
        """Return `cover_id` and `status` of the playlist's covers, oldest first."""
        return self.local.covers.list_by_playlist(self.id).get(playlist_id, [])

    def wait_for_cover(self, playlist_id: str, count: int = 1) -> dict[str, Any]:
        """Wait until the playlist has `count` covers. Return the newest one once it has ended."""
        wait_for(lambda: len(self.list_covers(playlist_id)) >= count)
        covers = self.list_covers(playlist_id)
        assert len(covers) == count
        return self.local.wait_for_cover(self.id, covers[-1]["cover_id"])

    def list_request_paths(self) -> list[str]:
        """Return the paths of all requests to Spotify."""
        return [request["path"] for request in self.local.spotify.state.recorder.requests]
