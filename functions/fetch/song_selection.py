"""Selecting the songs of a source: the top songs of top artists, or the first songs of a playlist's albums."""

from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from coverart.aws.telemetry import logger
from coverart.errors import (
    NoArtworkError,
    NoTopArtistsError,
    PlaylistEmptyError,
    PlaylistWithoutSongsError,
    SpotifyCoolingDownError,
    SpotifyUnavailableError,
)
from coverart.models import PlaylistSource, SkippedAlbum, TopArtistsSource
from coverart.spotify.client import PAGE_SIZE, SpotifyClient
from coverart.spotify.models import Album, Artist, Track, filter_songs

# Few, because Spotify's rate limit counts all requests of the app over 30 seconds.
_MAX_PARALLEL_REQUESTS = 4
_MAX_PLAYLIST_ITEMS = 1000
# From the shortest to the longest.
_TIME_RANGES = ("short_term", "medium_term", "long_term")


@dataclass(frozen=True)
class SelectedSong:
    """An album with the song and the artist for which it was selected. `album` is that of `track`, and has an id."""

    artist: str
    genres: list[str]
    track: Track
    album: Album
    artist_id: str | None = None


@dataclass(frozen=True)
class SongSelection:
    """`songs`: one for each album, the most important first. `title`: the playlist's name, or empty."""

    songs: list[SelectedSong]
    title: str
    skipped_albums: list[SkippedAlbum]


def select_songs(spotify: SpotifyClient, source: TopArtistsSource | PlaylistSource) -> SongSelection:
    """Return the source's songs.

    Raises NoTopArtistsError, NoArtworkError, PlaylistEmptyError, PlaylistWithoutSongsError, PlaylistNotFoundError,
    PlaylistForbiddenError and the errors of SpotifyClient.
    """
    match source:
        case TopArtistsSource():
            return _select_from_top_artists(spotify, source)
        case PlaylistSource():
            return _select_from_playlist(spotify, source)


def _select_from_top_artists(spotify: SpotifyClient, source: TopArtistsSource) -> SongSelection:
    artists = [artist for artist in spotify.list_top_artists(source.time_range, source.count) if artist.id]
    if not artists:
        raise NoTopArtistsError(
            "Spotify has no top artists of yours for this time range yet. "
            "Please choose a longer time range or a playlist, or come back after some weeks of listening."
        )
    top_songs = _list_artists_top_songs(spotify, artists)
    if top_songs is None:
        top_songs = _list_listeners_top_songs(spotify, artists, source.time_range)
    if not top_songs:
        raise NoArtworkError("Spotify has no song by any of your top artists, so there is no artwork to start from.")
    songs = [
        SelectedSong(artist.name, artist.genres, track, track.album, artist.id)
        for artist in artists
        if (track := top_songs.get(artist.id)) and track.album
    ]
    skipped_albums = [
        SkippedAlbum(album="", reason=f"Spotify has no song by {artist.name}.")
        for artist in artists
        if artist.id not in top_songs
    ]
    # Of two artists with the same album, the more important one keeps it.
    songs_by_album = {song.album.id: song for song in reversed(songs)}
    return SongSelection(list(songs_by_album.values())[::-1], "", skipped_albums)


def _list_artists_top_songs(spotify: SpotifyClient, artists: list[Artist]) -> dict[str | None, Track] | None:
    """Return each artist's top song by artist id, or None where this app may not use Spotify's route for them."""
    tracks_by_artist = _map_parallel(lambda artist: spotify.list_artist_top_songs(artist.id or ""), artists)
    if any(tracks is None for tracks in tracks_by_artist):
        return None
    return {
        artist.id: _find_first_by(artist, tracks) or tracks[0]
        for artist, tracks in zip(artists, tracks_by_artist, strict=True)
        if tracks
    }


