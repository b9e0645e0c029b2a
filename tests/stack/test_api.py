"""The HTTP API of the deployed stack: account, playlists, covers and API tokens."""

import io
import time
import uuid

import pytest
import requests
from PIL import Image

from coverart.store.listeners import ListenerSettings
from scripts.fakes.catalog import spotify_id
from scripts.fakes.server import Fault
from tests.stack.api_client import COVER_REQUEST, ROUTES, UNKNOWN_ID, assert_error
from tests.stack.stack_state import set_covers_today


@pytest.mark.parametrize(("method", "path", "body"), ROUTES)
def test_route_without_login_is_refused(local, method, path, body):
    response = requests.request(method, local.url + path.format(id=UNKNOWN_ID), json=body, timeout=60)
    assert_error(response, 401, "not_logged_in")


def test_settings_are_stored_and_validated(client):
    assert client.call("GET", "/api/me").json()["display_name"] == "Robin Aldermoor"
    new_settings = ListenerSettings(style_strength=0.4, keep_colours=True, auto_cover_pattern="Mix*").to_json()
    assert client.call("PUT", "/api/settings", new_settings).json() == new_settings
    assert client.call("GET", "/api/me").json()["settings"] == new_settings
    assert_error(client.call("PUT", "/api/settings", {"style_strength": 7}), 422, "invalid_request")
    client.call("PUT", "/api/settings", {})


def test_playlists_are_the_listeners_own(client, other_client):
    playlists = client.call("GET", "/api/playlists").json()["items"]
    assert spotify_id("playlist", "everything-at-once") in {playlist["id"] for playlist in playlists}
    # Browsers resolve *.localhost, Python does not.
    image = playlists[0]["image"].replace("mosaic.localhost", "127.0.0.1")
    assert requests.get(image, timeout=10).headers["Content-Type"] == "image/jpeg"
    assert other_client.call("GET", "/api/playlists").json()["items"] == []
    assert_error(client.call("GET", "/api/playlists?cursor=x"), 422, "invalid_request")


def test_switching_automation_on_marks_playlists_as_known(local, client, other_client):
    playlist_id = spotify_id("playlist", "everything-at-once")
    local.spotify.state.recorder.faults.append(Fault("/v1/me/playlists", 500))
    assert_error(client.call("PUT", "/api/settings", {"auto_cover": True}), 503, "spotify_unavailable")
    assert client.call("GET", "/api/me").json()["settings"]["auto_cover"] is False
    assert client.call("PUT", "/api/settings", {"auto_cover": True}).json()["auto_cover"] is True
    automation = client.call("PUT", f"/api/playlists/{playlist_id}", {"auto": False}).json()
    assert automation == {"id": playlist_id, "auto": False, "standing": "known"}
    playlists = client.call("GET", "/api/playlists").json()["items"]
    [playlist] = [playlist for playlist in playlists if playlist["id"] == playlist_id]
    assert (playlist["auto"], playlist["standing"]) == (False, "known")
    assert_error(client.call("PUT", f"/api/playlists/{playlist_id}", {"auto": "often"}), 422, "invalid_request")
    # Another listener's setting concerns only their own covers.
    assert other_client.call("PUT", f"/api/playlists/{playlist_id}", {"auto": True}).json()["standing"] is None
    assert client.call("PUT", f"/api/playlists/{playlist_id}", {"auto": None}).json()["auto"] is None
    client.call("PUT", "/api/settings", {})


def test_cover_is_made_once_per_idempotency_key(client):
    headers = {"Idempotency-Key": str(uuid.uuid4())}
    response = client.call("POST", "/api/covers", COVER_REQUEST, headers=headers)
    assert response.status_code == 202
    repeated = client.call("POST", "/api/covers", COVER_REQUEST, headers=headers)
    assert repeated.json()["cover_id"] == response.json()["cover_id"]
    assert_error(client.call("POST", "/api/covers", {"source": {"kind": "radio"}}), 422, "invalid_request")
    statuses, deadline = [], time.monotonic() + 120
    while time.monotonic() < deadline:
        cover = client.call("GET", response.headers["Location"]).json()
        statuses.append(cover["status"])
        if cover["status"] in {"done", "failed"}:
            break
        time.sleep(0.2)
    assert statuses[-1] == "done"
    assert set(statuses) <= {"accepted", "running", "done"}
    assert client.call("GET", "/api/covers?limit=1").json()["items"][0]["cover_id"] == cover["cover_id"]
    assert [song["rank"] for song in cover["songs"]] == [1, 2, 3]


