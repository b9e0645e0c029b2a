"""Reading a playlist's entries, which may be ten thousand, page by page."""

import time
from dataclasses import dataclass
from itertools import batched

from coverart.aws.telemetry import logger
from coverart.errors import SpotifyCoolingDownError
from coverart.models import SkippedAlbum
from coverart.spotify.client import PAGE_SIZE, SpotifyClient
from coverart.spotify.models import PlaylistItem
from fetch.parallel import MAX_PARALLEL_REQUESTS, map_parallel

# The length of Spotify's longest playlists, and how long reading one may take: fetch has two minutes.
_MAX_ENTRIES = 10_000
_MAX_READ_SECONDS = 30


@dataclass(frozen=True)
class PlaylistEntries:
    """`items`: without nulls. `count`: how many entries were read. `total`: how many the playlist has."""

    items: list[PlaylistItem]
    count: int
    total: int


def read_entries(spotify: SpotifyClient, playlist_id: str) -> PlaylistEntries:
    """Read a playlist from its beginning, as far as its length, the time and Spotify's rate limit allow.

    Raises PlaylistNotFoundError, PlaylistForbiddenError and the errors of SpotifyClient; SpotifyCoolingDownError only
    for the first page.
    """
    deadline = time.monotonic() + _MAX_READ_SECONDS
    first_page = spotify.get_playlist_items_page(playlist_id, 0)
    pages, total = [first_page], first_page.total
    further_offsets = range(PAGE_SIZE, min(total, _MAX_ENTRIES), PAGE_SIZE)
    for offsets in batched(further_offsets, MAX_PARALLEL_REQUESTS, strict=False):
        if time.monotonic() > deadline:
            break
        try:
            pages += map_parallel(lambda offset: spotify.get_playlist_items_page(playlist_id, offset), offsets)
        except SpotifyCoolingDownError as error:
            logger.warning("a part of the playlist was not read", pages=len(pages), reason=str(error))
            break
    items = [entry for page in pages for entry in page.items]
    return PlaylistEntries(items, min(len(pages) * PAGE_SIZE, total), total)


def describe_unread(entries: PlaylistEntries) -> list[SkippedAlbum]:
    """Return a sentence about the entries that were not read, if there are any."""
    if entries.count >= entries.total:
        return []
    reason = f"Only the first {entries.count:,} of this playlist's {entries.total:,} entries were read."
    return [SkippedAlbum(album="", reason=reason)]
