"""The listener's playlists, as Spotify lists them."""

from collections.abc import Collection, Mapping, Sequence
from urllib.parse import urlsplit

from api.view import PlaylistView
from coverart.music import Picture
from coverart.playlists import KnownPlaylist
from coverart.spotify import PAGE, Spotify, spotify_of

__all__ = ["playlists_of", "spotify_of"]

_SHOWN_PIXELS = 300


def playlists_of(
    spotify: Spotify, known: Mapping[str, KnownPlaylist], offset: int, origins: Collection[str]
) -> tuple[list[PlaylistView], int | None]:
    """A page from number `offset` on, and where the next one begins. `origins`: where pictures may be shown from.

    `known`: what automation knows of playlists, by their ids. Raises Spotify's errors.
    """
    page, user_id = spotify.playlists(offset), spotify.user_id()
    views = [
        PlaylistView(
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
    following = offset + PAGE
    return views, following if following < page.total else None


def _image(pictures: Sequence[Picture], origins: Collection[str]) -> str | None:
    """The narrowest that is wide enough, else the widest; those of unknown width last."""
    usable = [picture for picture in pictures if _origin(picture.url) in origins]
    enough = [picture for picture in usable if (picture.width or 0) >= _SHOWN_PIXELS]
    if enough:
        return min(enough, key=lambda picture: picture.width or 0).url
    return max(usable, key=lambda picture: picture.width or 0).url if usable else None


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
