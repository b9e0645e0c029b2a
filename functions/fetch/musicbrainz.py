"""Genres from MusicBrainz for artists without genres at Spotify: the tags of its artist search.

MusicBrainz asks for at most one request a second, and for a User-Agent that identifies the caller:
https://musicbrainz.org/doc/MusicBrainz_API/Rate_Limiting. Its client library, musicbrainzngs, has no timeout.
"""

import re
import threading
import time
import unicodedata
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Literal

import requests
from pydantic import ValidationError

from coverart.aws.telemetry import logger
from coverart.spotify.models import Number, SpotifyModel, Text
from coverart.store.keys import genre_key
from coverart.version import VERSION
from fetch.song_selection import SelectedSong

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import Table

GenreSource = Literal["auto", "spotify", "musicbrainz"]
CACHE_LIFETIME = timedelta(days=30)
# For all artists of a cover together. The next cover looks the others up.
LOOKUP_TIMEOUT_SECONDS = 5.0
MAX_GENRES = 6
# In characters. Longer tags are sentences, not genres.
MAX_GENRE_LENGTH = 40

_REQUEST_INTERVAL_SECONDS = 1.0
_MIN_REQUEST_TIMEOUT_SECONDS = 0.1
_SEARCH_LIMIT = 10
_MAX_PARALLEL_READS = 8


class Tag(SpotifyModel):
    """A tag of an artist; `count` is how many users it has."""

    name: Text = ""
    count: Number = 0


class ArtistMatch(SpotifyModel):
    """An artist whom the search found."""

    name: Text = ""
    tags: tuple[Tag, ...] = ()


class SearchResponse(SpotifyModel):
    """MusicBrainz's response to a search for artists."""

    artists: tuple[ArtistMatch, ...] = ()


@dataclass(frozen=True)
class RateLimiter:
    """Allows one request a second to all threads of this process."""

    _lock: threading.Lock = field(default_factory=threading.Lock)
    _last_request_at: list[float] = field(default_factory=lambda: [-_REQUEST_INTERVAL_SECONDS])

    def wait_for_turn(self, deadline: float) -> bool:
        """Wait until the next request may start, but return False at once where that is after `deadline`.

        `deadline`: by time.monotonic().
        """
        with self._lock:
            pause = max(0.0, self._last_request_at[0] + _REQUEST_INTERVAL_SECONDS - time.monotonic())
            if time.monotonic() + pause >= deadline:
                return False
            time.sleep(pause)
            self._last_request_at[0] = time.monotonic()
            return True


@dataclass(frozen=True)
class MusicBrainz:
    """`url` ends with a slash. `contact`: the owner's address or name, for MusicBrainz."""

    url: str
    contact: str
    rate_limiter: RateLimiter = field(default_factory=RateLimiter)

    def find_genres(self, artist_name: str, timeout_seconds: float) -> list[str]:
        """Return the artist's most frequent tags, at most MAX_GENRES, or [] where MusicBrainz does not know the artist.

        Raises requests.RequestException and pydantic.ValidationError.
        """
        quoted_name = re.sub(r'([\\"])', r"\\\1", artist_name)
        response = requests.get(
            f"{self.url}artist",
            params={"query": f'artist:"{quoted_name}"', "fmt": "json", "limit": str(_SEARCH_LIMIT)},
            headers={"User-Agent": f"CoverArt/{VERSION} ( {self.contact} )", "Accept": "application/json"},
            timeout=timeout_seconds,
            allow_redirects=False,
        )
        if response.status_code != 200:
            raise requests.HTTPError(f"status {response.status_code}")
        matches = SearchResponse.model_validate_json(response.content).artists
        namesakes = [match for match in matches if _normalize(match.name) == _normalize(artist_name)]
        # Of several artists with this name, the one whom most users have tagged.
        tags = max((match.tags for match in namesakes), key=lambda tags: sum(tag.count for tag in tags), default=())
        genres = [tag for tag in tags if tag.count > 0 and 0 < len(tag.name) <= MAX_GENRE_LENGTH]
        return [tag.name for tag in sorted(genres, key=lambda tag: (-tag.count, tag.name))[:MAX_GENRES]]


