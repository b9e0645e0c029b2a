"""Setting a playlist's image as an entry of its publish history says. An interruption at any point loses nothing.

Before anything is uploaded, the listener's own image is stored, and the entry says what the playlist displayed. Spotify
accepts an upload without returning an id, encodes the image again, and displays it some time later. A displayed image
therefore counts as ours where it looks like the uploaded one.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from itertools import takewhile

from coverart.aws import clients
from coverart.aws.s3 import Bucket
from coverart.errors import (
    CoverArtError,
    ListenerNotFoundError,
    NotFoundError,
    PictureError,
    PlaylistImageIsOwnError,
    PlaylistNotFoundError,
    SpotifyUnavailableError,
    StorageUnavailableError,
)
from coverart.images.compare import are_same_image
from coverart.images.download import ImageDownloader, Origins
from coverart.images.jpeg import to_uploadable_jpeg
from coverart.pipeline.image_backups import ImageBackups
from coverart.spotify.client import SpotifyClient, create_spotify_client
from coverart.spotify.errors import playlist_not_owned
from coverart.spotify.models import SpotifyImage, filter_songs, largest_image
from coverart.spotify.settings import SpotifySettings
from coverart.store.publish_history import HistoryEntry, PublishHistory, ReplacedImage

# Before each request for the displayed image after an upload: five seconds in all.
_POLL_PAUSES_SECONDS = (0.3, 0.7, 1.5, 2.5)
_REENCODED_NOTE = "Spotify does not accept the stored image as it is, so it was re-encoded."
# The state machine retries these, or nobody is left to read them.
_RAISED_ERRORS = (SpotifyUnavailableError, StorageUnavailableError, NotFoundError, ListenerNotFoundError)


class PublishImageSettings(SpotifySettings):
    """`artwork_origins`: from where images may be downloaded."""

    bucket_name: str
    artwork_origins: Origins


@dataclass(frozen=True)
class PlaylistImagePublisher:
    """Sets the images of one listener's playlists. `connect` is called at most once, when Spotify is needed."""

    listener_id: str
    connect: Callable[[], SpotifyClient]
    history: PublishHistory
    bucket: Bucket
    downloader: ImageDownloader
    sleep: Callable[[float], None] = time.sleep

    def apply(self, playlist_id: str, entry_id: str, replace_own: bool) -> HistoryEntry:
        """Set the entry's image, or where Spotify has accepted it before check once whether it is displayed.

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
            if entry.replaced is not None and (image_id := self._find_displayed(entry)) is not None:
                # An earlier attempt uploaded it, and Spotify's response was lost.
                return self._confirm(entry, image_id)
            # This attempt may come a day after the last, and the listener may have set an image of their own meanwhile.
            if entry.replaced is None or not replace_own or not self._backups.has_own(entry):
                note = entry.note if jpeg == image else _REENCODED_NOTE
                entry = self._prepare(entry.model_copy(update={"note": note}), jpeg, replace_own)
            if not self._backups.has_own(entry):
                # The scheduled cleanup deleted it before the entry referred to it. The next attempt stores it again.
                raise StorageUnavailableError(
                    "Your own playlist image could not be stored, so it was not replaced yet. "
                    "Please try again in a minute."
                )
            self._spotify.set_playlist_image(entry.playlist_id, jpeg)
        except _RAISED_ERRORS:
            raise
        except CoverArtError as error:
            return self._mark_not_set(entry, error.code, str(error))
        return self._poll(self.history.update(self.listener_id, entry, status="confirming"), _POLL_PAUSES_SECONDS)

    def _prepare(self, entry: HistoryEntry, jpeg: bytes, replace_own: bool) -> HistoryEntry:
        """Store the listener's own image, a copy of what will be uploaded, and on the entry what is replaced."""
        playlist = self._spotify.get_playlist(entry.playlist_id)
        if playlist.owner.id != self._spotify.get_user_id():
            raise playlist_not_owned()
        replaced = self._identify(entry.playlist_id, playlist.images)
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

    def _identify(self, playlist_id: str, images: Sequence[SpotifyImage]) -> ReplacedImage:
        """Return whose image the playlist displays, before anything of the current entry was uploaded."""
        if not images:
            return ReplacedImage(whose="nobody", image_id=None, kept=None)
        displayed = largest_image(images)
        image_id, image_ids = displayed.image_id, {image.image_id for image in images}
        if displayed.is_mosaic:
            return ReplacedImage(whose="nobody", image_id=image_id, kept=None)
        entries = self.history.list_entries(self.listener_id, playlist_id)
        entry = next((entry for entry in entries if entry.image_id in image_ids), None)
        if entry is None:
            if image_ids & self._list_artwork_ids(playlist_id):
                return ReplacedImage(whose="nobody", image_id=image_id, kept=None)
            entry = self._find_unconfirmed(entries, displayed)
            if entry is None:
                return ReplacedImage(whose="own", image_id=image_id, kept=None)
            self._confirm(entry, image_id)
        if entry.cover_id is None:
            # The listener's own image, which an undo has set. It is stored already.
            return ReplacedImage(whose="own", image_id=image_id, kept=entry.picture)
        return ReplacedImage(whose="ours", image_id=image_id, kept=None)

    def _list_artwork_ids(self, playlist_id: str) -> set[str]:
        """Return the ids of the artwork of the albums at the beginning of the playlist.

        Until a playlist has four albums for a mosaic, Spotify displays the artwork of one of them.
        """
        page = self._spotify.get_playlist_items_page(playlist_id, 0)
        tracks = filter_songs(entry.item for entry in page.items)
        return {image.image_id for track in tracks if track.album for image in track.album.images}

    def _find_unconfirmed(self, entries: Sequence[HistoryEntry], displayed: SpotifyImage) -> HistoryEntry | None:
        """Return the entry after the last confirmed one whose image is displayed, though no attempt has seen that."""
        newest_first = sorted(entries, key=lambda entry: entry.asked_at, reverse=True)
        unconfirmed = takewhile(lambda entry: entry.status != "set", newest_first)
        return next((entry for entry in unconfirmed if entry.replaced and self._matches(displayed, entry)), None)

    def _poll(self, entry: HistoryEntry, pauses: Sequence[float]) -> HistoryEntry:
        """Check after each pause whether Spotify displays the image that it has accepted.

        An error of these checks does not mean that the image is not set, so the entry stays confirming.
        """
        try:
            for pause in pauses:
                self.sleep(pause)
                if (image_id := self._find_displayed(entry)) is not None:
                    return self._confirm(entry, image_id)
        except PlaylistNotFoundError as error:
            return self._mark_not_set(entry, error.code, str(error))
        except (StorageUnavailableError, NotFoundError, ListenerNotFoundError):
            raise
        except CoverArtError:
            return entry
        return entry

    def _find_displayed(self, entry: HistoryEntry) -> str | None:
        """Return the displayed image's id where it is not the one before the entry, and matches the entry's image."""
        images = self._spotify.list_playlist_images(entry.playlist_id)
        if not images or (displayed := largest_image(images)).is_mosaic:
            return None
        previous_id = entry.replaced.image_id if entry.replaced else None
        is_new = displayed.image_id != previous_id
        return displayed.image_id if is_new and self._matches(displayed, entry) else None

    def _matches(self, displayed: SpotifyImage, entry: HistoryEntry) -> bool:
        try:
            return are_same_image(self.downloader.get(displayed.url), self._backups.load(entry))
        except PictureError:
            # An image that cannot be read is not known to be ours.
            return False

    def _confirm(self, entry: HistoryEntry, image_id: str) -> HistoryEntry:
        if entry.undoes is not None:
            undone_entry = self.history.get(self.listener_id, entry.playlist_id, entry.undoes)
            self.history.update(self.listener_id, undone_entry, undone=True)
        return self.history.update(
            self.listener_id, entry, status="set", image_id=image_id, set_at=datetime.now(UTC), code=None, message=None
        )

    def _mark_not_set(self, entry: HistoryEntry, code: str, message: str) -> HistoryEntry:
        return self.history.update(self.listener_id, entry, status="not_set", code=code, message=message)

    @cached_property
    def _spotify(self) -> SpotifyClient:
        return self.connect()

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
