"""The objects of Spotify's Web API, as an app in development mode or one with extended quota gets them.

Extended quota: the specification's fields, with the old names `tracks` and `track`. Development mode: without the
fields that went in February 2026, with the new names `items` and `item`, and with genres that may be [], null or
missing. See tests/specs/README.md.
"""

from typing import Any
from urllib.parse import urlsplit

from scripts.standins.artwork import SIZES
from scripts.standins.catalogue import Album, Artist, Playlist, Song, spotify_id

Json = dict[str, Any]
OPEN = "https://open.spotify.com"
MOSAIC_SIZES = (640, 300, 60)
_GONE = {
    "track": {"available_markets", "popularity", "linked_from"},
    "album": {"available_markets", "popularity", "label"},
    "artist": {"followers", "popularity"},
    "user": {"country", "email", "explicit_content", "followers", "product"},
    "show": {"available_markets", "publisher"},
}


def mosaic_url(base: str) -> str:
    """Where the mosaics lie: Spotify's are on mosaic.scdn.co. On loopback always; no function downloads one."""
    return base.replace(str(urlsplit(base).hostname), "mosaic.localhost")


class Answers:
    """`base` is the stand-in's address, under which the pictures lie."""

    def __init__(self, base: str, development: bool) -> None:
        self.base = base.rstrip("/")
        self.development = development

    def told(self, answer: Any) -> Any:
        """What this mode tells of a full answer."""
        if not self.development:
            return answer
        if isinstance(answer, list):
            return [self.told(part) for part in answer]
        if isinstance(answer, dict):
            gone = _GONE.get(str(answer.get("type")), set())
            return {name: self.told(part) for name, part in answer.items() if name not in gone}
        return answer

    def images(self, picture_id: str) -> list[Json]:
        return [{"url": f"{self.base}/image/{picture_id}-{size}", "height": size, "width": size} for size in SIZES]

    def custom_image(self, image_id: str) -> list[Json]:
        """One size, and Spotify does not say which."""
        return [{"url": f"{self.base}/image/{image_id}", "height": None, "width": None}]

    def mosaic(self, album_ids: list[str]) -> list[Json]:
        """Of the first four albums, on a host of its own."""
        tiles = list(dict.fromkeys(album_ids))[:4]
        tiles += tiles[:1] * (4 - len(tiles))
        base = mosaic_url(self.base)
        return [{"url": f"{base}/{size}/{''.join(tiles)}", "height": size, "width": size} for size in MOSAIC_SIZES]

    def simple_artist(self, artist: Artist) -> Json:
        return {**self._links("artist", artist.id), "name": artist.name}

    def artist(self, artist: Artist) -> Json:
        full: Json = {
            **self.simple_artist(artist),
            "followers": {"href": None, "total": 10_000 + len(artist.name)},
            "genres": list(artist.genres),
            "images": [],
            "popularity": 50,
        }
        if self.development and artist.heard == "never":
            # The ways in which development mode leaves genres out, shared among the artists by their names' lengths.
            match len(artist.name) % 3:
                case 0:
                    full["genres"] = None
                case 1:
                    del full["genres"]
                case 2:
                    full["genres"] = []
        return full

    def simple_album(self, album: Album) -> Json:
        return {
            **self._links("album", album.id),
            "album_type": "album",
            "artists": [self.simple_artist(album.artist)],
            "available_markets": ["DE", "GB", "US"],
            "images": self._album_images(album),
            "name": album.name,
            "release_date": album.released,
            "release_date_precision": ("year", "month", "day")[album.released.count("-")],
            "total_tracks": len(album.tracks),
        }

    def _album_images(self, album: Album) -> Any:
        match album.artwork:
            case "none" | "missing":
                return []
            case "null":
                return None
            case "foreign":
                return [{"url": "https://pictures.invalid/image/sleeve", "height": 640, "width": 640}]
            case _:
                return self.images(album.id)

    def album(self, album: Album, songs: list[Song]) -> Json:
        return {
            **self.simple_album(album),
            "copyrights": [{"text": f"{album.released[:4]} The Demo Label", "type": "P"}],
            "external_ids": {"upc": "0" * 12},
            "genres": [],
            "label": "The Demo Label",
            "popularity": 40,
            "tracks": self.page(f"albums/{album.id}/tracks", [self.simple_track(song) for song in songs], 50, 0),
        }

    def simple_track(self, song: Song) -> Json:
        return {
            **self._links("track", song.id),
            "artists": [self.simple_artist(song.album.artist)],
            "available_markets": ["DE", "GB", "US"],
            "disc_number": 1,
            "duration_ms": 180_000 + 7_000 * song.number,
            "explicit": False,
            "is_local": False,
            "name": song.name,
            "preview_url": None,
            "track_number": song.number,
        }

    def track(self, song: Song) -> Json:
        return {
            **self.simple_track(song),
            "album": self.simple_album(song.album),
            "external_ids": {"isrc": "XXDEM0000001"},
            "popularity": 45,
        }

    def user(self, listener_id: str, name: str) -> Json:
        return {**self._links("user", listener_id), "display_name": name}

    def simple_playlist(self, playlist: Playlist, owner: Json, image: Any, snapshot: str) -> Json:
        entries = {"href": f"{self.base}/v1/playlists/{playlist.id}/items", "total": len(playlist.entries)}
        return {
            **self._links("playlist", playlist.id),
            "collaborative": False,
            "description": playlist.description,
            "images": image,
            "name": playlist.name,
            "owner": owner,
            "public": False,
            "snapshot_id": snapshot,
            self._entries_name: entries,
        }

    @property
    def _entries_name(self) -> str:
        return "items" if self.development else "tracks"

    def entries(self, playlist: Playlist, owner: Json, limit: int, offset: int) -> Json:
        """A page of the playlist's entries."""
        added_by = {name: part for name, part in owner.items() if name != "display_name"}
        entries = [
            {
                "added_at": "2026-01-31T20:15:00Z",
                "added_by": added_by,
                "is_local": entry == "local",
                "item" if self.development else "track": self._entry(entry),
            }
            for entry in playlist.entries
        ]
        return self.page(f"playlists/{playlist.id}/items", entries, limit, offset)

    def _entry(self, entry: Song | str) -> Json | None:
        match entry:
            case Song():
                return self.track(entry)
            case "episode":
                return self._episode()
            case "local":
                return {
                    "album": {"album_type": None, "artists": [], "id": None, "images": [], "name": "", "type": "album"},
                    "artists": [{"id": None, "name": "Somebody's Tape", "type": "artist"}],
                    "id": None,
                    "is_local": True,
                    "name": "Side B, Untitled",
                    "type": "track",
                    "uri": "spotify:local:Somebody%27s+Tape::Side+B:201",
                }
            case _:
                return None

    def _episode(self) -> Json:
        show = {
            **self._links("show", spotify_id("show", "tapes")),
            "available_markets": ["DE", "GB", "US"],
            "copyrights": [],
            "description": "",
            "explicit": False,
            "html_description": "",
            "images": [],
            "is_externally_hosted": False,
            "languages": ["en"],
            "media_type": "audio",
            "name": "Talking About Tapes",
            "publisher": "The Demo Label",
            "total_episodes": 1,
        }
        return {
            **self._links("episode", spotify_id("episode", "tapes-1")),
            "audio_preview_url": None,
            "description": "",
            "duration_ms": 1_800_000,
            "explicit": False,
            "html_description": "",
            "images": [],
            "is_externally_hosted": False,
            "is_playable": True,
            "languages": ["en"],
            "name": "Side A",
            "release_date": "2024-05-01",
            "release_date_precision": "day",
            "show": show,
        }

    def page(self, path: str, everything: list[Any], limit: int, offset: int) -> Json:
        href = f"{self.base}/v1/{path}"
        following, before = offset + limit, max(offset - limit, 0)
        return {
            "href": f"{href}?offset={offset}&limit={limit}",
            "items": everything[offset : offset + limit],
            "limit": limit,
            "next": f"{href}?offset={following}&limit={limit}" if following < len(everything) else None,
            "offset": offset,
            "previous": f"{href}?offset={before}&limit={limit}" if offset > 0 else None,
            "total": len(everything),
        }

    def _links(self, kind: str, identifier: str) -> Json:
        return {
            "external_urls": {"spotify": f"{OPEN}/{kind}/{identifier}"},
            "href": f"{self.base}/v1/{kind}s/{identifier}",
            "id": identifier,
            "type": kind,
            "uri": f"spotify:{kind}:{identifier}",
        }
