"""The images in the bucket that a playlist's publish history refers to, and the listener's own images among them."""

from collections.abc import Sequence
from dataclasses import dataclass

from coverart.aws.s3 import Bucket
from coverart.errors import (
    PictureError,
    PictureUnavailableError,
    PlaylistImageNotKeptError,
    SpotifyUnavailableError,
    StorageUnavailableError,
)
from coverart.images.decode import detect_content_type
from coverart.images.download import ImageDownloader
from coverart.spotify.models import SpotifyImage, largest_image
from coverart.store.keys import backup_key, backup_prefix
from coverart.store.publish_history import HistoryEntry


@dataclass(frozen=True)
class ImageBackups:
    """Backups of one listener's playlist images."""

    listener_id: str
    bucket: Bucket
    downloader: ImageDownloader

    def load(self, entry: HistoryEntry) -> bytes:
        """Return the image that the entry sets. Raises PictureError where it no longer exists."""
        try:
            return self.bucket.get(entry.picture)
        except KeyError:
            raise PictureError("This image is no longer stored. Please choose another one.") from None

    def store_copy(self, entry: HistoryEntry, jpeg: bytes) -> str:
        """Store what the entry uploads, and return its S3 key.

        The listener may delete the cover later and still set its entry again. An image that is a backup already stays
        where it is.
        """
        if entry.picture.startswith(backup_prefix(self.listener_id, entry.playlist_id)):
            return entry.picture
        key = backup_key(self.listener_id, entry.playlist_id, entry.entry_id)
        self.bucket.put(key, jpeg, "image/jpeg")
        return key

    def store_own(self, playlist_id: str, images: Sequence[SpotifyImage]) -> str:
        """Store the listener's own image, byte for byte, and return its S3 key.

        Raises SpotifyUnavailableError where a later attempt may succeed, else PlaylistImageNotKeptError.
        """
        own_image = largest_image(images)
        key = backup_key(self.listener_id, playlist_id, f"own-{own_image.image_id}")
        try:
            body = self.downloader.get(own_image.url)
            content_type = detect_content_type(body)
        except PictureUnavailableError as error:
            raise SpotifyUnavailableError(f"Your own playlist image could not be stored. {error}") from error
        except PictureError as error:
            raise PlaylistImageNotKeptError(
                f"Your own playlist image could not be stored, so it was not replaced. {error}"
            ) from error
        # Also where it exists already: the scheduled cleanup deletes what an earlier attempt stored a day ago.
        self.bucket.put(key, body, content_type)
        return key

    def has_own(self, entry: HistoryEntry) -> bool:
        """Return whether the listener's own image that the entry replaces, if any, is stored."""
        key = None if entry.replaced is None else entry.replaced.kept
        return key is None or self.bucket.exists(key)

    def load_own(self, entry: HistoryEntry) -> bytes | None:
        """Return the listener's own image that the entry replaces; None where it replaces none.

        Raises StorageUnavailableError where it is not stored: the scheduled cleanup deleted it before the entry
        referred to it, and the next attempt stores it again.
        """
        if entry.replaced is None or entry.replaced.kept is None:
            return None
        try:
            return self.bucket.get(entry.replaced.kept)
        except KeyError:
            raise StorageUnavailableError(
                "Your own playlist image could not be stored, so it was not replaced yet. Please try again in a minute."
            ) from None

    def delete_leftovers(self, playlist_id: str, entry_id: str, has_other_entries: bool) -> None:
        """Delete the images of an entry that was cleared meanwhile.

        Later entries may refer to the listener's own image, so it goes only without them.
        """
        if has_other_entries:
            self.bucket.delete_prefix(backup_key(self.listener_id, playlist_id, entry_id))
        else:
            self.bucket.delete_prefix(backup_prefix(self.listener_id, playlist_id))
