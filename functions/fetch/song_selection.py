"""From a source to the songs behind it: top artists by their top songs, a playlist by its albums' first songs."""

from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

from coverart.aws.telemetry import logger
from coverart.errors import (
    NoArtworkError,
    NoTopArtistsError,
    PlaylistEmptyError,
    PlaylistWithoutSongsError,
    SpotifyCoolingDownError,
    SpotifyUnavailableError,
)
from coverart.models import PlaylistSource, SkippedAlbum, Source, TopArtistsSource
from coverart.spotify.client import PAGE_SIZE, SpotifyClient
from coverart.spotify.models import Album, Artist, Track, filter_songs

# Spotify counts the whole app's calls over 30 seconds.
_AT_ONCE = 4
_MOST_ENTRIES = 1000
_RANGES = ("short_term", "medium_term", "long_term")

Given = TypeVar("Given")
Got = TypeVar("Got")


@dataclass(frozen=True)
class Pick:
    """An album, for the song and the artist that led to it. `track.album` has an id."""

    artist: str
    genres: list[str]
    track: Track
    album: Album
    artist_id: str | None = None


@dataclass(frozen=True)
class SongSelection:
    """`picks`: one per album, the most important first. `title`: the playlist's name, or empty."""

    picks: list[Pick]
    title: str
    left_out: list[SkippedAlbum]


def select_songs(spotify: SpotifyClient, source: Source) -> SongSelection:
    """Raises NoTopArtistsError, NoArtworkError, PlaylistEmptyError, PlaylistWithoutSongsError and Spotify's errors."""
    match source:
        case TopArtistsSource():
            return _top_artists(spotify, source)
        case PlaylistSource():
            return _playlist(spotify, source)


def _top_artists(spotify: SpotifyClient, source: TopArtistsSource) -> SongSelection:
    artists = [artist for artist in spotify.list_top_artists(source.time_range, source.count) if artist.id]
    if not artists:
        raise NoTopArtistsError(
            "Spotify knows no top artists of yours for this time yet. "
            "Please choose a longer time or a playlist, or come back after some weeks of listening."
        )
    found = _by_artist(spotify, artists)
    if found is None:
        found = _by_listener(spotify, artists, source.time_range)
    if not found:
        raise NoArtworkError("Spotify offers no song by any of your top artists, so there is no artwork to begin with.")
    picks = [
        Pick(artist.name, artist.genres, track, track.album, artist.id)
        for artist in artists
        if (track := found.get(artist.id)) and track.album
    ]
    songless = [
        SkippedAlbum(album="", reason=f"Spotify offers no song by {a.name}.") for a in artists if a.id not in found
    ]
    return SongSelection(list({pick.album.id: pick for pick in reversed(picks)}.values())[::-1], "", songless)


def _by_artist(spotify: SpotifyClient, artists: list[Artist]) -> dict[str | None, Track] | None:
    """Artist's id -> top song, by the route of extended-quota apps; None where it is closed."""
    tops = _at_once(lambda artist: spotify.list_artist_top_songs(artist.id or ""), artists)
    if any(top is None for top in tops):
        return None
    return {artist.id: _leading(artist, top) or top[0] for artist, top in zip(artists, tops, strict=True) if top}


def _by_listener(spotify: SpotifyClient, artists: list[Artist], time_range: str) -> dict[str | None, Track]:
    """Artist's id -> the listener's own top song by them, of longer times where needed, else what a search finds."""
    found: dict[str | None, Track] = {}
    for longer in _RANGES[_RANGES.index(time_range) :]:
        if missing := [artist for artist in artists if artist.id not in found]:
            top = spotify.list_top_songs(longer)
            found |= {artist.id: track for artist in missing if (track := _leading(artist, top))}
    missing = [artist for artist in artists if artist.id not in found and artist.name]
    results = _at_once(lambda artist: spotify.search_songs(artist.name), missing)
    return found | {
        artist.id: track for artist, hits in zip(missing, results, strict=True) if (track := _leading(artist, hits))
    }


def _leading(artist: Artist, tracks: Iterable[Track]) -> Track | None:
    """The first song whose primary artist this is: others are called alike, or sing along."""
    return next((track for track in tracks if track.artists[0].id == artist.id), None)


def _playlist(spotify: SpotifyClient, source: PlaylistSource) -> SongSelection:
    with ThreadPoolExecutor(1) as pool:
        beginning = pool.submit(spotify.get_playlist_items_page, source.playlist_id, 0)
        playlist = spotify.get_playlist(source.playlist_id)
        first = beginning.result()
    offsets = range(PAGE_SIZE, min(first.total, _MOST_ENTRIES), PAGE_SIZE)
    pages = [first, *_at_once(lambda offset: spotify.get_playlist_items_page(source.playlist_id, offset), offsets)]
    if not any(page.total or page.items for page in pages):
        raise PlaylistEmptyError("This playlist is empty. Please add some songs first.")
    tracks = filter_songs(entry.item for page in pages for entry in page.items)
    if not tracks:
        raise PlaylistWithoutSongsError(
            "This playlist holds only local files, episodes or songs that Spotify no longer has. Please add a song."
        )
    return SongSelection(_most_frequent(spotify, tracks, source.count), playlist.name, [])


def _most_frequent(spotify: SpotifyClient, tracks: list[Track], count: int) -> list[Pick]:
    albums = [(track.album.id, track.album, track) for track in tracks if track.album]
    first = {album_id: (album, track) for album_id, album, track in reversed(albums)}
    # Among equals Counter keeps the order of the playlist.
    chosen = [first[album_id] for album_id, _ in Counter(album_id for album_id, _, _ in albums).most_common(count)]
    artists = [track.artists[0] for _, track in chosen]
    genres = _genres(spotify, artists)
    return [
        Pick(artist.name, genres.get(artist.id, []), track, album, artist.id)
        for artist, (album, track) in zip(artists, chosen, strict=True)
    ]


def _genres(spotify: SpotifyClient, artists: Iterable[Artist]) -> dict[str | None, list[str]]:
    """Artist's id -> genres, as far as Spotify gives them: a cover can do without."""
    ids = list(dict.fromkeys(artist.id for artist in artists if artist.id))
    try:
        answers = _at_once(spotify.find_artist, ids)
    except (SpotifyCoolingDownError, SpotifyUnavailableError) as error:
        logger.warning("no genres", error=type(error).__name__, reason=str(error))
        return {}
    return {artist_id: artist.genres for artist_id, artist in zip(ids, answers, strict=True) if artist}


def _at_once[Given, Got](ask: Callable[[Given], Got], given: Iterable[Given]) -> list[Got]:
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        return list(pool.map(ask, given))
