"""The listener's playlists, as Spotify lists them."""

from collections.abc import Collection, Mapping, Sequence
from urllib.parse import urlsplit

from api.schemas import PlaylistResponse
from coverart.spotify.client import PAGE_SIZE, SpotifyClient
from coverart.spotify.models import SpotifyImage
from coverart.store.playlists import PlaylistRecord

_SHOWN_PIXELS = 300


def list_playlist_page(
    spotify: SpotifyClient, known: Mapping[str, PlaylistRecord], offset: int, origins: Collection[str]
) -> tuple[list[PlaylistResponse], int | None]:
    """A page from number `offset` on, and where the next one begins. `origins`: where pictures may be shown from.

    `known`: what automation knows of playlists, by their ids. Raises Spotify's errors.
    """
    page, user_id = spotify.get_playlists_page(offset), spotify.get_user_id()
    views = [
        PlaylistResponse(
            id=playlist.id,
            name=playlist.name,
            owned=playlist.owner.id == user_id,
            collaborative=playlist.collaborative,
            items=playlist.entries.total,
            image=_image(playlist.images, origins),
            url=playlist.url,
            auto=known[playlist.id].auto if playlist.id in known else None,
            standing=known[playlist.id].standing if playlist.id in known else None,
        )
        for playlist in page.items
        if playlist.id
    ]
    following = offset + PAGE_SIZE
    return views, following if following < page.total else None


def _image(pictures: Sequence[SpotifyImage], origins: Collection[str]) -> str | None:
    """The narrowest that is wide enough, else the widest; those of unknown width last."""
    usable = [picture for picture in pictures if _origin(picture.url) in origins]
    enough = [picture for picture in usable if (picture.width or 0) >= _SHOWN_PIXELS]
    if enough:
        return min(enough, key=lambda picture: picture.width or 0).url
    return max(usable, key=lambda picture: picture.width or 0).url if usable else None


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
