"""Reading all of a listener's playlists, and marking those that are not new for automatic covers."""

from coverart.spotify.client import PAGE_SIZE, SpotifyClient
from coverart.spotify.models import PlaylistSummary
from coverart.store.playlists import AutomationState, PlaylistRecord, Playlists

# Spotify serves no page that begins beyond this offset.
_MAX_OFFSET = 100_000


def list_all_playlists(spotify: SpotifyClient) -> dict[str, PlaylistSummary]:
    """Return the listener's playlists by id, in Spotify's order. Sends one request for each fifty.

    Raises the errors of SpotifyClient.
    """
    playlists: dict[str, PlaylistSummary] = {}
    for offset in range(0, _MAX_OFFSET + 1, PAGE_SIZE):
        page = spotify.get_playlists_page(offset)
        playlists |= {playlist.id: playlist for playlist in page.items if playlist.id}
        if offset + PAGE_SIZE >= page.total or not page.items:
            break
    return playlists


def mark_existing_as_known(listener_id: str, spotify: SpotifyClient, playlists: Playlists) -> None:
    """Mark the existing playlists as known to automatic covers, except those that have an automation state already.

    Call this before automatic covers are switched on: a playlist that exists by then is not new. Raises the errors of
    SpotifyClient, and StorageUnavailableError; automatic covers have to stay off then.
    """
    records = playlists.get_all(listener_id)
    new_records = [
        PlaylistRecord(
            playlist_id=playlist_id,
            name=playlist.name,
            snapshot_id=playlist.snapshot_id,
            standing=AutomationState.PREEXISTING,
        )
        for playlist_id, playlist in list_all_playlists(spotify).items()
        if playlist_id not in records or records[playlist_id].standing is None
    ]
    playlists.save(listener_id, new_records)
