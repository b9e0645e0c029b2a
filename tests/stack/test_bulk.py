"""All playlists of a listener's at once, through the deployed API."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest

from scripts.standins.serving import Fault
from tests.stack.api_client import Browser, refused

SONGS = ["Steam Rising", "Neap", "Purr", "Redshift"]
BULK = "/api/covers/bulk"


@pytest.fixture
def kit(local):
    """A listener with four playlists of their own, and one that is empty; nothing of other tests is left of them."""
    Browser(local, local.connect("newcomer")).ask("DELETE", "/api/me")
    listener = Browser(local, local.connect("newcomer"))
    listener.playlists = [
        local.spotify.state.add_playlist(f"Shelf {n}", SONGS[: n + 1], owner="newcomer") for n in range(4)
    ]
    local.spotify.state.add_playlist("Nothing yet", [], owner="newcomer")
    yield listener
    listener.ask("DELETE", "/api/me")


def asked(browser, **wanted):
    answer = browser.ask("POST", BULK, wanted)
    assert answer.status_code == 202, answer.text
    return answer.json()


def test_a_library_is_covered_in_one_look_once_however_often_it_is_asked_for(local, kit):
    source = {"kind": "playlist", "playlist_id": kit.playlists[3], "count": 4}
    look = kit.ask("POST", "/api/covers", {"source": source}).json()["cover_id"]
    first = local.wait(kit.listener_id, look)
    assert first["status"] == "done"

    plan = asked(kit, options={"look": look})
    assert (plan["dry_run"], plan["playlists"], plan["skipped"], plan["left"]) == (True, 3, 1, 3)
    me = kit.ask("GET", "/api/me").json()
    assert plan["left_today"] == me["daily_limit"] - me["covers_today"]
    assert plan["cost_usd_at_most"] == 0.036
    assert plan["accepted"] == kit.ask("GET", "/api/covers").json()["items"][1:] == []

    wanted = {"dry_run": False, "options": {"look": look, "publish": True}}
    with ThreadPoolExecutor(2) as pool:
        told = list(pool.map(lambda _: asked(kit, **wanted), range(2)))
    made = {(one["playlist_id"], one["cover_id"]) for each in told for one in each["accepted"]}
    assert {playlist_id for playlist_id, _ in made} == set(kit.playlists) - {kit.playlists[3]}
    assert len(made) == 3
    again = asked(kit, dry_run=False)
    assert (again["playlists"], again["skipped"], again["accepted"], again["stopped_by"]) == (0, 4, [], None)

    for playlist_id, cover_id in made:
        cover = local.wait(kit.listener_id, cover_id)
        assert cover["status"] == "done", cover
        assert cover["request"]["source"]["playlist_id"] == playlist_id
        assert cover["prompt"]["style_albums"] == first["prompt"]["style_albums"]
        assert medium_of(cover) == medium_of(first)
        assert kit.ask("GET", f"/api/covers/{cover_id}").json()["published"]["status"] == "set"
        assert len(local.spotify.state.uploads[playlist_id]) == 1
    assert len(kit.ask("GET", "/api/covers?limit=50").json()["items"]) == 4


def medium_of(cover):
    return [phrase["text"] for phrase in cover["prompt"]["phrases"] if phrase["part"] == "medium"]


def test_the_run_ends_at_the_daily_limit_and_says_when_it_goes_on(local, kit):
    local.table("Listeners").update_item(
        Key={"listener_id": kit.listener_id, "item": "profile"},
        UpdateExpression="SET covers_day = :today, covers_count = :many",
        ExpressionAttributeValues={":today": f"{datetime.now(UTC):%Y-%m-%d}", ":many": 998},
    )
    told = asked(kit, dry_run=False)
    assert [one["playlist_id"] for one in told["accepted"]] == kit.playlists[:2]
    assert (told["left"], told["left_today"], told["stopped_by"]["code"]) == (2, 0, "daily_limit_reached")
    assert 0 < told["stopped_by"]["retry_after"] <= 86_400


def test_requests_for_covers_that_cannot_be_are_refused(local, kit):
    refused(kit.ask("POST", BULK, {"dry_run": "perhaps"}), 422, "invalid_request")
    refused(kit.ask("POST", BULK, {"options": {"look": "20261122T120000000-0123456789"}}), 404, "not_found")
    local.spotify.state.recorder.faults.append(Fault("/v1/me/playlists", 429, headers={"Retry-After": "60"}, body={}))
    refused(kit.ask("POST", BULK, {"dry_run": False}), 429, "spotify_cooling_down")
    assert kit.ask("GET", "/api/covers").json()["items"] == []
