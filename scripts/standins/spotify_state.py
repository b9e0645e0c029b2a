"""What the Spotify stand-in knows and what its routes change."""

import time
from dataclasses import dataclass, field
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
    """What the stand-in's routes change. `rotates`: a renewal gives a new refresh token too."""

    mode: Mode
    music: Catalogue = field(default_factory=catalogue)
    recorder: Recorder = field(default_factory=Recorder)
    playlists: dict[str, Playlist] = field(default_factory=dict)
    images: dict[str, bytes] = field(default_factory=dict)
    revoked: set[str] = field(default_factory=set)
    used_codes: set[str] = field(default_factory=set)
    rotates: bool = False

    def __post_init__(self) -> None:
        self.start_mode = self.mode
        self.reset()

    def reset(self) -> None:
        self.mode, self.rotates = self.start_mode, False
        self.playlists = dict(self.music.playlists)
        for kept in (self.images, self.revoked, self.used_codes):
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

    def add_playlist(self, name: str, titles: list[str], owner: str = "demo") -> str:
        """Gives its id. Songs are named by their titles."""
        by_name = {song.name: song for song in self.music.songs.values()}
        number = len(self.playlists)
        playlist_id = spotify_id("playlist", f"{name}#{number}")
        entries = tuple(by_name[title] for title in titles)
        # New dictionary: others may be reading the old one.
        self.playlists = {**self.playlists, playlist_id: Playlist(playlist_id, name, "", owner, False, entries)}
        return playlist_id
