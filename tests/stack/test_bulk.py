"""Covers for all of a listener's playlists at once, through the deployed API."""

from concurrent.futures import ThreadPoolExecutor

from tests.stack.api_client import ApiClient
from tests.stack.stack_state import SONGS, make_cover


def request_bulk(client, **body):
    response = client.call("POST", "/api/covers/bulk", body)
    assert response.status_code == 202, response.text
    return response.json()


def test_bulk_makes_one_cover_per_playlist(local, other_client):
    """A new listener has three playlists of their own, and a fourth that is empty."""
    other_client.call("DELETE", "/api/me")
    client = ApiClient(local, local.connect("newcomer"))
    playlists = [local.spotify.state.add_playlist(f"Shelf {n}", SONGS[: n + 1], owner="newcomer") for n in range(3)]
    local.spotify.state.add_playlist("Nothing yet", [], owner="newcomer")
    source = {"kind": "playlist", "playlist_id": playlists[2], "count": 3}
    assert make_cover(local, client.listener_id, source)["status"] == "done"

    plan = request_bulk(client)
    assert (plan["dry_run"], plan["playlists"], plan["skipped"], plan["left"]) == (True, 2, 1, 2)
    account = client.call("GET", "/api/me").json()
    assert plan["left_today"] == account["daily_limit"] - account["covers_today"]
    assert plan["cost_usd_at_most"] == 0.024
    assert plan["accepted"] == client.call("GET", "/api/covers").json()["items"][1:] == []

    body = {"dry_run": False, "options": {"style_albums": [], "publish": True}}
    with ThreadPoolExecutor(2) as pool:
        responses = list(pool.map(lambda _: request_bulk(client, **body), range(2)))
    covers = {(each["playlist_id"], each["cover_id"]) for response in responses for each in response["accepted"]}
    assert {playlist_id for playlist_id, _ in covers} == set(playlists[:2])
    assert len(covers) == 2
    repeated = request_bulk(client, dry_run=False)
    assert [repeated[name] for name in ("playlists", "skipped", "accepted", "stopped_by")] == [0, 3, [], None]

    for playlist_id, cover_id in covers:
        cover = local.wait_for_cover(client.listener_id, cover_id)
        assert cover["status"] == "done", cover
        assert cover["request"]["source"]["playlist_id"] == playlist_id
        assert client.call("GET", f"/api/covers/{cover_id}").json()["published"]["status"] == "set"
        assert len(local.spotify.state.uploads[playlist_id]) == 1
    assert len(client.call("GET", "/api/covers?limit=50").json()["items"]) == 3
