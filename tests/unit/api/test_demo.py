"""Demo listeners: strangers on a stack whose owner allows the demo."""

from datetime import UTC, datetime, timedelta

import pytest

from api import dependencies
from coverart.aws import clients
from coverart.errors import DemoOnlyError
from coverart.spotify.client import create_spotify_client
from coverart.store import demo
from coverart.store.keys import daily_count_key, demo_requests_key
from tests.stored_files import put_object
from tests.stored_secrets import store_secret
from tests.unit.api.conftest import COVER, ApiClient, assert_error, log_in, put_cover, request_cover

SAMPLE, STRANGER_ID = {"kind": "sample"}, demo.new_demo_listener_id()
FORBIDDEN_ROUTES = [
    ("GET", "/api/playlists"),
    ("GET", "/api/top-artists"),
    ("PUT", "/api/settings"),
    ("POST", "/api/playlists/check"),
    ("POST", "/api/covers/bulk"),
    ("POST", "/api/tokens"),
    ("POST", f"/api/covers/{COVER}/share"),
    ("POST", f"/api/covers/{COVER}/apply"),
    ("POST", "/api/pictures"),
    ("GET", "/api/pictures"),
    ("POST", f"/api/pictures/{COVER}/import"),
]


@pytest.fixture
def stranger(step_functions, monkeypatch):
    """A demo listener on a stack whose listeners get paid paintings."""
    monkeypatch.setenv("ALLOW_DEMO", "true")
    monkeypatch.setenv("IMAGE_BACKEND", "openai")
    dependencies.get_listeners().save_demo_listener(STRANGER_ID, datetime.now(UTC))
    return log_in(STRANGER_ID)


def count_requests(change=None):
    """Return today's requests of all demo listeners, after setting them to `change`."""
    key, table = demo_requests_key(datetime.now(UTC)), clients.get_table("KeysTable")
    if change is not None:
        table.put_item(Item={**key, "requests": change})
    return table.get_item(Key=key).get("Item", {}).get("requests", 0)


def test_demo_is_off_unless_the_owner_allows_it(stranger, monkeypatch):
    for name in ("spotify_client_id", "spotify_client_secret"):
        store_secret(name)
    assert 'data-login="spotify-or-demo"' in ApiClient().call("GET", "/").body
    monkeypatch.setenv("ALLOW_DEMO", "false")
    assert_error(ApiClient().call("POST", "/demo"), 404, "not_found")
    assert_error(stranger.call("GET", "/api/me"), 401, "not_logged_in")
    assert 'data-login="spotify"' in ApiClient().call("GET", "/").body


def test_demo_begins_with_a_session_of_a_day_on_the_page_only(step_functions, monkeypatch):
    monkeypatch.setenv("ALLOW_DEMO", "true")
    assert_error(ApiClient(origin="https://evil.example").call("POST", "/demo"), 403, "foreign_origin")
    response = ApiClient().call("POST", "/demo")
    assert (response.status, response.headers["Location"]) == (303, "https://covers.example/")
    [cookie] = response.cookies
    assert {"HttpOnly", "Secure", "SameSite=Lax", "Path=/", "Max-Age=86400"} <= set(cookie.split("; "))
    account = ApiClient(cookie.partition(";")[0].removeprefix("__Host-session=")).call("GET", "/api/me").body
    assert (account["is_demo"], account["remind"]) == (True, False)


def test_demo_paints_sample_music_for_nothing(stranger):
    account = stranger.call("GET", "/api/me").body
    assert (account["image_backend"], account["cover_cost_usd"]) == ("painter", 0)
    assert (account["daily_limit"], account["candidates_default"]) == (demo.DEMO_COVERS_PER_DAY, 4)
    cover = request_cover(stranger, SAMPLE)
    assert cover.status == 202
    assert len(stranger.call("GET", f"/api/covers/{cover.body['cover_id']}").body["candidates"]) == 4
    for source in ({"kind": "top_artists"}, {"kind": "playlist", "playlist_id": "abc"}):
        assert_error(request_cover(stranger, source), 403, "demo_only")
    assert_error(request_cover(stranger, SAMPLE, picture=COVER), 403, "demo_only")
    items = clients.get_table("ListenersTable").scan()["Items"]
    assert {item["item"] for item in items} == {"profile"}, "nothing else would expire"


def test_demo_can_do_nothing_else(stranger):
    for method, path in FORBIDDEN_ROUTES:
        assert_error(stranger.call(method, path, None if method == "GET" else {}), 403, "demo_only", path)
    with pytest.raises(DemoOnlyError):
        create_spotify_client(STRANGER_ID)


def test_covers_of_all_demo_listeners_count_together(stranger):
    key = daily_count_key(demo.count_owner(STRANGER_ID), datetime.now(UTC))
    clients.get_table("KeysTable").put_item(Item={**key, "covers": demo.DEMO_COVERS_PER_DAY - 3})
    response = request_cover(stranger, SAMPLE)
    assert_error(response, 429, "daily_limit_reached")
    assert response.message.startswith("The demo has made 117 of today's 120 covers")


def test_requests_of_demo_listeners_end_at_the_days_limit(stranger):
    assert stranger.call("GET", "/api/me").status == 200
    assert count_requests() == 1
    count_requests(demo.DEMO_REQUESTS_PER_DAY)
    for response in (stranger.call("GET", "/api/me"), ApiClient().call("POST", "/demo")):
        assert_error(response, 429, "daily_limit_reached")
    assert count_requests() == demo.DEMO_REQUESTS_PER_DAY


def test_demo_gets_images_from_the_api_and_their_size_counts(stranger):
    """Nothing limits downloads at a presigned URL."""
    put_cover(STRANGER_ID)
    item = dependencies.get_covers().get(STRANGER_ID, COVER)
    put_object(item["pictures"]["master"], content := bytes(900_000))
    response = stranger.call("GET", f"/api/covers/{COVER}/image", query={"kind": "master", "download": "true"})
    assert (response.status, response.headers["Content-Type"]) == (200, "image/png")
    assert response.headers["Content-Disposition"].startswith("attachment")
    assert response.body == content
    assert count_requests() == 1 + 4
    account = stranger.call("GET", "/api/me", query={"covers": 9}).body
    for covers in (stranger.call("GET", "/api/covers").body, account["covers"]):
        assert [(cover["cover_id"], cover["thumbnail_url"]) for cover in covers["items"]] == [(COVER, None)]
    assert stranger.call("GET", f"/api/covers/{COVER}").body["cover_url"] is None
    assert_error(stranger.call("GET", f"/api/covers/{COVER}/artwork/9"), 404, "not_found")


def test_demo_listener_and_their_covers_expire_after_a_day(stranger):
    listeners, now = dependencies.get_listeners(), datetime.now(UTC)
    put_cover(STRANGER_ID)
    assert listeners.exists(STRANGER_ID, now)
    assert not listeners.exists(STRANGER_ID, now + timedelta(days=1, seconds=1))
    end = now + demo.DEMO_LIFETIME
    assert dependencies.get_covers().get(STRANGER_ID, COVER)["expires_at"] <= end.timestamp()
