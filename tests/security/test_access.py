"""Other listeners' ids and other origins' requests, on every route of the API."""

from datetime import UTC, datetime

import pytest

from coverart.aws import clients
from coverart.store.keys import picture_file_key
from coverart.store.pictures import Picture, Pictures
from coverart.store.publish_history import HistoryEntry, PublishHistory
from tests.security.valid_bodies import VALID_BODIES
from tests.stored_files import list_keys, put_object
from tests.unit.api.conftest import COVER, PAGE, ApiClient, assert_error, put_cover

UNKNOWN_COVER = "20261122T120000000-ffffffffff"
UNKNOWN_IDS = {**dict.fromkeys(("covers", "pictures", "entry"), UNKNOWN_COVER), "playlists": "p2", "tokens": "0" * 16}


@pytest.fixture
def routes(step_functions):
    """Method and path of every route in the API document."""
    document = ApiClient().call("GET", "/openapi.json").body
    return [(method.upper(), path) for path, operations in document["paths"].items() for method in operations]


@pytest.fixture
def ada_ids(ada):
    """Ids of a cover, playlist, API token and history entry that exist for Ada."""
    table, now = clients.get_table("ListenersTable"), datetime.now(UTC)
    put_cover("ada", playlist_id="p1")
    texts = {"playlist_id": "p1", "playlist_name": "", "picture": list_keys("covers/")[0], "status": "set"}
    PublishHistory(table).add("ada", HistoryEntry(**texts, entry_id=COVER, cover_id=COVER, asked_at=now))
    Pictures(table).add("ada", Picture(picture_id=COVER, created_at=now, width=640, height=480))
    for name in ("picture.jpg", "thumbnail.jpg"):
        put_object(picture_file_key("ada", COVER, name))
    token_id = ada.call("POST", "/api/tokens", {"name": "player"}).body["id"]
    return {"covers": COVER, "playlists": "p1", "tokens": token_id, "pictures": COVER, "entry": COVER}


def read_data(mark=""):
    """Return the items of each table and the keys of the bucket that contain `mark`."""
    tables = [clients.get_table(name).scan()["Items"] for name in ("ListenersTable", "CoversTable", "KeysTable")]
    return [sorted(text for text in map(str, part) if mark in text) for part in (*tables, list_keys())]


def fill_path(path, ids):
    """Insert ids into the path of a route. `{id}` is the id of what the path's second part names."""
    resource_id = ids.get(path.split("/")[2], "")
    return path.replace("{id}", resource_id).replace("{entry}", ids["entry"]).replace("{n}", "0")


def test_foreign_id_gives_the_response_to_an_unknown_one(ada_ids, ada, bob, routes, convert_function):
    data_of_ada = read_data("ada")
    routes_with_id = [(method, path) for method, path in routes if "{" in path]
    assert len(routes_with_id) == 18
    for method, path in routes_with_id:
        body = VALID_BODIES.get((method, path))
        foreign, unknown = (bob.call(method, fill_path(path, ids), body) for ids in (ada_ids, UNKNOWN_IDS))
        assert foreign.status == unknown.status, path
        assert str(foreign.body).replace("p1", "p2") == str(unknown.body), path
        if not path.startswith("/api/playlists/{id}") or "{entry}" in path:
            code = "picture_not_found" if path.startswith("/api/pictures/") else "not_found"
            assert_error(foreign, 404, code, path)
    for ids in (ada_ids, UNKNOWN_IDS):
        for options, code in (
            ({"look": ids["covers"]}, "not_found"),
            ({"like": {"cover_id": ids["covers"]}}, "not_found"),
            ({"picture": ids["pictures"]}, "picture_not_found"),
            ({"style_pictures": [ids["pictures"]]}, "picture_not_found"),
        ):
            body = {"source": {"kind": "top_artists"}, "options": options}
            assert bob.call("POST", "/api/covers", body).code == code
        [item] = bob.call("POST", "/api/covers/apply", {"cover_ids": [ids["covers"]]}).body["items"]
        assert item["error"]["code"] == "not_found"
        assert bob.call("POST", "/api/playlists/p1/undo", {"entry": ids["entry"]}).code == "not_found"
    nothing = {"items": [], "on_spotify": [], "next": None}
    assert bob.call("GET", "/api/covers", query={"cursor": UNKNOWN_COVER}).body == nothing
    assert read_data("ada") == data_of_ada
    assert ada.call("GET", f"/api/covers/{COVER}").status == 200
    assert ada.call("GET", f"/api/pictures/{COVER}/image").status == 302


def test_other_origin_is_refused_on_every_changing_route(ada_ids, ada, routes):
    data_before = read_data()
    changing_routes = [(method, path) for method, path in routes if method != "GET"]
    assert len(changing_routes) == 22
    for origin in ("", "null", "https://evil.example", f"{PAGE}.evil.example", f"{PAGE}:8443", f"http{PAGE[5:]}"):
        for method, path in changing_routes:
            response = ada.call(method, fill_path(path, ada_ids), VALID_BODIES.get((method, path)), origin=origin)
            assert_error(response, 403, "foreign_origin", (path, origin))
    assert read_data() == data_before


def test_id_with_a_line_end_reaches_no_header(ada_ids, ada):
    response = ada.call("POST", f"/api/covers/{COVER}/apply", {"playlist_id": "p1\r\nX-Evil: 1"})
    assert_error(response, 422, "invalid_request")
    assert not any("Evil" in name or "Evil" in value for name, value in response.headers.items())
