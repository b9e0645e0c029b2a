"""Album artwork: choosing a size, downloading it, and storing it in the bucket byte for byte."""

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
from fetch.song_selection import SelectedSong

# As many as a cover can have, so that the slowest download determines the duration.
_MAX_PARALLEL_DOWNLOADS = 50
# Spotify's own artwork has a tenth of this. Of larger images few are in memory at once.
_LARGE_BYTES = 1_000_000
_MAX_PARALLEL_LARGE_DOWNLOADS = 4
# Spotify's own largest size. More pixels improve neither detection nor style.
_PREFERRED_WIDTH_PIXELS = 640
# The second is for an unusable first one. The third has 64 pixels.
_MAX_IMAGES = 2


def choose_images(images: Sequence[SpotifyImage]) -> list[SpotifyImage]:
    """Return the best two: the widest up to 640 pixels, then the narrowest above, then those of unknown width."""

    def rank(image: SpotifyImage) -> tuple[int, int]:
        width = image.width or 0
        if width <= 0:
            return 2, 0
        return (0, -width) if width <= _PREFERRED_WIDTH_PIXELS else (1, width)

    return sorted((image for image in images if image.url), key=rank)[:_MAX_IMAGES]


@dataclass(frozen=True)
class ArtworkStore:
    """Stores the artwork of albums below `coverart.store.keys.artwork_prefix`."""

    bucket: Bucket
    downloader: ImageDownloader
    _decode_lock: threading.Lock = field(default_factory=threading.Lock)
    _large_downloads: threading.Semaphore = field(
        default_factory=lambda: threading.Semaphore(_MAX_PARALLEL_LARGE_DOWNLOADS)
    )

    def save(self, listener_id: str, selected_songs: Sequence[SelectedSong]) -> tuple[list[Song], list[SkippedAlbum]]:
        """Return the songs whose artwork is stored now, ranked from 1, and the albums without usable artwork.

        Raises NoArtworkError where no album has any, and SpotifyUnavailableError where a later attempt may find some.
        """
        keys = [artwork_key(listener_id, song.album.id or "") for song in selected_songs]
        with requests.Session() as session, ThreadPoolExecutor(_MAX_PARALLEL_DOWNLOADS) as pool:
            for scheme in ("https://", "http://"):
                session.mount(scheme, HTTPAdapter(pool_maxsize=_MAX_PARALLEL_DOWNLOADS))
            errors = list(pool.map(lambda key, song: self._save_one(session, key, song), keys, selected_songs))
        stored_songs = [
            (song, key) for song, key, error in zip(selected_songs, keys, errors, strict=True) if error is None
        ]
        skipped_albums = [
            SkippedAlbum(album=song.album.name, reason=str(error))
            for song, error in zip(selected_songs, errors, strict=True)
            if error is not None
        ]
        if not stored_songs and any(isinstance(error, PictureUnavailableError) for error in errors):
            raise SpotifyUnavailableError("Spotify serves no artwork at the moment. Please try again in a minute.")
        if not stored_songs:
            reasons = " ".join(dict.fromkeys(album.reason for album in skipped_albums))
            raise NoArtworkError(f"None of the albums has usable artwork. {reasons}".strip())
        return [_to_song(rank, song, key) for rank, (song, key) in enumerate(stored_songs, start=1)], skipped_albums

    def _save_one(self, session: requests.Session, key: str, song: SelectedSong) -> PictureError | None:
        """Return why the artwork is unusable, or None where it is stored."""
        if self.bucket.exists(key):
            return None
        errors: list[PictureError] = []
        for image in choose_images(song.album.images):
            try:
                self._download(session, key, image.url)
            except PictureError as error:
                errors.append(error)
            else:
                return None
        if not errors:
            return PictureError("Spotify has no artwork for this album.")
        return next((error for error in errors if isinstance(error, PictureUnavailableError)), errors[0])

    def _download(self, session: requests.Session, key: str, url: str) -> None:
        with ExitStack() as stack:
            body = self.downloader.get(
                url, session, _LARGE_BYTES, wait=lambda: stack.enter_context(self._large_downloads)
            )
            # One at a time, because decoding an image takes up to 256 MB.
            with self._decode_lock:
                content_type = detect_content_type(body)
            self.bucket.put(key, body, content_type)


def _to_song(rank: int, song: SelectedSong, key: str) -> Song:
    return Song(
        rank=rank,
        artist=song.artist,
        genres=song.genres,
        track=song.track.name,
        album=song.album.name,
        album_id=song.album.id or "",
        album_url=song.album.url,
        year=song.album.year,
        artwork=key,
    )
