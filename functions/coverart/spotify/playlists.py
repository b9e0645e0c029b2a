"""Reading a listener's playlists page by page, and marking those that are not new for automatic covers.

A library may have thousands of playlists, and Spotify may take seconds for a page. What one invocation has no time for,
the next one continues at an offset.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from coverart.spotify.client import PAGE_SIZE, SpotifyClient
from coverart.spotify.models import PlaylistSummary
from coverart.store.playlists import AutomationState, PlaylistRecord, Playlists

# Spotify serves no page that begins beyond this offset.
_MAX_OFFSET = 100_000


@dataclass(frozen=True)
class LibraryPage:
    """Up to fifty playlists by id, in Spotify's order, from number `offset` on. `next_offset`: None at the end."""

    offset: int
    playlists: dict[str, PlaylistSummary]
    next_offset: int | None


def iterate_library(spotify: SpotifyClient, offset: int = 0) -> Iterator[LibraryPage]:
    """Yield the pages of the listener's playlists, from number `offset` on. Sends one request for each.

    Raises the errors of SpotifyClient.
    """
    for start in range(offset, _MAX_OFFSET + 1, PAGE_SIZE):
        page = spotify.get_playlists_page(start)
        end = start + PAGE_SIZE
        is_last = end >= min(page.total, _MAX_OFFSET) or not page.items
        playlists = {playlist.id: playlist for playlist in page.items if playlist.id}
        yield LibraryPage(start, playlists, None if is_last else end)
        if is_last:
            return


def read_playlists(
    spotify: SpotifyClient, offset: int = 0, has_time: Callable[[], bool] = lambda: True
) -> tuple[dict[str, PlaylistSummary], int | None]:
    """Return the playlists from number `offset` on by id, and the offset of the rest where there was no time for it.

    It calls `has_time` before each page but the first. Raises the errors of SpotifyClient.
    """
    playlists: dict[str, PlaylistSummary] = {}
    for page in iterate_library(spotify, offset):
        playlists |= page.playlists
        if page.next_offset is not None and not has_time():
            return playlists, page.next_offset
    return playlists, None


def mark_existing_as_known(
    listener_id: str,
    spotify: SpotifyClient,
    playlists: Playlists,
    offset: int = 0,
    has_time: Callable[[], bool] = lambda: True,
) -> int | None:
    """Mark the existing playlists as known to automatic covers, except those that have an automation state already.

    Return the offset of the rest where there was no time for it. Call this before switching automatic covers on: a
    playlist that exists by then is not new. Raises the errors of SpotifyClient, and StorageUnavailableError; automatic
    covers have to stay off then.
    """
    records = playlists.get_all(listener_id)
    for page in iterate_library(spotify, offset):
        new_records = [
            PlaylistRecord(
                playlist_id=playlist_id,
                name=playlist.name,
                snapshot_id=playlist.snapshot_id,
                standing=AutomationState.PREEXISTING,
            )
            for playlist_id, playlist in page.playlists.items()
            if playlist_id not in records or records[playlist_id].standing is None
        ]
        playlists.save(listener_id, new_records)
        if page.next_offset is not None and not has_time():
            return page.next_offset
    return None