def _list_listeners_top_songs(
    spotify: SpotifyClient, artists: list[Artist], time_range: str
) -> dict[str | None, Track]:
    """Return by artist id the listener's own top song by each artist.

    Artists without one in the time range are looked up in the longer ones, and at last by a search.
    """
    songs: dict[str | None, Track] = {}
    for longer_range in _TIME_RANGES[_TIME_RANGES.index(time_range) :]:
        if missing := [artist for artist in artists if artist.id not in songs]:
            tracks = spotify.list_top_songs(longer_range)
            songs |= {artist.id: track for artist in missing if (track := _find_first_by(artist, tracks))}
    missing = [artist for artist in artists if artist.id not in songs and artist.name]
    results = _map_parallel(lambda artist: spotify.search_songs(artist.name), missing)
    return songs | {
        artist.id: track
        for artist, tracks in zip(missing, results, strict=True)
        if (track := _find_first_by(artist, tracks))
    }


def _find_first_by(artist: Artist, tracks: Iterable[Track]) -> Track | None:
    """Return the first song whose primary artist this is. Others have the same name, or are featured artists."""
    return next((track for track in tracks if track.artists[0].id == artist.id), None)


def _select_from_playlist(spotify: SpotifyClient, source: PlaylistSource) -> SongSelection:
    with ThreadPoolExecutor(1) as pool:
        first_page_future = pool.submit(spotify.get_playlist_items_page, source.playlist_id, 0)
        playlist = spotify.get_playlist(source.playlist_id)
        first_page = first_page_future.result()
    offsets = range(PAGE_SIZE, min(first_page.total, _MAX_PLAYLIST_ITEMS), PAGE_SIZE)
    further_pages = _map_parallel(lambda offset: spotify.get_playlist_items_page(source.playlist_id, offset), offsets)
    pages = [first_page, *further_pages]
    if not any(page.total or page.items for page in pages):
        raise PlaylistEmptyError("This playlist is empty. Please add some songs first.")
    tracks = filter_songs(entry.item for page in pages for entry in page.items)
    if not tracks:
        raise PlaylistWithoutSongsError(
            "This playlist has only local files, episodes or songs that Spotify no longer offers. Please add a song."
        )
    return SongSelection(_select_most_frequent(spotify, tracks, source.count), playlist.name, [])


def _select_most_frequent(spotify: SpotifyClient, tracks: list[Track], count: int) -> list[SelectedSong]:
    """Return the first song of each of the `count` most frequent albums."""
    albums = [(track.album.id, track.album, track) for track in tracks if track.album]
    first_songs = {album_id: (album, track) for album_id, album, track in reversed(albums)}
    # Among equal frequencies Counter keeps the playlist's order.
    frequencies = Counter(album_id for album_id, _, _ in albums)
    most_frequent = [first_songs[album_id] for album_id, _ in frequencies.most_common(count)]
    artists = [track.artists[0] for _, track in most_frequent]
    genres = _find_genres(spotify, artists)
    return [
        SelectedSong(artist.name, genres.get(artist.id, []), track, album, artist.id)
        for artist, (album, track) in zip(artists, most_frequent, strict=True)
    ]


def _find_genres(spotify: SpotifyClient, artists: Iterable[Artist]) -> dict[str | None, list[str]]:
    """Return genres by artist id, or nothing where Spotify is unavailable: a cover does not need them."""
    ids = list(dict.fromkeys(artist.id for artist in artists if artist.id))
    try:
        results = _map_parallel(spotify.find_artist, ids)
    except (SpotifyCoolingDownError, SpotifyUnavailableError) as error:
        logger.warning("no genres from Spotify", error=type(error).__name__, reason=str(error))
        return {}
    return {artist_id: artist.genres for artist_id, artist in zip(ids, results, strict=True) if artist}


def _map_parallel[Item, Result](function: Callable[[Item], Result], items: Iterable[Item]) -> list[Result]:
    with ThreadPoolExecutor(_MAX_PARALLEL_REQUESTS) as pool:
        return list(pool.map(function, items))
