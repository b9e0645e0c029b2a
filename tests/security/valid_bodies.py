"""A valid body of every route of the API that takes one."""

from tests.unit.api.conftest import ALBUM, COVER

PLAYLIST_SOURCE = {"kind": "playlist", "playlist_id": "p1", "count": 3}
_OPTIONS = {"style_strength": 0.5, "style_albums": [ALBUM], "direction": "a cat", "variation": 1, "publish": True}
_OPTIONS |= {"candidates": 1, "like": {"cover_id": COVER, "candidate": 0}}
VALID_BODIES = {
    ("PUT", "/api/settings"): {"style_strength": 0.5, "keep_colours": True, "auto_cover_pattern": "Mix*"},
    ("PUT", "/api/playlists/{id}"): {"auto": True},
    ("POST", "/api/covers"): {"source": PLAYLIST_SOURCE, "options": _OPTIONS},
    ("POST", "/api/covers/bulk"): {"dry_run": True, "options": _OPTIONS, "playlists": ["p1"], "replace_own": False},
    ("POST", "/api/covers/{id}/apply"): {"playlist_id": "p1"},
    ("POST", "/api/covers/{id}/choose"): {"candidate": 0},
    ("POST", "/api/covers/apply"): {"cover_ids": [COVER]},
    ("POST", "/api/playlists/undo"): {"playlist_ids": ["p1"]},
    ("POST", "/api/playlists/{id}/undo"): {"entry": COVER},
    ("POST", "/api/tokens"): {"name": "player"},
}
