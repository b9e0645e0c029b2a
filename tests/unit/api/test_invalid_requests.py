"""Requests that the API refuses with 422, whatever is stored, and without starting anything."""

import pytest

from tests.unit.api.conftest import COVER, PLAYLIST, put_cover
from tests.unit.api.history import put_entry

COVERS, APPLY, UNDO = "/api/covers", f"/api/covers/{COVER}/apply", f"/api/playlists/{PLAYLIST}/undo"
BODIES = {
    "PUT /api/settings": [
        {"style_strength": 2},
        {"keep_colours": "maybe"},
        {"colour": 1},
        {"auto_cover_pattern": "x" * 101},
        {"lettering": "text"},
        {"look": "sepia"},
        {"look": COVER},
        {"second_line": "x" * 41},
        [],
        "{",
    ],
    "POST /api/tokens": [{}, {"name": ""}, {"name": "x" * 101}, {"name": 7}, {"name": "a", "b": 1}, [], None],
    "POST /api/covers/bulk": [
        {"dry_run": "perhaps"},
        {"dry_run": False, "options": {"style_strength": 2}},
        {"dry_run": False, "source": {"kind": "top_artists"}},
        None,
        [],
    ],
    f"POST {APPLY}": [{"playlist_id": "../x"}, {"playlist": "x"}, [], "{", 7],
    f"POST {UNDO}": [{"entry": "x"}, {"entries": []}, [], "{"],
    "PUT /api/playlists/x1": [{}, {"auto": "often"}],
    "PUT /api/playlists/no-id": [{"auto": True}],
    f"PUT /api/playlists/{'x' * 65}": [{"auto": True}],
    **{
        f"{route.split()[0]} /api/playlists/{playlist_id}/{route.split()[1]}": [None]
        for route in ("GET history", "DELETE history", "POST undo")
        for playlist_id in ("no-id", "x" * 65)
    },
    **{f"GET {COVERS}/{COVER}/artwork/{position}": [None] for position in ("-1", "x", "50", "1e3")},
}
QUERIES = {
    COVERS: [{"limit": 0}, {"limit": 51}, {"limit": "x"}, {"cursor": "x"}, {"cursor": ""}],
    f"{COVERS}/{COVER}/image": [{"kind": ""}, {"kind": "raw"}, {"kind": "../steps"}],
    "/api/playlists": [{"cursor": cursor} for cursor in ("-1", "x", "", "100000", "٣")],
}
HEADERS = [
    *({"content_type": name} for name in ("text/plain", "multipart/form-data", "application/x-www-form-urlencoded")),
    *({"idempotency_key": key} for key in ("", "x" * 151)),
]


@pytest.fixture
def assert_invalid(ada, step_functions):
    """A function that sends a request and checks its response."""
    put_cover("ada", playlist_id=PLAYLIST)
    put_entry(1)

    def assert_invalid(method, path, body=None, query=None, **headers):
        response = ada.call(method, path, body, query, **headers)
        assert (response.status, response.code) == (422, "invalid_request"), (path, body, query)
        assert step_functions.started == {}

    return assert_invalid


@pytest.mark.parametrize("route", BODIES)
def test_invalid_path_or_body_is_refused(assert_invalid, route):
    for body in BODIES[route]:
        assert_invalid(*route.split(), body)


@pytest.mark.parametrize("path", QUERIES)
def test_invalid_query_is_refused(assert_invalid, path):
    for query in QUERIES[path]:
        assert_invalid("GET", path, query=query)


@pytest.mark.parametrize("headers", HEADERS, ids=str)
def test_invalid_header_is_refused(assert_invalid, headers):
    body = "source=x" if "content_type" in headers else {"source": {"kind": "top_artists"}}
    assert_invalid("POST", COVERS, body, **headers)
