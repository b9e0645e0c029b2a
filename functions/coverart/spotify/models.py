"""What Spotify answers, read tolerantly: development-mode and extended-quota apps get different fields and names.

Only what is used is read. A null or missing name, list or date is an empty one; what has no id cannot be used
and is passed over.
"""

import re
from collections.abc import Iterable
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import AliasChoices, BaseModel, BeforeValidator, ConfigDict, Field, RootModel


def _whole(value: Any) -> Any:
    """With "?" for half a character: JSON can hold one, and nothing that it is passed on to can."""
    return value.encode(errors="replace").decode() if isinstance(value, str) else "" if value is None else value


Text = Annotated[str, BeforeValidator(_whole)]
Id = Annotated[str | None, BeforeValidator(lambda value: value if _is_id(value) else None)]
# Spotify's own are short; a table's key holds no more than these, and none that is empty.
ListenerId = Annotated[str, Field(min_length=1, max_length=200)]
Number = Annotated[int, BeforeValidator(lambda value: 0 if value is None else value)]


def _is_id(value: Any) -> bool:
    return isinstance(value, str) and re.fullmatch(r"[0-9A-Za-z]{1,64}", value) is not None


def _address(value: Any) -> Any:
    try:
        urlsplit(value or "")
    except (ValueError, AttributeError, TypeError):
        return ""
    return value or ""


def _present(value: Any) -> Any:
    """Without the nulls: Spotify leaves them where something was taken down."""
    return [part for part in value if part is not None] if isinstance(value, list) else value or []


class SpotifyModel(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True, defer_build=True)


class EmptyResponse(RootModel[Any]):
    """An answer that says nothing but that the request was taken."""

    model_config = ConfigDict(defer_build=True)


class Link(SpotifyModel):
    spotify: Text = ""


class SpotifyImage(SpotifyModel):
    """`url`: "" where it is none that can be taken apart. `width` is null for some."""

    url: Annotated[str, BeforeValidator(_address)] = ""
    width: int | None = None


class Artist(SpotifyModel):
    id: Id = None
    name: Text = ""
    genres: Annotated[list[Text], BeforeValidator(_present)] = []


class Album(SpotifyModel):
    id: Id = None
    name: Text = ""
    images: Annotated[list[SpotifyImage], BeforeValidator(_present)] = []
    release_date: Text = ""
    external_urls: Annotated[Link, BeforeValidator(lambda value: value or {})] = Field(default_factory=Link)

    @property
    def year(self) -> int | None:
        """`release_date` is a year, a month or a day; it is "0000" where Spotify does not know."""
        found = re.match(r"\d{4}", self.release_date)
        return int(found[0]) or None if found else None

    @property
    def url(self) -> str:
        return self.external_urls.spotify or f"https://open.spotify.com/album/{self.id}"


class Track(SpotifyModel):
    """A song; in playlists also an episode (`type` "episode") or a local file, which have no album with an id."""

    type: Text = "track"
    name: Text = ""
    is_local: Annotated[bool, BeforeValidator(bool)] = False
    album: Album | None = None
    artists: Annotated[list[Artist], BeforeValidator(_present)] = []

    @property
    def is_song(self) -> bool:
        return bool(self.type in {"track", ""} and not self.is_local and self.album and self.album.id and self.artists)


class ArtistPage(SpotifyModel):
    items: Annotated[list[Artist], BeforeValidator(_present)]


class TrackPage(SpotifyModel):
    items: Annotated[list[Track], BeforeValidator(_present)]


class ArtistTopTracks(SpotifyModel):
    tracks: Annotated[list[Track], BeforeValidator(_present)]


class SearchResult(SpotifyModel):
    tracks: TrackPage


class PlaylistItem(SpotifyModel):
    """Of a playlist: `item`, formerly `track`."""

    item: Track | None = Field(default=None, validation_alias=AliasChoices("item", "track"))


class PlaylistItemPage(SpotifyModel):
    items: Annotated[list[PlaylistItem], BeforeValidator(_present)]
    total: Number = 0


class PlaylistOwner(SpotifyModel):
    id: Text = ""


class Playlist(SpotifyModel):
    id: str
    name: Text = ""
    owner: Annotated[PlaylistOwner, BeforeValidator(lambda value: value or {})] = Field(default_factory=PlaylistOwner)
    images: Annotated[list[SpotifyImage], BeforeValidator(_present)] = []


class ImageList(RootModel[Annotated[list[SpotifyImage], BeforeValidator(_present)]]):
    """A list that is the whole answer."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True, defer_build=True)


class Count(SpotifyModel):
    total: Number = 0


class PlaylistSummary(SpotifyModel):
    """`entries`: `items`, formerly `tracks`."""

    id: Id = None
    name: Text = ""
    snapshot_id: Text = ""
    owner: Annotated[PlaylistOwner, BeforeValidator(lambda value: value or {})] = Field(default_factory=PlaylistOwner)
    collaborative: Annotated[bool, BeforeValidator(bool)] = False
    images: Annotated[list[SpotifyImage], BeforeValidator(_present)] = []
    entries: Annotated[Count, BeforeValidator(lambda value: value or {})] = Field(
        default_factory=Count, validation_alias=AliasChoices("items", "tracks")
    )
    external_urls: Annotated[Link, BeforeValidator(lambda value: value or {})] = Field(default_factory=Link)

    @property
    def url(self) -> str:
        return self.external_urls.spotify or f"https://open.spotify.com/playlist/{self.id}"


class PlaylistPage(SpotifyModel):
    """A page; `total` is of all pages."""

    items: Annotated[list[PlaylistSummary], BeforeValidator(_present)]
    total: Number = 0


class SpotifyUser(SpotifyModel):
    """`account_id` never changes, but not every answer has it."""

    id: ListenerId
    account_id: Annotated[ListenerId | None, BeforeValidator(lambda value: value or None)] = None
    display_name: Text = ""

    @property
    def listener_id(self) -> str:
        return self.account_id or self.id


def filter_songs(tracks: Iterable[Track | None]) -> list[Track]:
    return [track for track in tracks if track is not None and track.is_song]
