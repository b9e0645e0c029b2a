"""Album artwork: chosen, downloaded, checked, and kept in the bucket as Spotify serves it."""

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field

import requests
from requests.adapters import HTTPAdapter

from coverart.aws.s3 import Bucket
from coverart.errors import NoArtworkError, PictureError, PictureUnavailableError, SpotifyUnavailableError
from coverart.images.decode import detect_content_type
from coverart.images.download import ImageDownloader
from coverart.models import SkippedAlbum, Song
from coverart.spotify.models import SpotifyImage
from coverart.store.keys import artwork_key
from fetch.song_selection import Pick

# All that a cover can have, so that the slowest is all that is waited for.
_AT_ONCE = 50
# Spotify's own have a tenth of this; of larger ones few are in memory at once.
_LARGE_BYTES = 1_000_000
_LARGE_AT_ONCE = 4
# Spotify's own largest size; more adds nothing to what is seen or styled.
_WANTED_PIXELS = 640


def best_picture(pictures: Sequence[SpotifyImage]) -> SpotifyImage | None:
    """The widest of at most 640 pixels, else the narrowest above, else the first of unknown width."""
    usable = [picture for picture in pictures if picture.url]
    known = sorted((picture.width, i) for i, picture in enumerate(usable) if picture.width)
    if not known:
        return usable[0] if usable else None
    fitting = [place for place in known if place[0] <= _WANTED_PIXELS]
    return usable[fitting[-1][1] if fitting else known[0][1]]


@dataclass(frozen=True)
class ArtworkStore:
    bucket: Bucket
    downloads: ImageDownloader
    _decoding: threading.Lock = field(default_factory=threading.Lock)
    _large: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(_LARGE_AT_ONCE))

    def keep(self, listener_id: str, picks: Sequence[Pick]) -> tuple[list[Song], list[SkippedAlbum]]:
        """The songs whose artwork lies in the bucket now, ranked from 1, and the albums that were left out.

        Raises NoArtworkError where none is usable, SpotifyUnavailableError where one may come later.
        """
        keys = [artwork_key(listener_id, pick.album.id or "") for pick in picks]
        with requests.Session() as session, ThreadPoolExecutor(_AT_ONCE) as pool:
            for scheme in ("https://", "http://"):
                session.mount(scheme, HTTPAdapter(pool_maxsize=_AT_ONCE))
            problems = list(pool.map(lambda key, pick: self._keep(session, key, pick), keys, picks))
        kept = [(pick, key) for pick, key, problem in zip(picks, keys, problems, strict=True) if problem is None]
        left_out = [
            SkippedAlbum(album=pick.album.name, reason=str(problem))
            for pick, problem in zip(picks, problems, strict=True)
            if problem is not None
        ]
        if not kept and any(isinstance(problem, PictureUnavailableError) for problem in problems):
            raise SpotifyUnavailableError("Spotify gives no artwork at the moment. Please try again in a minute.")
        if not kept:
            reasons = " ".join(dict.fromkeys(album.reason for album in left_out))
            raise NoArtworkError(f"None of the albums has artwork that can be used. {reasons}".strip())
        return [_song(rank, pick, key) for rank, (pick, key) in enumerate(kept, start=1)], left_out

    def _keep(self, session: requests.Session, key: str, pick: Pick) -> PictureError | None:
        """Why the artwork cannot be used, or None."""
        if self.bucket.get_metadata(key) is not None:
            return None
        picture = best_picture(pick.album.images)
        if picture is None:
            return PictureError("Spotify has no artwork for this album.")
        with ExitStack() as turn:
            try:
                body = self.downloads.get(picture.url, session, _LARGE_BYTES, lambda: turn.enter_context(self._large))
                # One at a time: a picture takes up to 256 MB while it is read.
                with self._decoding:
                    kind = detect_content_type(body)
            except PictureError as error:
                return error
            self.bucket.put(key, body, kind)
        return None


def _song(rank: int, pick: Pick, key: str) -> Song:
    return Song(
        rank=rank,
        artist=pick.artist,
        genres=pick.genres,
        track=pick.track.name,
        album=pick.album.name,
        album_id=pick.album.id or "",
        album_url=pick.album.url,
        year=pick.album.year,
        artwork=key,
    )
