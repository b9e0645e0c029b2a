"""Covers for all of a listener's playlists at once, through the deployed API."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from scripts.fakes.server import Fault
from tests.stack.api_client import UNKNOWN_ID, ApiClient, assert_error
from tests.stack.stack_state import set_covers_today

SONGS = ["Steam Rising", "Neap", "Purr", "Redshift"]
BULK = "/api/covers/bulk"


@pytest.fixture
def client(local):
    """A new listener with four playlists of their own, and a fifth that is empty; `playlists` has the four ids."""
    ApiClient(local, local.connect("newcomer")).call("DELETE", "/api/me")
    client = ApiClient(local, local.connect("newcomer"))
    client.playlists = [
        local.spotify.state.add_playlist(f"Shelf {n}", SONGS[: n + 1], owner="newcomer") for n in range(4)
    ]
    local.spotify.state.add_playlist("Nothing yet", [], owner="newcomer")
    yield client
    client.call("DELETE", "/api/me")


def request_bulk(client, **body):
    response = client.call("POST", BULK, body)
    assert response.status_code == 202, response.text
    return response.json()


def test_bulk_makes_one_cover_per_playlist_in_one_style(local, client):
    source = {"kind": "playlist", "playlist_id": client.playlists[3], "count": 4}
    first_id = client.call("POST", "/api/covers", {"source": source}).json()["cover_id"]
    first_cover = local.wait_for_cover(client.listener_id, first_id)
    assert first_cover["status"] == "done"

    plan = request_bulk(client, options={"look": first_id})
    assert (plan["dry_run"], plan["playlists"], plan["skipped"], plan["left"]) == (True, 3, 1, 3)
    account = client.call("GET", "/api/me").json()
    assert plan["left_today"] == account["daily_limit"] - account["covers_today"]
    assert plan["cost_usd_at_most"] == 0.036
    assert plan["accepted"] == client.call("GET", "/api/covers").json()["items"][1:] == []

    body = {"dry_run": False, "options": {"look": first_id, "publish": True}}
    with ThreadPoolExecutor(2) as pool:
        responses = list(pool.map(lambda _: request_bulk(client, **body), range(2)))
    covers = {(each["playlist_id"], each["cover_id"]) for response in responses for each in response["accepted"]}
    assert {playlist_id for playlist_id, _ in covers} == set(client.playlists) - {client.playlists[3]}
    assert len(covers) == 3
    repeated = request_bulk(client, dry_run=False)
    assert (repeated["playlists"], repeated["skipped"], repeated["accepted"], repeated["stopped_by"]) == (
        0,
        4,
        [],
        None,
    )

    for playlist_id, cover_id in covers:
        cover = local.wait_for_cover(client.listener_id, cover_id)
        assert cover["status"] == "done", cover
        assert cover["request"]["source"]["playlist_id"] == playlist_id
        assert cover["prompt"]["style_albums"] == first_cover["prompt"]["style_albums"]
        assert get_medium(cover) == get_medium(first_cover)
        assert client.call("GET", f"/api/covers/{cover_id}").json()["published"]["status"] == "set"
        assert len(local.spotify.state.uploads[playlist_id]) == 1
    assert len(client.call("GET", "/api/covers?limit=50").json()["items"]) == 4


def get_medium(cover):
    return [phrase["text"] for phrase in cover["prompt"]["phrases"] if phrase["part"] == "medium"]


def test_bulk_stops_at_the_daily_limit(local, client):
    set_covers_today(local, client.listener_id, 998)
    response = request_bulk(client, dry_run=False)
    assert [each["playlist_id"] for each in response["accepted"]] == client.playlists[:2]
    assert (response["left"], response["left_today"]) == (2, 0)
    assert response["stopped_by"]["code"] == "daily_limit_reached"
    assert 0 < response["stopped_by"]["retry_after"] <= 86_400


def test_invalid_bulk_request_is_refused(local, client):
    assert_error(client.call("POST", BULK, {"dry_run": "perhaps"}), 422, "invalid_request")
    assert_error(client.call("POST", BULK, {"options": {"look": UNKNOWN_ID}}), 404, "not_found")
    local.spotify.state.recorder.faults.append(Fault("/v1/me/playlists", 429, headers={"Retry-After": "60"}, body={}))
    assert_error(client.call("POST", BULK, {"dry_run": False}), 429, "spotify_cooling_down")
    assert client.call("GET", "/api/covers").json()["items"] == []
