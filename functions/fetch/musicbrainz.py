"""What MusicBrainz calls an artist's music, where Spotify says nothing: tags of its search, kept for 30 days.

MusicBrainz asks for at most one request a second and for a User-Agent that tells who asks:
https://musicbrainz.org/doc/MusicBrainz_API/Rate_Limiting. Its ready-made client, musicbrainzngs, knows no timeout.
"""

import re
import threading
import time
import unicodedata
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Literal

import requests
from pydantic import ValidationError

from coverart.aws.telemetry import logger
from coverart.spotify.models import Number, SpotifyModel, Text
from fetch.song_selection import Pick

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import Table

GenreSource = Literal["auto", "spotify", "musicbrainz"]
CACHE_LIFETIME = timedelta(days=30)
# All that a cover waits for; who was not asked in this time is asked for the next one.
LOOKUP_TIMEOUT_SECONDS = 5.0
_PAUSE = 1.0
_MOST = 6
_LONGEST = 40


class Tag(SpotifyModel):
    name: Text = ""
    count: Number = 0


class Named(SpotifyModel):
    name: Text = ""
    tags: tuple[Tag, ...] = ()


class Found(SpotifyModel):
    artists: tuple[Named, ...] = ()


@dataclass(frozen=True)
class RateLimiter:
    """One request a second from this process, whoever asks."""

    _lock: threading.Lock = field(default_factory=threading.Lock)
    _last: list[float] = field(default_factory=lambda: [-_PAUSE])

    def waited(self, until: float) -> bool:
        """Whether it is one's turn, once it is; False where that would be after `until` (of time.monotonic)."""
        with self._lock:
            pause = max(0.0, self._last[0] + _PAUSE - time.monotonic())
            if time.monotonic() + pause >= until:
                return False
            time.sleep(pause)
            self._last[0] = time.monotonic()
            return True


@dataclass(frozen=True)
class MusicBrainz:
    """`url` ends with a slash. `contact`: an address or name of the owner's."""

    url: str
    contact: str
    pace: RateLimiter = field(default_factory=RateLimiter)

    def genres(self, artist: str, timeout: float) -> list[str]:
        """The artist's tags, the most given first; empty where MusicBrainz does not know the artist.

        Raises requests.RequestException and ValidationError.
        """
        quoted = re.sub(r'([\\"])', r"\\\1", artist)
        answer = requests.get(
            f"{self.url}artist",
            params={"query": f'artist:"{quoted}"', "fmt": "json", "limit": "10"},
            headers={"User-Agent": f"CoverArt/1 ( {self.contact} )", "Accept": "application/json"},
            timeout=timeout,
            allow_redirects=False,
        )
        if answer.status_code != 200:
            raise requests.HTTPError(f"status {answer.status_code}")
        called_so = [found for found in Found.model_validate_json(answer.content).artists if _same(found.name, artist)]
        # Of those who are called alike, the one that most people cared to describe.
        tags = max((found.tags for found in called_so), key=lambda tags: sum(tag.count for tag in tags), default=())
        told = [tag for tag in tags if tag.count > 0 and 0 < len(tag.name) <= _LONGEST]
        return [tag.name for tag in sorted(told, key=lambda tag: (-tag.count, tag.name))[:_MOST]]


@dataclass(frozen=True)
class GenreCache:
    """Items `genre#<artist's id>` in KeysTable; what MusicBrainz does not know is kept, too."""

    table: "Table"

    def get(self, artist_ids: Sequence[str], now: datetime) -> dict[str, list[str]]:
        """Of those that are known."""

        def read(artist_id: str) -> list[str] | None:
            item = self.table.get_item(Key=_key(artist_id)).get("Item")
            # DynamoDB deletes expired items late.
            if item is None or int(str(item["expires_at"])) <= now.timestamp():
                return None
            return [str(genre) for genre in item["genres"]]  # type: ignore[union-attr]  # a list is what was put

        with ThreadPoolExecutor(8) as readers:
            found = dict(zip(artist_ids, readers.map(read, artist_ids), strict=True))
        return {artist_id: genres for artist_id, genres in found.items() if genres is not None}

    def keep(self, artist_id: str, genres: list[str], now: datetime) -> None:
        self.table.put_item(
            Item={**_key(artist_id), "genres": genres, "expires_at": int((now + CACHE_LIFETIME).timestamp())},
        )


def with_genres(picks: Sequence[Pick], source: GenreSource, musicbrainz: MusicBrainz, known: GenreCache) -> list[Pick]:
    """The picks with the genres of their source; `auto` is Spotify's, and MusicBrainz's where Spotify gives none."""
    if source == "spotify":
        return list(picks)
    left = [pick for pick in picks if source == "musicbrainz" or not pick.genres]
    artists = {pick.artist_id: pick.artist for pick in left if pick.artist_id}
    found = look_up(artists, musicbrainz, known, datetime.now(UTC)) if artists else {}
    return [replace(pick, genres=found.get(pick.artist_id or "", [])) if pick in left else pick for pick in picks]


def look_up(
    artists: dict[str, str],
    musicbrainz: MusicBrainz,
    known: GenreCache,
    now: datetime,
    within: float = LOOKUP_TIMEOUT_SECONDS,
) -> dict[str, list[str]]:
    """Artist's id -> genres, of `artists` (id -> name, the most important first), as far as they are known or come
    `within` so many seconds. MusicBrainz being slow or away is no error: a cover can do without, and the next one asks
    again.
    """
    until = time.monotonic() + within
    genres = known.get(list(artists), now)

    def ask() -> None:
        for artist_id, name in artists.items():
            if artist_id in genres or not name:
                continue
            if not musicbrainz.pace.waited(until):
                return
            try:
                found = musicbrainz.genres(name, timeout=max(0.1, until - time.monotonic()))
            except (requests.RequestException, ValidationError) as error:
                logger.warning("no genres from MusicBrainz", error=type(error).__name__)
                return
            known.keep(artist_id, found, now)
            genres[artist_id] = found

    # A name that does not resolve, or an answer that trickles, knows no timeout of requests.
    pool = ThreadPoolExecutor(1)
    asking = pool.submit(ask)
    wait([asking], timeout=max(0.0, until - time.monotonic()))
    pool.shutdown(wait=False)
    if asking.done():
        asking.result()
    return dict(genres)


@cache
def create_musicbrainz(url: str, contact: str) -> MusicBrainz:
    """One for the life of the process, so that its pace holds from cover to cover."""
    return MusicBrainz(url, contact)


def _key(artist_id: str) -> dict[str, str]:
    return {"key": f"genre#{artist_id}"}


def _same(one: str, other: str) -> bool:
    return _letters(one) == _letters(other)


def _letters(name: str) -> str:
    """Without accents, case, punctuation and a leading "The"; a name of punctuation alone stays as it is."""
    decomposed = unicodedata.normalize("NFKD", name.casefold())
    letters = re.sub(r"\W+|_", "", "".join(c for c in decomposed if not unicodedata.combining(c)))
    return letters.removeprefix("the") or name
