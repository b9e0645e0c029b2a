"""Whose image a playlist displays, as far as the publish history can tell."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from coverart.errors import PictureError
from coverart.images.compare import are_same_image
from coverart.pipeline.image_backups import ImageBackups
from coverart.spotify.client import SpotifyClient
from coverart.spotify.models import SpotifyImage, filter_songs, largest_image
from coverart.store.publish_history import HistoryEntry, PublishHistory, ReplacedImage

# So long after an entry was confirmed, Spotify may display its image under another id: that of an upload of the same
# cover at the same time.
_SETTLING_TIME = timedelta(hours=1)


@dataclass(frozen=True)
class DisplayedImages:
    """The displayed images of one listener's playlists."""

    listener_id: str
    spotify: SpotifyClient
    history: PublishHistory
    backups: ImageBackups

    def identify(self, playlist_id: str, images: Sequence[SpotifyImage]) -> ReplacedImage:
        """Return whose image the playlist displays, before the current entry's first upload."""
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
            entry = self._find_by_look(entries, displayed)
            if entry is None:
                return ReplacedImage(whose="own", image_id=image_id, kept=None)
            if entry.status != "set":
                self.confirm(entry, image_id)
        if entry.cover_id is None:
            # The listener's own image, which an undo has set. The bucket has it already.
            return ReplacedImage(whose="own", image_id=image_id, kept=entry.picture)
        return ReplacedImage(whose="ours", image_id=image_id, kept=None)

    def find(self, entry: HistoryEntry) -> str | None:
        """Return the displayed image's id where it is not the one before the entry, and matches the entry's image."""
        images = self.spotify.list_playlist_images(entry.playlist_id)
        if not images or (displayed := largest_image(images)).is_mosaic:
            return None
        previous_id = entry.replaced.image_id if entry.replaced else None
        is_new = displayed.image_id != previous_id
        return displayed.image_id if is_new and self._find_match(displayed, [entry]) else None

    def confirm(self, entry: HistoryEntry, image_id: str) -> HistoryEntry:
        """Store that Spotify displays the entry's image under this id. Raises NotFoundError after a clearing."""
        if entry.undoes is not None:
            undone_entry = self.history.get(self.listener_id, entry.playlist_id, entry.undoes)
            self.history.update(self.listener_id, undone_entry, undone=True)
        return self.history.update(
            self.listener_id, entry, status="set", image_id=image_id, set_at=datetime.now(UTC), code=None, message=None
        )

    def _list_artwork_ids(self, playlist_id: str) -> set[str]:
        """Return the ids of the artwork of the albums at the beginning of the playlist.

        Until a playlist has four albums for a mosaic, Spotify displays the artwork of one of them.
        """
        page = self.spotify.get_playlist_items_page(playlist_id, 0)
        tracks = filter_songs(entry.item for entry in page.items)
        return {image.image_id for track in tracks if track.album for image in track.album.images}

    def _find_by_look(self, entries: Sequence[HistoryEntry], displayed: SpotifyImage) -> HistoryEntry | None:
        """Return the latest entry whose image the playlist displays, though no attempt has seen it under this id.

        Several attempts may run at the same time, so it may be older than a confirmed entry.
        """
        settling_since = datetime.now(UTC) - _SETTLING_TIME
        uploaded = [
            entry
            for entry in sorted(entries, key=lambda entry: entry.asked_at, reverse=True)
            if entry.replaced and (entry.status != "set" or (entry.set_at or entry.asked_at) > settling_since)
        ]
        return self._find_match(displayed, uploaded)

    def _find_match(self, displayed: SpotifyImage, entries: Sequence[HistoryEntry]) -> HistoryEntry | None:
        """Return the first entry whose image the playlist displays. An unreadable image does not count as ours."""
        image: bytes | None = None
        for entry in entries:
            with suppress(PictureError):
                image = image or self.backups.downloader.get(displayed.url)
                if are_same_image(image, self.backups.load(entry)):
                    return entry
        return None
