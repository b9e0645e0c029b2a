"""The objects of Spotify's Web API, in development mode or with extended quota.

Extended quota: the fields of the specification, with the old names `tracks` and `track`. Development mode: without the
fields that Spotify removed in February 2026, with the new names `items` and `item`, and with genres that may be [],
null or missing. tests/tools/specs/README.md lists the differences.
"""

import json
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from scripts.fakes.artwork import SIZES
from scripts.fakes.catalog import Album, Artist, Playlist, Song, spotify_id

Json = dict[str, Any]
_WEBSITE = "https://open.spotify.com"
MOSAIC_SIZES = (640, 300, 60)
# A local file and a podcast episode in a playlist.
_SPECIAL_ENTRIES: Json = json.loads(Path(__file__).with_name("special_entries.json").read_text(encoding="utf-8"))
_REMOVED_FIELDS = {
    "track": {"available_markets", "popularity", "linked_from"},
    "album": {"available_markets", "popularity", "label"},
    "artist": {"followers", "popularity"},
    "user": {"country", "email", "explicit_content", "followers", "product"},
    "show": {"available_markets", "publisher"},
}


def mosaic_url(base: str) -> str:
    """Return the origin of the mosaics, which Spotify serves from another host (mosaic.scdn.co).

    The name resolves to loopback in browsers. No function downloads a mosaic.
    """
    return base.replace(str(urlsplit(base).hostname), "mosaic.localhost")


class ResponseBuilder:
    """`base` is the address of the fake, which also serves the pictures."""

    def __init__(self, base: str, development: bool) -> None:
        self.base = base.rstrip("/")
        self.development = development

    def filter_fields(self, value: Any) -> Any:
        """Remove the fields that this mode does not have from a complete response."""
        if not self.development:
            return value
        if isinstance(value, list):
            return [self.filter_fields(part) for part in value]
        if isinstance(value, dict):
            removed = _REMOVED_FIELDS.get(str(value.get("type")), set())
            return {name: self.filter_fields(part) for name, part in value.items() if name not in removed}
        return value

    def images(self, picture_id: str) -> list[Json]:
        return [{"url": f"{self.base}/image/{picture_id}-{size}", "height": size, "width": size} for size in SIZES]

    def custom_image(self, image_id: str) -> list[Json]:
        """One size, which Spotify does not state."""
        return [{"url": f"{self.base}/image/{image_id}", "height": None, "width": None}]

    def mosaic(self, album_ids: list[str]) -> list[Json]:
        """The mosaic of the first four albums."""
        tiles = list(dict.fromkeys(album_ids))[:4]
        tiles += tiles[:1] * (4 - len(tiles))
        base = mosaic_url(self.base)
        return [{"url": f"{base}/{size}/{''.join(tiles)}", "height": size, "width": size} for size in MOSAIC_SIZES]

    def simple_artist(self, artist: Artist) -> Json:
        return {**self._links("artist", artist.id), "name": artist.name}

    def artist(self, artist: Artist) -> Json:
        complete: Json = {
            **self.simple_artist(artist),
            "followers": {"href": None, "total": 10_000 + len(artist.name)},
            "genres": list(artist.genres),
            "images": [],
            "popularity": 50,
        }
        if self.development and artist.shortest_range == "never":
            # Development mode leaves genres out in three ways. The length of the name chooses one.
            way = len(artist.name) % 3
            complete["genres"] = None if way == 0 else []
            if way == 1:
                del complete["genres"]
        return complete

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

    def _album_images(self, album: Album) -> list[Json] | None:
        match album.artwork:
            case "none" | "missing":
                return []
            case "null":
                return None
            case "foreign":
                return [{"url": "https://pictures.invalid/image/sleeve", "height": 640, "width": 640}]
            case _:
                return self.images(album.id)

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

    def simple_playlist(self, playlist: Playlist, owner: Json, images: list[Json], snapshot: str) -> Json:
        entries = {"href": f"{self.base}/v1/playlists/{playlist.id}/items", "total": len(playlist.entries)}
        return {
            **self._links("playlist", playlist.id),
            "collaborative": False,
            "description": playlist.description,
            "images": images,
            "name": playlist.name,
            "owner": owner,
            "public": False,
            "snapshot_id": snapshot,
            "items" if self.development else "tracks": entries,
        }

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
        """Return the track or episode of an entry, or None for one that is no longer available."""
        if isinstance(entry, Song):
            return self.track(entry)
        content: Json | None = _SPECIAL_ENTRIES.get(entry)
        if content and entry == "episode":
            show = {**content["show"], **self._links("show", spotify_id("show", "tapes"))}
            return {**content, **self._links("episode", spotify_id("episode", "tapes-1")), "show": show}
        return content

    def page(self, path: str, items: list[Any], limit: int, offset: int) -> Json:
        """The paging object of `items` at `path`."""
        href = f"{self.base}/v1/{path}"
        next_offset, previous_offset = offset + limit, max(offset - limit, 0)
        return {
            "href": f"{href}?offset={offset}&limit={limit}",
            "items": items[offset : offset + limit],
            "limit": limit,
            "next": f"{href}?offset={next_offset}&limit={limit}" if next_offset < len(items) else None,
            "offset": offset,
            "previous": f"{href}?offset={previous_offset}&limit={limit}" if offset > 0 else None,
            "total": len(items),
        }

    def _links(self, kind: str, identifier: str) -> Json:
        return {
            "external_urls": {"spotify": f"{_WEBSITE}/{kind}/{identifier}"},
            "href": f"{self.base}/v1/{kind}s/{identifier}",
            "id": identifier,
            "type": kind,
            "uri": f"spotify:{kind}:{identifier}",
        }
