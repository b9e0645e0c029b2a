"""What the Spotify stand-in knows and what its routes change."""

import hashlib
import time
from dataclasses import dataclass, field, replace
from typing import Literal

from scripts.standins import tokens
from scripts.standins.answers import Json
from scripts.standins.catalogue import Catalogue, Playlist, catalogue, spotify_id
from scripts.standins.serving import Recorder

Mode = Literal["development", "extended"]


@dataclass(frozen=True)
class Listener:
    """`id` is what the listener is called in tokens, `account_id` what we know them by."""

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
    """What the stand-in's routes change. `rotates`: a renewal gives a new refresh token too.

    `followed`: (listener, playlist id) of what is in somebody's library and somebody else's. By playlist: `images`,
    the custom image that it shows, as it was given; `image_ids`, that image's id; `uploads`, what came over the Web
    API, in its order; `waiting`, how often it is read before it shows which upload. By image's id: `pictures`, also
    those that no playlist shows any more. `shows_after`: those reads of a new upload; None never shows it.
    """

    mode: Mode
    music: Catalogue = field(default_factory=catalogue)
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

    def __post_init__(self) -> None:
        self.start_mode = self.mode
        self.reset()

    def reset(self) -> None:
        self.mode, self.rotates, self.shows_after = self.start_mode, False, 0
        self.playlists = dict(self.music.playlists)
        for images in (self.images, self.image_ids, self.uploads, self.pictures, self.waiting):
            images.clear()
        for kept in (self.followed, self.revoked, self.used_codes):
            kept.clear()
        self.recorder.clear()

    def tokens(self, listener: str, scope: str = tokens.SCOPE, age: float = 0) -> Json:
        """Valid tokens of a listener, as they are stored; `age` is the access token's, in seconds."""
        now = time.time()
        return {
            "access_token": tokens.issue("access", listener, scope, now - age),
            "refresh_token": tokens.issue("refresh", listener, scope, now),
            "expires_at": int(now - age) + tokens.ACCESS_LASTS,
            "scope": scope,
        }

    def add_playlist(self, name: str, titles: list[str], owner: str = "demo", image: bytes | None = None) -> str:
        """Gives its id. Songs are named by their titles; `image` is one of the owner's own."""
        by_name = {song.name: song for song in self.music.songs.values()}
        number = len(self.playlists)
        playlist_id = spotify_id("playlist", f"{name}#{number}")
        entries = tuple(by_name[title] for title in titles)
        # New dictionary: others may be reading the old one.
        self.playlists = {**self.playlists, playlist_id: Playlist(playlist_id, name, "", owner, False, entries)}
        if image is not None:
            self.set_image(playlist_id, image)
        return playlist_id

    def set_image(self, playlist_id: str, picture: bytes) -> str:
        """Gives the image's id, another one each time. It is shown at once, as one set in Spotify's own app is."""
        # Spotify's ids begin with what kind of picture it is.
        image_id = "ab67706c0000da84" + hashlib.sha256(f"{playlist_id}{len(self.pictures)}".encode()).hexdigest()[:24]
        self.pictures[image_id] = picture
        self.images[playlist_id], self.image_ids[playlist_id] = picture, image_id
        self.waiting.pop(playlist_id, None)
        return image_id

    def upload(self, playlist_id: str, jpeg: bytes) -> None:
        """What came over the Web API, which is shown as `shows_after` says."""
        self.uploads.setdefault(playlist_id, []).append(jpeg)
        if self.shows_after == 0:
            self.set_image(playlist_id, jpeg)
        else:
            self.waiting[playlist_id] = (self.shows_after, jpeg)

    def read(self, playlist_id: str) -> None:
        """Somebody reads the playlist."""
        reads, jpeg = self.waiting.get(playlist_id, (None, b""))
        if reads == 0:
            self.set_image(playlist_id, jpeg)
        elif reads is not None:
            self.waiting[playlist_id] = (reads - 1, jpeg)

    def add_songs(self, playlist_id: str, titles: list[str]) -> None:
        """Its snapshot is another from now on."""
        by_name = {song.name: song for song in self.music.songs.values()}
        playlist = self.playlists[playlist_id]
        grown = replace(playlist, entries=(*playlist.entries, *(by_name[title] for title in titles)))
        self.playlists = {**self.playlists, playlist_id: grown}
