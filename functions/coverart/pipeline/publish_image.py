"""Setting a playlist's image as an entry of its publish history says. An interruption at any point loses nothing.

Before any upload, it stores the listener's own image, and on the entry what the playlist displayed. Spotify accepts an
upload without returning an id, encodes the image again, and displays it some time later. A displayed image therefore
counts as ours where it looks like the uploaded one.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

from coverart.aws import clients
from coverart.aws.s3 import Bucket
from coverart.errors import (
    CoverArtError,
    ListenerNotFoundError,
    NotFoundError,
    PlaylistImageIsOwnError,
    PlaylistNotFoundError,
    SpotifyUnavailableError,
    StorageUnavailableError,
)
from coverart.images.download import ImageDownloader, Origins
from coverart.images.jpeg import to_uploadable_jpeg
from coverart.pipeline.displayed_image import DisplayedImages
from coverart.pipeline.image_backups import ImageBackups
from coverart.spotify.client import SpotifyClient, create_spotify_client
from coverart.spotify.errors import playlist_not_owned
from coverart.spotify.models import SpotifyImage, largest_image
from coverart.spotify.settings import SpotifySettings
from coverart.store.publish_history import HistoryEntry, PublishHistory, ReplacedImage

# Before each request for the displayed image after an upload: five seconds in all.
_POLL_PAUSES_SECONDS = (0.3, 0.7, 1.5, 2.5)
_REENCODED_NOTE = "Spotify does not accept the stored image as it is, so it was re-encoded."
# The state machine retries these, or nobody reads them any more.
_RAISED_ERRORS = (SpotifyUnavailableError, StorageUnavailableError, NotFoundError, ListenerNotFoundError)


class PublishImageSettings(SpotifySettings):
    """`artwork_origins`: the origins of downloads."""

    bucket_name: str
    artwork_origins: Origins


@dataclass(frozen=True)
class PlaylistImagePublisher:
    """Sets the images of one listener's playlists. It calls `connect` at most once, when it needs Spotify."""

    listener_id: str
    connect: Callable[[], SpotifyClient]
    history: PublishHistory
    bucket: Bucket
    downloader: ImageDownloader
    sleep: Callable[[float], None] = time.sleep

    def apply(self, playlist_id: str, entry_id: str, replace_own: bool) -> HistoryEntry:
        """Set the entry's image, or where Spotify has accepted it before check once whether the playlist displays it.

        `replace_own`: the listener's own image may be replaced; it is stored first. Returns the entry as it is stored
        then; it says why where the image was not set for good. Raises SpotifyUnavailableError, StorageUnavailableError,
        NotFoundError where the entry was cleared, and ListenerNotFoundError.
        """
        try:
            entry = self.history.get(self.listener_id, playlist_id, entry_id)
            match entry.status:
                case "asked":
                    return self._set(entry, replace_own)
                case "confirming":
                    return self._poll(entry, pauses=(0,))
                case _:
                    return entry
        except (NotFoundError, ListenerNotFoundError):
            entries = self.history.list_entries(self.listener_id, playlist_id)
            self._backups.delete_leftovers(playlist_id, entry_id, has_other_entries=bool(entries))
            raise

    def give_up(self, entry: HistoryEntry, code: str, message: str) -> HistoryEntry:
        """Mark the entry as not set, for this reason, unless Spotify has accepted the image."""
        return self._mark_not_set(entry, code, message) if entry.status == "asked" else entry

    def _set(self, entry: HistoryEntry, replace_own: bool) -> HistoryEntry:
        try:
            image = self._backups.load(entry)
            jpeg = to_uploadable_jpeg(image)
            if entry.replaced is not None and (image_id := self._displayed.find(entry)) is not None:
                # An earlier attempt uploaded it, and Spotify's response was lost.
                return self._displayed.confirm(entry, image_id)
            note = entry.note if jpeg == image else _REENCODED_NOTE
            entry = self._prepare(entry.model_copy(update={"note": note}), jpeg, replace_own)
            own_image = self._backups.load_own(entry)
            self._spotify.set_playlist_image(entry.playlist_id, jpeg)
        except _RAISED_ERRORS:
            raise
        except CoverArtError as error:
            return self._mark_not_set(entry, error.code, str(error))
        try:
            entry = self.history.update(self.listener_id, entry, status="confirming")
        except NotFoundError:
            self._restore(entry.playlist_id, own_image)
            raise
        return self._poll(entry, _POLL_PAUSES_SECONDS)

    def _restore(self, playlist_id: str, own_image: bytes | None) -> None:
        """Set the listener's own image again: entry and backup disappeared during its replacement."""
        if own_image is not None:
            self._spotify.set_playlist_image(playlist_id, to_uploadable_jpeg(own_image))

    def _prepare(self, entry: HistoryEntry, jpeg: bytes, replace_own: bool) -> HistoryEntry:
        """Store the listener's own image, a copy of the upload, and on the entry what it replaces.

        Each attempt looks at the playlist again: the listener may have set an image since the last one.
        """
        playlist = self._spotify.get_playlist(entry.playlist_id)
        if playlist.owner.id != self._spotify.get_user_id():
            raise playlist_not_owned()
        if entry.replaced is not None and self._is_unchanged(entry, entry.replaced, playlist.images, replace_own):
            return entry
        replaced = self._displayed.identify(entry.playlist_id, playlist.images)
        if replaced.whose == "own" and not replace_own:
            raise PlaylistImageIsOwnError(
                "This playlist has an image of your own, which is replaced only if you ask for it. "
                "The cover is in your gallery. If you set it from there, your image is stored first."
            )
        if replaced.whose == "own" and replaced.kept is None:
            key = self._backups.store_own(entry.playlist_id, playlist.images)
            replaced = replaced.model_copy(update={"kept": key})
        copy_key = self._backups.store_copy(entry, jpeg)
        return self.history.update(self.listener_id, entry, replaced=replaced, picture=copy_key, note=entry.note)

    def _is_unchanged(
        self, entry: HistoryEntry, replaced: ReplacedImage, images: Sequence[SpotifyImage], replace_own: bool
    ) -> bool:
        """Return whether an earlier attempt has prepared the entry for the displayed image."""
        displayed_id = largest_image(images).image_id if images else None
        is_permitted = replace_own or replaced.whose != "own"
        return displayed_id == replaced.image_id and is_permitted and self._backups.has_own(entry)

    def _poll(self, entry: HistoryEntry, pauses: Sequence[float]) -> HistoryEntry:
        """Check after each pause whether Spotify displays the image that it has accepted.

        An error of these checks does not mean that the image is not set, so the entry stays confirming.
        """
        try:
            for pause in pauses:
                self.sleep(pause)
                if (image_id := self._displayed.find(entry)) is not None:
                    return self._displayed.confirm(entry, image_id)
        except PlaylistNotFoundError as error:
            return self._mark_not_set(entry, error.code, str(error))
        except (StorageUnavailableError, NotFoundError, ListenerNotFoundError):
            raise
        except CoverArtError:
            return entry
        return entry

    def _mark_not_set(self, entry: HistoryEntry, code: str, message: str) -> HistoryEntry:
        return self.history.update(self.listener_id, entry, status="not_set", code=code, message=message)

    @cached_property
    def _spotify(self) -> SpotifyClient:
        return self.connect()

    @cached_property
    def _displayed(self) -> DisplayedImages:
        return DisplayedImages(self.listener_id, self._spotify, self.history, self._backups)

    @cached_property
    def _backups(self) -> ImageBackups:
        return ImageBackups(self.listener_id, self.bucket, self.downloader)


def create_image_publisher(listener_id: str) -> PlaylistImagePublisher:
    """Return the listener's publisher, from the environment. Raises ConfigurationError."""
    settings = PublishImageSettings.load()
    return PlaylistImagePublisher(
        listener_id=listener_id,
        connect=lambda: create_spotify_client(listener_id),
        history=PublishHistory(clients.get_table(settings.listeners_table)),
        bucket=Bucket(clients.get_client("s3"), settings.bucket_name),
        downloader=ImageDownloader(settings.artwork_origins, settings.spotify_timeout_seconds),
    )
