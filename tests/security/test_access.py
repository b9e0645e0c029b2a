"""Other listeners' ids and other origins' requests, on every route of the API."""

from datetime import UTC, datetime

import pytest

from coverart.aws import clients
from coverart.aws.s3 import Bucket
from coverart.store.keys import picture_file_key
from coverart.store.pictures import Picture, Pictures
from coverart.store.publish_history import HistoryEntry, PublishHistory
from tests.unit.api.conftest import COVER, PAGE, ApiClient, list_keys, put_cover

UNKNOWN_COVER = "20261122T120000000-ffffffffff"
TABLES = ("ListenersTable", "CoversTable", "KeysTable")
# A valid body of every route that needs one.
BODIES = {
    "PUT /api/settings": {},
    "PUT /api/playlists/{id}": {"auto": None},
    "POST /api/covers": {"source": {"kind": "top_artists"}},
    "POST /api/covers/bulk": {},
    "POST /api/covers/{id}/choose": {"candidate": 0},
    "POST /api/covers/apply": {"cover_ids": [COVER]},
    "POST /api/playlists/undo": {"playlist_ids": ["p1"]},
    "POST /api/tokens": {"name": "player"},
}


@pytest.fixture
def routes(step_functions):
    """Method and path of every route in the API document."""
    document = ApiClient().call("GET", "/openapi.json").body
    return [(method.upper(), path) for path, operations in document["paths"].items() for method in operations]


@pytest.fixture
def ada_ids(ada):
    """Ids of a cover, playlist, API token and history entry that exist for Ada."""
    put_cover("ada", playlist_id="p1")
    texts = {"playlist_id": "p1", "playlist_name": "", "picture": list_keys("covers/")[0], "status": "set"}
    entry = HistoryEntry(**texts, entry_id=COVER, cover_id=COVER, asked_at=datetime.now(UTC))
    PublishHistory(clients.get_table("ListenersTable")).add("ada", entry)
    token_id = ada.call("POST", "/api/tokens", {"name": "player"}).body["id"]
    picture = Picture(picture_id=COVER, created_at=datetime.now(UTC), width=640, height=480)
    Pictures(clients.get_table("ListenersTable")).add("ada", picture)
    for name in ("picture.jpg", "thumbnail.jpg"):
        Bucket(clients.get_client("s3"), "bucket").put(picture_file_key("ada", COVER, name), b"x", "image/jpeg")
    return {"covers": COVER, "playlists": "p1", "tokens": token_id, "pictures": COVER, "entry": COVER}


def read_all_data():
    """Return the items of each table, and the keys of the bucket."""
    return [sorted(map(str, clients.get_table(name).scan()["Items"])) for name in TABLES], list_keys()


def read_data_of_ada():
    tables, keys = read_all_data()
    return [[item for item in items if "'ada'" in item] for items in tables], [key for key in keys if "/ada/" in key]


def fill_path(path, ids):
    """Insert ids into the path of a route. `{id}` is the id of what the path's second part names."""
    resource_id = ids.get(path.split("/")[2], "")
    return path.replace("{id}", resource_id).replace("{entry}", ids["entry"]).replace("{n}", "0")


def test_foreign_id_gives_the_response_to_an_unknown_one(ada_ids, ada, bob, routes, convert_function):
    unknown_ids = {"covers": UNKNOWN_COVER, "playlists": "p2", "tokens": "0123456789abcdef", "entry": UNKNOWN_COVER}
    unknown_ids["pictures"] = UNKNOWN_COVER
    data_before = read_data_of_ada()
    routes_with_id = [(method, path) for method, path in routes if "{" in path]
    assert len(routes_with_id) == 18
    for method, path in routes_with_id:
        body = BODIES.get(f"{method} {path}")
        foreign, unknown = (bob.call(method, fill_path(path, ids), body) for ids in (ada_ids, unknown_ids))
        assert foreign.status == unknown.status, path
        assert str(foreign.body).replace("p1", "p2") == str(unknown.body), path
        if not path.startswith("/api/playlists/{id}") or "{entry}" in path:
            code = "picture_not_found" if path.startswith("/api/pictures/") else "not_found"
            assert (foreign.status, foreign.code) == (404, code), path
    # Ids in bodies and queries.
    for ids in (ada_ids, unknown_ids):
        for options in ({"look": ids["covers"]}, {"like": {"cover_id": ids["covers"]}}):
            body = {"source": {"kind": "top_artists"}, "options": options}
            assert bob.call("POST", "/api/covers", body).code == "not_found"
        for options in ({"picture": ids["pictures"]}, {"style_pictures": [ids["pictures"]]}):
            body = {"source": {"kind": "top_artists"}, "options": options}
            assert bob.call("POST", "/api/covers", body).code == "picture_not_found"
        [item] = bob.call("POST", "/api/covers/apply", {"cover_ids": [ids["covers"]]}).body["items"]
        assert item["error"]["code"] == "not_found"
        assert bob.call("POST", "/api/playlists/p1/undo", {"entry": ids["entry"]}).code == "not_found"
    nothing = {"items": [], "on_spotify": [], "next": None}
    assert bob.call("GET", "/api/covers", query={"cursor": UNKNOWN_COVER}).body == nothing
    assert read_data_of_ada() == data_before
    assert ada.call("GET", f"/api/covers/{COVER}").status == 200
    assert ada.call("GET", f"/api/pictures/{COVER}/image").status == 302


def test_other_origin_is_refused_on_every_changing_route(ada_ids, ada, routes):
    data_before = read_all_data()
    changing_routes = [(method, path) for method, path in routes if method != "GET"]
    assert len(changing_routes) == 22
    for origin in ("", "null", "https://evil.example", f"{PAGE}.evil.example", f"{PAGE}:8443", f"http{PAGE[5:]}"):
        for method, path in changing_routes:
            response = ada.call(method, fill_path(path, ada_ids), BODIES.get(f"{method} {path}"), origin=origin)
            assert (response.status, response.code) == (403, "foreign_origin"), (path, origin)
    assert read_all_data() == data_before


def test_id_with_a_line_end_reaches_no_header(ada_ids, ada):
    response = ada.call("POST", f"/api/covers/{COVER}/apply", {"playlist_id": "p1\r\nX-Evil: 1"})
    assert (response.status, response.code) == (422, "invalid_request")
    assert not any("Evil" in name or "Evil" in value for name, value in response.headers.items())
