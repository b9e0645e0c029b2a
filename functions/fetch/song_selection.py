"""Selecting the songs of a source: the top songs of top artists, or the first songs of a playlist's albums."""

from collections import Counter
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from coverart.aws.telemetry import logger
from coverart.errors import (
    NoArtworkError,
    NoTopArtistsError,
    PlaylistEmptyError,
    PlaylistForbiddenError,
    PlaylistWithoutSongsError,
    SpotifyCoolingDownError,
    SpotifyUnavailableError,
)
from coverart.models import PlaylistSource, SkippedAlbum, TopArtistsSource
from coverart.spotify.client import SpotifyClient
from coverart.spotify.models import Album, Artist, Track, filter_songs
from fetch.parallel import map_parallel
from fetch.playlist_entries import describe_unread, read_entries

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
            "Spotify has no top artists for you in this time range yet. "
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
    # Of two artists with the same artwork, the more important one keeps it.
    songs_by_picture = {song.album.picture_id: song for song in reversed(songs)}
    return SongSelection(list(songs_by_picture.values())[::-1], "", skipped_albums)


def _list_artists_top_songs(spotify: SpotifyClient, artists: list[Artist]) -> dict[str | None, Track] | None:
    """Return each artist's top song by artist id, or None where this app may not use Spotify's route for them."""
    tracks_by_artist = map_parallel(lambda artist: spotify.list_artist_top_songs(artist.id or ""), artists)
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

    For artists without one in the time range, the longer ones follow, and at last a search.
    """
    songs: dict[str | None, Track] = {}

    def find_missing() -> list[Artist]:
        return [artist for artist in artists if artist.id not in songs or not _has_artwork(songs[artist.id])]

    def add(artist: Artist, tracks: Iterable[Track]) -> None:
        track = _find_first_by(artist, tracks)
        if track is not None and (artist.id not in songs or _has_artwork(track)):
            songs[artist.id] = track

    for longer_range in _TIME_RANGES[_TIME_RANGES.index(time_range) :]:
        if missing := find_missing():
            tracks = spotify.list_top_songs(longer_range)
            for artist in missing:
                add(artist, tracks)
    missing = [artist for artist in find_missing() if artist.name]
    for artist, results in zip(missing, map_parallel(lambda it: spotify.search_songs(it.name), missing), strict=True):
        add(artist, results)
    return songs


def _find_first_by(artist: Artist, tracks: Iterable[Track]) -> Track | None:
    """Return the first song whose primary artist this is, if possible one with artwork.

    Others have the same name, or are featured artists.
    """
    own_tracks = [track for track in tracks if track.artists[0].id == artist.id]
    return next(filter(_has_artwork, own_tracks), own_tracks[0] if own_tracks else None)


def _has_artwork(track: Track) -> bool:
    return track.album is not None and any(image.url for image in track.album.images)


def _select_from_playlist(spotify: SpotifyClient, source: PlaylistSource) -> SongSelection:
    with ThreadPoolExecutor(1) as pool:
        reading = pool.submit(read_entries, spotify, source.playlist_id)
        playlist = spotify.get_playlist(source.playlist_id)
        try:
            entries = reading.result()
        except PlaylistForbiddenError:
            if playlist.owner.id != spotify.get_user_id():
                raise
            raise PlaylistForbiddenError(
                "Spotify does not show this app the songs of your own playlist. Please log in again. "
                "If that does not help, tell the owner of this stack."
            ) from None
    if not entries.total and not entries.items:
        raise PlaylistEmptyError("This playlist is empty. Please add some songs first.")
    tracks = filter_songs(entry.item for entry in entries.items)
    if not tracks:
        raise PlaylistWithoutSongsError(
            "This playlist has only local files, episodes or songs that Spotify no longer offers. Please add a song."
        )
    songs = _select_most_frequent(spotify, tracks, source.count)
    return SongSelection(songs, playlist.name, describe_unread(entries))


def _select_most_frequent(spotify: SpotifyClient, tracks: list[Track], count: int) -> list[SelectedSong]:
    """Return the first song of each of the `count` most frequent albums, those without artwork last.

    Albums with the same artwork count as one: editions and markets have ids of their own.
    """
    albums = [(track.album.picture_id, track.album, track) for track in tracks if track.album]
    first_songs = {picture_id: (album, track) for picture_id, album, track in reversed(albums)}
    # Among equal frequencies Counter keeps the playlist's order.
    frequencies = Counter(picture_id for picture_id, _, _ in albums)
    by_frequency = [first_songs[picture_id] for picture_id, _ in frequencies.most_common()]
    most_frequent = sorted(by_frequency, key=lambda entry: not _has_artwork(entry[1]))[:count]
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
        results = map_parallel(spotify.find_artist, ids)
    except (SpotifyCoolingDownError, SpotifyUnavailableError) as error:
        logger.warning("no genres from Spotify", error=type(error).__name__, reason=str(error))
        return {}
    return {artist_id: artist.genres for artist_id, artist in zip(ids, results, strict=True) if artist}
