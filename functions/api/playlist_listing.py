"""The listener's playlists on Spotify, in pages."""

from collections.abc import Collection, Mapping, Sequence
from urllib.parse import urlsplit

from api.schemas import PlaylistResponse
from coverart.spotify.client import PAGE_SIZE, SpotifyClient
from coverart.spotify.models import SpotifyImage
from coverart.store.playlists import PlaylistRecord

# The page shows playlist images at most this wide.
_IMAGE_PIXELS = 300


def list_playlist_page(
    spotify: SpotifyClient, records: Mapping[str, PlaylistRecord], offset: int, origins: Collection[str]
) -> tuple[list[PlaylistResponse], int | None]:
    """Return the playlists from position `offset` on, and the offset of the next page, which is None at the end.

    `records`: what automatic covers know of playlists, by playlist id. `origins`: where images may come from. Raises
    Spotify's errors.
    """
    page, user_id = spotify.get_playlists_page(offset), spotify.get_user_id()
    playlists = [
        PlaylistResponse(
            id=playlist.id,
            name=playlist.name,
            owned=playlist.owner.id == user_id,
            collaborative=playlist.collaborative,
            items=playlist.entries.total,
            image=_choose_image_url(playlist.images, origins),
            url=playlist.url,
            auto=records[playlist.id].auto if playlist.id in records else None,
            standing=records[playlist.id].standing if playlist.id in records else None,
        )
        for playlist in page.items
        if playlist.id
    ]
    next_offset = offset + PAGE_SIZE
    return playlists, next_offset if next_offset < page.total else None


def _choose_image_url(images: Sequence[SpotifyImage], origins: Collection[str]) -> str | None:
    """Return the narrowest image that is wide enough, else the widest. An image of unknown width counts as narrow."""
    usable = [image for image in images if _get_origin(image.url) in origins]
    wide_enough = [image for image in usable if (image.width or 0) >= _IMAGE_PIXELS]
    if wide_enough:
        return min(wide_enough, key=lambda image: image.width or 0).url
    return max(usable, key=lambda image: image.width or 0).url if usable else None


def _get_origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
