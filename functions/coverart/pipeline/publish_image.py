"""Setting a playlist's image as an entry of its history says, so that nothing is lost wherever it is interrupted.

What there is of the listener's own is kept before anything is set, and the entry says what was there before anything
is sent. Spotify takes an image, encodes it anew and shows it some time later under an id that it does not tell; what it
shows is ours, then, where it looks like what we sent.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from itertools import takewhile
from urllib.parse import urlsplit

from coverart.aws import clients
from coverart.aws.s3 import Bucket
from coverart.errors import (
    CoverArtError,
    ListenerNotFoundError,
    NotFoundError,
    PictureError,
    PictureUnavailableError,
    PlaylistImageIsOwnError,
    PlaylistImageNotKeptError,
    PlaylistNotFoundError,
    SpotifyUnavailableError,
    StorageUnavailableError,
)
from coverart.images.compare import are_same_image
from coverart.images.decode import detect_content_type
from coverart.images.download import ImageDownloader, Origins
from coverart.images.jpeg import to_uploadable_jpeg
from coverart.spotify.client import SpotifyClient, create_spotify_client
from coverart.spotify.errors import playlist_not_owned
from coverart.spotify.models import SpotifyImage, filter_songs
from coverart.spotify.settings import SpotifySettings
from coverart.store.keys import backup_key, backup_prefix
from coverart.store.publish_history import HistoryEntry, PublishHistory, ReplacedImage

# Seconds before each look at what Spotify shows: five in all.
_PAUSES = (0.3, 0.7, 1.5, 2.5)
_REENCODED = "Spotify could not take the picture as it was kept, so it was encoded anew."
# The state machine's to try again, or nobody's to be told of.
_RAISED = (SpotifyUnavailableError, StorageUnavailableError, NotFoundError, ListenerNotFoundError)


class PublishImageSettings(SpotifySettings):
    bucket_name: str
    artwork_origins: Origins


@dataclass(frozen=True)
class PlaylistImagePublisher:
    """Of one listener's playlists. `connect` is asked at most once, when Spotify is needed."""

    listener_id: str
    connect: Callable[[], SpotifyClient]
    history: PublishHistory
    bucket: Bucket
    downloads: ImageDownloader
    sleep: Callable[[float], None] = time.sleep

    def apply(self, playlist_id: str, entry_id: str, replace_own: bool) -> HistoryEntry:
        """Does what the entry says, or looks once where Spotify took it before; gives the entry as it is then.

        `replace_own`: the listener's own image may make room, and is kept. What is final is told on the entry. Raises
        SpotifyUnavailableError, StorageUnavailableError, NotFoundError (the entry was cleared) and
        ListenerNotFoundError.
        """
        try:
            entry = self.history.get(self.listener_id, playlist_id, entry_id)
            match entry.status:
                case "asked":
                    return self._set(entry, replace_own)
                case "confirming":
                    return self._look(entry, pauses=(0,))
                case _:
                    return entry
        except (NotFoundError, ListenerNotFoundError):
            self._remove_leftovers(playlist_id, entry_id)
            raise

    def give_up(self, entry: HistoryEntry, code: str, message: str) -> HistoryEntry:
        """Says on the entry why it was not set, unless Spotify took it."""
        return self._not_set(entry, code, message) if entry.status == "asked" else entry

    def _set(self, entry: HistoryEntry, replace_own: bool) -> HistoryEntry:
        try:
            picture = self._picture(entry)
            jpeg = to_uploadable_jpeg(picture)
            if entry.replaced is not None and (image_id := self._shown(entry)) is not None:
                # An earlier try's, whose answer was lost.
                return self._confirm(entry, image_id)
            # The next try may come a day later, and the listener may have set an image of their own meanwhile.
            if entry.replaced is None or not replace_own or not self._is_kept(entry):
                note = entry.note if jpeg == picture else _REENCODED
                entry = self._prepare(entry.model_copy(update={"note": note}), jpeg, replace_own)
            if not self._is_kept(entry):
                # Swept away between being put and being written down. The next try keeps it anew.
                raise StorageUnavailableError("Your own playlist image could not be kept, so it was not replaced yet.")
            self._spotify.set_playlist_image(entry.playlist_id, jpeg)
        except _RAISED:
            raise
        except CoverArtError as error:
            return self._not_set(entry, error.code, str(error))
        return self._look(self.history.update(self.listener_id, entry, status="confirming"), _PAUSES)

    def _prepare(self, entry: HistoryEntry, jpeg: bytes, replace_own: bool) -> HistoryEntry:
        """Nothing is set yet: whose the present image is, the listener's own kept, and what will be sent kept too."""
        playlist = self._spotify.get_playlist(entry.playlist_id)
        if playlist.owner.id != self._spotify.get_user_id():
            raise playlist_not_owned()
        replaced = self._present(entry.playlist_id, playlist.images)
        if replaced.whose == "own" and not replace_own:
            raise PlaylistImageIsOwnError(
                "This playlist has an image of your own, which is not replaced unless you ask for it. "
                "The cover is in your gallery: apply it from there, and your image is kept."
            )
        if replaced.whose == "own" and replaced.kept is None:
            replaced = replaced.model_copy(update={"kept": self._keep(entry.playlist_id, playlist.images)})
        picture = entry.picture
        if not picture.startswith(backup_prefix(self.listener_id, entry.playlist_id)):
            # A cover may be deleted; its entry can be set again all the same.
            picture = backup_key(self.listener_id, entry.playlist_id, entry.entry_id)
            self.bucket.put(picture, jpeg, "image/jpeg")
        return self.history.update(self.listener_id, entry, replaced=replaced, picture=picture, note=entry.note)

    def _present(self, playlist_id: str, images: Sequence[SpotifyImage]) -> ReplacedImage:
        """Whose the image is that the playlist shows, before anything of this entry was sent."""
        if not images:
            return ReplacedImage(whose="nobody", image_id=None, kept=None)
        shown = _largest(images)
        image_id, ids = _image_id(shown), {_image_id(image) for image in images}
        if _is_mosaic(shown):
            return ReplacedImage(whose="nobody", image_id=image_id, kept=None)
        entries = self.history.list_entries(self.listener_id, playlist_id)
        ours = next((entry for entry in entries if entry.image_id in ids), None)
        if ours is None and ids & self._artwork(playlist_id):
            return ReplacedImage(whose="nobody", image_id=image_id, kept=None)
        if ours is None and (ours := self._unconfirmed(entries, shown)) is not None:
            self._confirm(ours, image_id)
        if ours is None:
            return ReplacedImage(whose="own", image_id=image_id, kept=None)
        if ours.cover_id is None:
            # The listener's own, which we put back; it is kept already.
            return ReplacedImage(whose="own", image_id=image_id, kept=ours.picture)
        return ReplacedImage(whose="ours", image_id=image_id, kept=None)

    def _artwork(self, playlist_id: str) -> set[str]:
        """Ids of the images of the albums that the playlist begins with.

        Spotify shows an album's where there are not yet four to make a mosaic of: it is at the playlist's beginning.
        """
        tracks = filter_songs(entry.item for entry in self._spotify.get_playlist_items_page(playlist_id, 0).items)
        return {_image_id(image) for track in tracks if track.album for image in track.album.images}

    def _unconfirmed(self, entries: Sequence[HistoryEntry], shown: SpotifyImage) -> HistoryEntry | None:
        """The entry whose picture Spotify shows, though it never told: one of those after the last confirmed."""
        latest = sorted(entries, key=lambda entry: entry.asked_at, reverse=True)
        sent = (entry for entry in takewhile(lambda entry: entry.status != "set", latest) if entry.replaced)
        return next((entry for entry in sent if self._shows(shown, entry)), None)

    def _is_kept(self, entry: HistoryEntry) -> bool:
        """Whether nothing of the listener's is lost where the entry's image is set."""
        kept = None if entry.replaced is None else entry.replaced.kept
        return kept is None or self.bucket.get_metadata(kept) is not None

    def _keep(self, playlist_id: str, images: Sequence[SpotifyImage]) -> str:
        """The key under which the listener's own image lies now, byte for byte."""
        own = _largest(images)
        key = backup_key(self.listener_id, playlist_id, f"own-{_image_id(own)}")
        try:
            body = self.downloads.get(own.url)
            kind = detect_content_type(body)
        except PictureUnavailableError as error:
            raise SpotifyUnavailableError(f"Your own playlist image could not be kept. {error}") from error
        except PictureError as error:
            raise PlaylistImageNotKeptError(
                f"Your own playlist image could not be kept, so it was not replaced. {error}"
            ) from error
        # Also where it lies there already: what an earlier try left is swept away when it is a day old.
        self.bucket.put(key, body, kind)
        return key

    def _look(self, entry: HistoryEntry, pauses: Sequence[float]) -> HistoryEntry:
        """Spotify took the image. Whatever keeps us from seeing it does not make that untrue."""
        try:
            for pause in pauses:
                self.sleep(pause)
                if (image_id := self._shown(entry)) is not None:
                    return self._confirm(entry, image_id)
        except PlaylistNotFoundError as error:
            return self._not_set(entry, error.code, str(error))
        except (StorageUnavailableError, NotFoundError, ListenerNotFoundError):
            raise
        except CoverArtError:
            return entry
        return entry

    def _shown(self, entry: HistoryEntry) -> str | None:
        """The id of the image that Spotify shows, where that is another than before, and the entry's."""
        images = self._spotify.list_playlist_images(entry.playlist_id)
        if not images or _is_mosaic(shown := _largest(images)):
            return None
        before = entry.replaced.image_id if entry.replaced else None
        image_id = _image_id(shown)
        return image_id if image_id != before and self._shows(shown, entry) else None

    def _shows(self, shown: SpotifyImage, entry: HistoryEntry) -> bool:
        try:
            return are_same_image(self.downloads.get(shown.url), self._picture(entry))
        except PictureError:
            # What cannot be looked at is nothing that we know to be ours.
            return False

    def _picture(self, entry: HistoryEntry) -> bytes:
        """Raises PictureError."""
        try:
            return self.bucket.get(entry.picture)
        except KeyError:
            raise PictureError("The picture that was to be set is no longer there. Please choose another.") from None

    def _confirm(self, entry: HistoryEntry, image_id: str) -> HistoryEntry:
        if entry.undoes is not None:
            undone = self.history.get(self.listener_id, entry.playlist_id, entry.undoes)
            self.history.update(self.listener_id, undone, undone=True)
        return self.history.update(
            self.listener_id, entry, status="set", image_id=image_id, set_at=datetime.now(UTC), code=None, message=None
        )

    def _not_set(self, entry: HistoryEntry, code: str, message: str) -> HistoryEntry:
        return self.history.update(self.listener_id, entry, status="not_set", code=code, message=message)

    def _remove_leftovers(self, playlist_id: str, entry_id: str) -> None:
        """What was kept for an entry that is gone. Where entries came since, they may need the listener's own image."""
        prefix = backup_prefix(self.listener_id, playlist_id)
        left = self.history.list_entries(self.listener_id, playlist_id)
        self.bucket.delete_prefix(backup_key(self.listener_id, playlist_id, entry_id) if left else prefix)

    @cached_property
    def _spotify(self) -> SpotifyClient:
        return self.connect()


def create_image_publisher(listener_id: str) -> PlaylistImagePublisher:
    """Raises ConfigurationError."""
    settings = PublishImageSettings.load()
    return PlaylistImagePublisher(
        listener_id=listener_id,
        connect=lambda: create_spotify_client(listener_id),
        history=PublishHistory(clients.get_table(settings.listeners_table)),
        bucket=Bucket(clients.get_client("s3"), settings.bucket_name),
        downloads=ImageDownloader(settings.artwork_origins, settings.spotify_timeout_seconds),
    )


def _largest(images: Sequence[SpotifyImage]) -> SpotifyImage:
    """Of unknown widths the first: Spotify puts the largest there."""
    return max(images, key=lambda image: image.width or 0)


def _image_id(image: SpotifyImage) -> str:
    return urlsplit(image.url).path.rsplit("/", 1)[-1]


def _is_mosaic(image: SpotifyImage) -> bool:
    return (urlsplit(image.url).hostname or "").split(".")[0] == "mosaic"
