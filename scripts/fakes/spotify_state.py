"""What the fake Spotify knows, and what its routes change."""

import hashlib
import time
from dataclasses import dataclass, field, replace
from typing import Literal

from scripts.fakes import tokens
from scripts.fakes.catalog import Catalog, Playlist, load_catalog, spotify_id
from scripts.fakes.server import Recorder
from scripts.fakes.spotify_responses import Json

Mode = Literal["development", "extended"]


@dataclass(frozen=True)
class Listener:
    """`id` identifies the listener in tokens, `account_id` in the API.

    `allowed`: registered with the app. `top`: has top artists and songs.
    """

    id: str
    account_id: str
    name: str
    allowed: bool = True
    top: bool = False


LISTENERS = {
    listener.id: listener
    for listener in (
        Listener("demo", "DemoListener1", "Robin Aldermoor", top=True),
        Listener("newcomer", "Newcomer2", "Kit Newcombe"),
        Listener("stranger", "Stranger3", "Sam Strange", allowed=False),
        Listener("somebody", "Somebody4", "Somebody Else"),
    )
}


@dataclass
class State:
    """The fake's data. A test changes it through the attributes and `reset`.

    `followed` holds (listener, playlist id) for playlists of others in a listener's library. By playlist id: `images`,
    the bytes of its custom image; `image_ids`, the id of that image; `uploads`, every JPEG uploaded over the Web API,
    in order; `waiting`, an upload that is not shown yet and the reads until it is. By image id: `pictures`, also those
    that no playlist shows any more. `shows_after`: after how many reads of the playlist a new upload appears; None is
    never. `premium`: the app's owner has it. `rotates`: renewing an access token returns a new refresh token, too, and
    revokes the old one.
    """

    mode: Mode
    music: Catalog = field(default_factory=load_catalog)
    recorder: Recorder = field(default_factory=Recorder)
    playlists: dict[str, Playlist] = field(default_factory=dict)
    followed: set[tuple[str, str]] = field(default_factory=set)
    images: dict[str, bytes] = field(default_factory=dict)
    image_ids: dict[str, str] = field(default_factory=dict)
    uploads: dict[str, list[bytes]] = field(default_factory=dict)
    pictures: dict[str, bytes] = field(default_factory=dict)
    shows_after: int | None = 0
    waiting: dict[str, tuple[int | None, bytes]] = field(default_factory=dict)
    revoked: set[str] = field(default_factory=set)
    used_codes: set[str] = field(default_factory=set)
    rotates: bool = False
    premium: bool = True

    def __post_init__(self) -> None:
        self.start_mode = self.mode
        self.reset()

    def reset(self) -> None:
        self.mode, self.rotates, self.shows_after, self.premium = self.start_mode, False, 0, True
        # New ones, because another thread may be iterating over the old ones.
        for name, values in vars(self).items():
            if isinstance(values, dict | set):
                setattr(self, name, type(values)())
        self.playlists = dict(self.music.playlists)
        self.recorder.clear()

    def tokens(self, listener: str, scope: str = tokens.SCOPE, age: float = 0) -> Json:
        """Return valid tokens of a listener as the product stores them. `age`: the access token's, in seconds."""
        now = time.time()
        return {
            "access_token": tokens.issue_token("access", listener, scope, now - age),
            "refresh_token": tokens.issue_token("refresh", listener, scope, now),
            "expires_at": int(now - age) + tokens.ACCESS_SECONDS,
            "scope": scope,
        }

    def add_playlist(self, name: str, titles: list[str], owner: str = "demo", image: bytes | None = None) -> str:
        """Add a playlist of the songs with these titles, with a custom image if one is passed; return its id."""
        playlist_id = spotify_id("playlist", f"{name}#{len(self.playlists)}")
        self._put_playlist(Playlist(playlist_id, name, "", owner, False, ()), titles)
        if image is not None:
            self.set_image(playlist_id, image)
        return playlist_id

    def set_image(self, playlist_id: str, picture: bytes) -> str:
        """Show an image at once, as for one set in Spotify's own app; return the image's new id."""
        # Spotify's ids begin with the kind of picture.
        image_id = "ab67706c0000da84" + hashlib.sha256(f"{playlist_id}{len(self.pictures)}".encode()).hexdigest()[:24]
        self.pictures[image_id] = picture
        self.images[playlist_id], self.image_ids[playlist_id] = picture, image_id
        self.waiting.pop(playlist_id, None)
        return image_id

    def upload(self, playlist_id: str, jpeg: bytes) -> None:
        """Take an upload over the Web API, which appears as `shows_after` says."""
        self.uploads.setdefault(playlist_id, []).append(jpeg)
        if self.shows_after == 0:
            self.set_image(playlist_id, jpeg)
        else:
            self.waiting[playlist_id] = (self.shows_after, jpeg)

    def count_read(self, playlist_id: str) -> None:
        """Count a read of the playlist, after which a waiting upload may appear."""
        reads, jpeg = self.waiting.get(playlist_id, (None, b""))
        if reads == 0:
            self.set_image(playlist_id, jpeg)
        elif reads is not None:
            self.waiting[playlist_id] = (reads - 1, jpeg)

    def add_songs(self, playlist_id: str, titles: list[str]) -> None:
        """Append songs, which changes the playlist's snapshot."""
        self._put_playlist(self.playlists[playlist_id], titles)

    def _put_playlist(self, playlist: Playlist, titles: list[str]) -> None:
        songs = {song.name: song for song in self.music.songs.values()}
        longer = replace(playlist, entries=(*playlist.entries, *(songs[title] for title in titles)))
        # A new dictionary, because another thread may be iterating over the old one.
        self.playlists = {**self.playlists, playlist.id: longer}
