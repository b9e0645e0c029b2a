"""Models of Spotify's responses. Development-mode and extended-quota apps get different fields and names.

They hold only fields that the app uses. A null or missing name, list or date counts as empty. An id that is none
becomes None, and callers skip such entries.
"""

import re
from collections.abc import Iterable, Sequence
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import AliasChoices, BaseModel, BeforeValidator, ConfigDict, Field, RootModel


def _to_text(value: Any) -> Any:
    """Replace lone surrogates, which JSON can escape and neither UTF-8 nor DynamoDB can store, by question marks."""
    return value.encode(errors="replace").decode() if isinstance(value, str) else "" if value is None else value


def _is_id(value: Any) -> bool:
    return isinstance(value, str) and re.fullmatch(r"[0-9A-Za-z]{1,64}", value) is not None


def _to_url(value: Any) -> Any:
    """Return "" for an invalid URL."""
    try:
        urlsplit(value or "")
    except (ValueError, AttributeError, TypeError):
        return ""
    return value or ""


def _without_nulls(value: Any) -> Any:
    """Remove the nulls that Spotify leaves where it has removed something."""
    return [part for part in value if part is not None] if isinstance(value, list) else value or []


Text = Annotated[str, BeforeValidator(_to_text)]
Id = Annotated[str | None, BeforeValidator(lambda value: value if _is_id(value) else None)]
# Spotify's own ids are short. These limits are DynamoDB's for keys.
ListenerId = Annotated[str, Field(min_length=1, max_length=200)]
Number = Annotated[int, BeforeValidator(lambda value: 0 if value is None else value)]


class SpotifyModel(BaseModel):
    """An immutable model that ignores unknown fields, and whose errors do not repeat values."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True, defer_build=True)


class EmptyResponse(RootModel[Any]):
    """A response whose content does not matter."""

    model_config = ConfigDict(defer_build=True)


class Link(SpotifyModel):
    """Addresses of an object; `spotify` is its page in Spotify's web player."""

    spotify: Text = ""


class SpotifyImage(SpotifyModel):
    """One size of an image. `url` is "" where it is invalid. `width` is null for some images."""

    url: Annotated[str, BeforeValidator(_to_url)] = ""
    width: int | None = None

    @property
    def image_id(self) -> str:
        """Spotify's id of this size of the image: the last part of the URL's path."""
        return urlsplit(self.url).path.rsplit("/", 1)[-1]

    @property
    def is_mosaic(self) -> bool:
        """Whether Spotify composed the image from four albums' artwork."""
        return (urlsplit(self.url).hostname or "").split(".")[0] == "mosaic"


class Artist(SpotifyModel):
    """`genres` may be empty, above all for apps in development mode."""

    id: Id = None
    name: Text = ""
    genres: Annotated[list[Text], BeforeValidator(_without_nulls)] = []


class Album(SpotifyModel):
    """`release_date`: a year, month or day; "0000" where Spotify does not know it. `type`: also "show" of a podcast."""

    id: Id = None
    type: Text = "album"
    name: Text = ""
    images: Annotated[list[SpotifyImage], BeforeValidator(_without_nulls)] = []
    release_date: Text = ""
    external_urls: Annotated[Link, BeforeValidator(lambda value: value or {})] = Field(default_factory=Link)

    @property
    def year(self) -> int | None:
        """The year of the release, or None where Spotify does not know it."""
        match = re.match(r"\d{4}", self.release_date)
        return int(match[0]) or None if match else None

    @property
    def picture_id(self) -> str | None:
        """What identifies the artwork, which editions and markets share, in all its sizes; the album's id without one.

        Spotify's ids of images are 40 hexadecimal digits, of which the first 16 say the kind and the size.
        """
        image_id = largest_image(self.images).image_id if self.images else ""
        return re.sub(r"^[0-9a-f]{16}(?=[0-9a-f]{24}$)", "", image_id) or self.id

    @property
    def url(self) -> str:
        """The album's page at Spotify."""
        return self.external_urls.spotify or f"https://open.spotify.com/album/{self.id}"