@pytest.mark.parametrize(("kind", "size"), [("cover", 640), ("master", 1024), ("thumbnail", 300), ("painting", 1024)])
def test_cover_image_is_a_redirect_to_the_bucket(client, cover_id, kind, size):
    response = client.call("GET", f"/api/covers/{cover_id}/image?kind={kind}")
    assert (response.status_code, response.headers["Cache-Control"]) == (302, "no-store")
    image_bytes = requests.get(response.headers["Location"], timeout=30).content
    assert Image.open(io.BytesIO(image_bytes)).size == (size, size)


def test_artwork_is_served_unchanged(local, client, cover_id):
    cover = client.call("GET", f"/api/covers/{cover_id}").json()
    response = client.call("GET", cover["songs"][0]["artwork"])
    key = local.covers.get(client.listener_id, cover_id)["fetched"]["songs"][0]["artwork"]
    assert requests.get(response.headers["Location"], timeout=30).content == local.bucket.get(key)


@pytest.mark.parametrize("rest", ["image?kind=raw", "artwork/x", "artwork/99"])
def test_image_that_does_not_exist_is_refused(client, cover_id, rest):
    assert_error(client.call("GET", f"/api/covers/{cover_id}/{rest}"), 422, "invalid_request")


@pytest.mark.parametrize(
    ("method", "rest"), [("GET", ""), ("GET", "/image"), ("GET", "/artwork/0"), ("DELETE", "")], ids=str
)
def test_foreign_cover_gives_the_response_to_an_unknown_one(other_client, client, cover_id, method, rest):
    foreign, unknown = (other_client.call(method, f"/api/covers/{id_}{rest}") for id_ in (cover_id, UNKNOWN_ID))
    assert_error(foreign, 404, "not_found")
    assert (foreign.status_code, foreign.json()) == (unknown.status_code, unknown.json())
    assert client.call("GET", f"/api/covers/{cover_id}").status_code == 200
    assert cover_id not in str(other_client.call("GET", "/api/covers").json())
    assert_error(client.call("GET", "/api/covers?limit=0"), 422, "invalid_request")


def test_api_token_works_until_it_is_revoked(local, client, other_client):
    assert_error(client.call("POST", "/api/tokens", {"name": ""}), 422, "invalid_request")
    token = client.call("POST", "/api/tokens", {"name": "player"}).json()
    headers = {"Authorization": f"Bearer {token['token']}"}
    account = requests.get(f"{local.url}/api/me", headers=headers, timeout=60).json()
    assert account["listener_id"] == client.listener_id
    assert_error(requests.get(f"{local.url}/api/tokens", headers=headers, timeout=60), 403, "session_needed")
    assert token["id"] in str(client.call("GET", "/api/tokens").json())
    assert_error(other_client.call("DELETE", f"/api/tokens/{token['id']}"), 404, "not_found")
    assert client.call("DELETE", f"/api/tokens/{token['id']}").status_code == 204
    assert_error(requests.get(f"{local.url}/api/me", headers=headers, timeout=60), 401, "not_logged_in")
    logs = local.read_logs()
    assert token["token"] not in logs
    assert client.session_value not in logs


def test_session_from_another_origin_is_refused(client):
    response = client.call("DELETE", "/api/me", headers={"Origin": "https://evil.example"})
    assert_error(response, 403, "foreign_origin")
    assert client.call("GET", "/api/me").status_code == 200


def test_daily_limit_says_when_it_ends(local, client):
    set_covers_today(local, client.listener_id, 1000)
    response = client.call("POST", "/api/covers", COVER_REQUEST)
    assert_error(response, 429, "daily_limit_reached")
    assert 0 < int(response.headers["Retry-After"]) <= 86_400
    local.table("Listeners").update_item(
        Key={"listener_id": client.listener_id, "item": "profile"},
        UpdateExpression="REMOVE covers_day, covers_count",
    )