@dataclass(frozen=True)
class GenreCache:
    """Genres in KeysTable. The cache has an empty list for an artist whom MusicBrainz does not know."""

    keys_table: "Table"

    def get(self, artist_ids: Sequence[str], now: datetime) -> dict[str, list[str]]:
        """Return the cached genres by artist id."""

        def read(artist_id: str) -> list[str] | None:
            item = self.keys_table.get_item(Key=genre_key(artist_id)).get("Item")
            # DynamoDB deletes expired items late.
            if item is None or int(str(item["expires_at"])) <= now.timestamp():
                return None
            return [str(genre) for genre in item["genres"]]  # type: ignore[union-attr]  # `save` writes a list

        with ThreadPoolExecutor(_MAX_PARALLEL_READS) as pool:
            results = zip(artist_ids, pool.map(read, artist_ids), strict=True)
            return {artist_id: genres for artist_id, genres in results if genres is not None}

    def save(self, artist_id: str, genres: list[str], now: datetime) -> None:
        """Cache an artist's genres for CACHE_LIFETIME."""
        expires_at = int((now + CACHE_LIFETIME).timestamp())
        self.keys_table.put_item(Item={**genre_key(artist_id), "genres": genres, "expires_at": expires_at})


def add_genres(
    songs: Sequence[SelectedSong], source: GenreSource, musicbrainz: MusicBrainz, genre_cache: GenreCache
) -> list[SelectedSong]:
    """Return the songs with the genres of the source.

    `auto` means Spotify's genres, and MusicBrainz's for artists who have none at Spotify.
    """
    if source == "spotify":
        return list(songs)
    incomplete = [song for song in songs if source == "musicbrainz" or not song.genres]
    names_by_id = {song.artist_id: song.artist for song in incomplete if song.artist_id}
    genres = look_up_genres(names_by_id, musicbrainz, genre_cache, datetime.now(UTC)) if names_by_id else {}
    return [
        replace(song, genres=genres.get(song.artist_id or "", [])) if song in incomplete else song for song in songs
    ]


def look_up_genres(
    names_by_id: Mapping[str, str],
    musicbrainz: MusicBrainz,
    genre_cache: GenreCache,
    now: datetime,
    timeout_seconds: float = LOOKUP_TIMEOUT_SECONDS,
) -> dict[str, list[str]]:
    """Return genres by artist id, of those artists whose genres are cached or arrive within the timeout.

    `names_by_id`: artists' names by id, the most important first. An unavailable MusicBrainz raises no error, because a
    cover does not need genres. The next cover looks the missing ones up.
    """
    deadline = time.monotonic() + timeout_seconds
    genres = genre_cache.get(list(names_by_id), now)

    def request_missing() -> None:
        for artist_id, name in names_by_id.items():
            if artist_id in genres or not name:
                continue
            if not musicbrainz.rate_limiter.wait_for_turn(deadline):
                return
            request_timeout = max(_MIN_REQUEST_TIMEOUT_SECONDS, deadline - time.monotonic())
            try:
                artist_genres = musicbrainz.find_genres(name, request_timeout)
            except (requests.RequestException, ValidationError) as error:
                logger.warning("no genres from MusicBrainz", error=type(error).__name__)
                return
            genre_cache.save(artist_id, artist_genres, now)
            genres[artist_id] = artist_genres

    # In a thread, because the timeout of requests covers neither name resolution nor a slow body.
    pool = ThreadPoolExecutor(1)
    future = pool.submit(request_missing)
    wait([future], timeout=max(0.0, deadline - time.monotonic()))
    pool.shutdown(wait=False)
    if future.done():
        future.result()
    return dict(genres)


@cache
def create_musicbrainz(url: str, contact: str) -> MusicBrainz:
    """Return one client for the life of the process, so that its rate limit holds from cover to cover."""
    return MusicBrainz(url, contact)


def _normalize(name: str) -> str:
    """Remove accents, case, punctuation and a leading "The". A name of punctuation only is not changed."""
    decomposed = unicodedata.normalize("NFKD", name.casefold())
    base_characters = "".join(character for character in decomposed if not unicodedata.combining(character))
    return re.sub(r"\W+|_", "", base_characters).removeprefix("the") or name