class Track(SpotifyModel):
    """A song; in playlists also a local file, which has no album with an id, or an episode.

    Spotify may call an episode a track. Then its album is a show.
    """

    type: Text = "track"
    name: Text = ""
    is_local: Annotated[bool, BeforeValidator(bool)] = False
    episode: Annotated[bool, BeforeValidator(bool)] = False
    album: Album | None = None
    artists: Annotated[list[Artist], BeforeValidator(_without_nulls)] = []

    @property
    def is_song(self) -> bool:
        """Whether this has an album and an artist with a name."""
        is_track = self.type in {"track", ""} and not self.is_local and not self.episode
        is_on_album = self.album is not None and self.album.id is not None and self.album.type in {"album", ""}
        return is_track and is_on_album and bool(self.artists and self.artists[0].name)


class ArtistPage(SpotifyModel):
    """A page of artists."""

    items: Annotated[list[Artist], BeforeValidator(_without_nulls)]


class TrackPage(SpotifyModel):
    """A page of songs."""

    items: Annotated[list[Track], BeforeValidator(_without_nulls)]


class ArtistTopTracks(SpotifyModel):
    """An artist's most popular songs."""

    tracks: Annotated[list[Track], BeforeValidator(_without_nulls)]


class SearchResult(SpotifyModel):
    """The result of a search for songs."""

    tracks: TrackPage


class PlaylistItem(SpotifyModel):
    """An entry of a playlist. Extended-quota apps get the field under its former name, `track`."""

    item: Track | None = Field(default=None, validation_alias=AliasChoices("item", "track"))


class PlaylistItemPage(SpotifyModel):
    """A page of a playlist's entries. `total` counts those of all pages."""

    items: Annotated[list[PlaylistItem], BeforeValidator(_without_nulls)]
    total: Number = 0


class PlaylistOwner(SpotifyModel):
    """`id` is the owner's `SpotifyUser.id`."""

    id: Text = ""


class Playlist(SpotifyModel):
    """A playlist without its entries. `images`: the sizes of its image."""

    id: str
    name: Text = ""
    owner: Annotated[PlaylistOwner, BeforeValidator(lambda value: value or {})] = Field(default_factory=PlaylistOwner)
    images: Annotated[list[SpotifyImage], BeforeValidator(_without_nulls)] = []


class ImageList(RootModel[Annotated[list[SpotifyImage], BeforeValidator(_without_nulls)]]):
    """The sizes of an image."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True, defer_build=True)


class Count(SpotifyModel):
    """How many entries a playlist has."""

    total: Number = 0


class PlaylistSummary(SpotifyModel):
    """A playlist in a listing. `entries` is `items` in responses, and `tracks` for extended-quota apps."""

    id: Id = None
    name: Text = ""
    snapshot_id: Text = ""
    owner: Annotated[PlaylistOwner, BeforeValidator(lambda value: value or {})] = Field(default_factory=PlaylistOwner)
    collaborative: Annotated[bool, BeforeValidator(bool)] = False
    images: Annotated[list[SpotifyImage], BeforeValidator(_without_nulls)] = []
    entries: Annotated[Count, BeforeValidator(lambda value: value or {})] = Field(
        default_factory=Count, validation_alias=AliasChoices("items", "tracks")
    )
    external_urls: Annotated[Link, BeforeValidator(lambda value: value or {})] = Field(default_factory=Link)

    @property
    def url(self) -> str:
        """The playlist's page at Spotify."""
        return self.external_urls.spotify or f"https://open.spotify.com/playlist/{self.id}"


class PlaylistPage(SpotifyModel):
    """A page of playlists. `total` counts those of all pages."""

    items: Annotated[list[PlaylistSummary], BeforeValidator(_without_nulls)]
    total: Number = 0


class SpotifyUser(SpotifyModel):
    """`id` owns playlists. `account_id` never changes, but not every response has it."""

    id: ListenerId
    account_id: Annotated[ListenerId | None, BeforeValidator(lambda value: value or None)] = None
    display_name: Text = ""


def filter_songs(tracks: Iterable[Track | None]) -> list[Track]:
    """Return the tracks that are songs."""
    return [track for track in tracks if track is not None and track.is_song]


def largest_image(images: Sequence[SpotifyImage]) -> SpotifyImage:
    """Return the widest image, or where no width is known the first: Spotify lists the largest first."""
    return max(images, key=lambda image: image.width or 0)
