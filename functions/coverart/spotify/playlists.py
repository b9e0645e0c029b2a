"""Which of a listener's playlists are new: all that came after automatic covers were switched on."""

from coverart.spotify.client import PAGE_SIZE, SpotifyClient
from coverart.spotify.models import PlaylistSummary
from coverart.store.playlists import AutomationState, PlaylistRecord, Playlists

# Spotify answers no page that begins beyond this.
_LARGEST_OFFSET = 100_000


def list_all_playlists(spotify: SpotifyClient) -> dict[str, PlaylistSummary]:
    """The listener's playlists at Spotify by id, in Spotify's order; one call for each fifty.

    Raises Spotify's named errors.
    """
    found: dict[str, PlaylistSummary] = {}
    for offset in range(0, _LARGEST_OFFSET + 1, PAGE_SIZE):
        page = spotify.playlists(offset)
        found |= {playlist.id: playlist for playlist in page.items if playlist.id}
        if offset + PAGE_SIZE >= page.total or not page.items:
            break
    return found


def mark_existing_as_known(listener_id: str, spotify: SpotifyClient, playlists: Playlists) -> None:
    """The playlists that are there become known, but for those that have a standing already.

    To be called before automatic covers are switched on: what is there by then is not new. Raises Spotify's named
    errors, ListenerNotFoundError and StorageUnavailableError; then automatic covers have to stay off.
    """
    remembered = playlists.get_all(listener_id)
    unknown = [
        PlaylistRecord(
            playlist_id=playlist_id,
            name=playlist.name,
            snapshot_id=playlist.snapshot_id,
            standing=AutomationState.PREEXISTING,
        )
        for playlist_id, playlist in list_all_playlists(spotify).items()
        if playlist_id not in remembered or remembered[playlist_id].standing is None
    ]
    playlists.save(listener_id, unknown)
