from datetime import UTC, datetime

import pytest

from api import bulk_covers, dependencies
from api.bulk_covers import BulkCoverStarter, plan_bulk_covers
from coverart.aws import clients
from coverart.models import CoverOptions, PlaylistSource
from coverart.pipeline.start_cover import CoverRequest, create_cover_starter
from coverart.spotify.models import PlaylistPage
from coverart.store.covers import new_item
from coverart.store.idempotency import automatic_idempotency_key
from coverart.store.keys import daily_count_key, idempotency_record_key
from tests.spending import spend
from tests.spotify_requests import add_fault
from tests.unit.api.conftest import COVER, assert_error, put_cover

OPTIONS = {"publish": True, "style_strength": 0.5}


@pytest.fixture
def playlist_ids(demo_listener, fake_spotify, small_pages, monkeypatch):
    """The listener's three playlists with songs, in Spotify's order, and an empty and a followed one: a page."""
    monkeypatch.setenv("IMAGE_BACKEND", "openai")
    monkeypatch.setenv("DAILY_COVER_LIMIT", "50")
    # No machine is so slow that a request stops before all playlists have their covers.
    monkeypatch.setattr(bulk_covers, "_TIME_LIMIT_SECONDS", 10**6)
    monkeypatch.setattr(bulk_covers, "_READING_TIME_LIMIT_SECONDS", 10**6)
    fake_spotify.state.playlists = {}
    ids = [fake_spotify.state.add_playlist(f"Night bus {n}", ["Purr"]) for n in range(3)]
    fake_spotify.state.add_playlist("Nothing yet", [])
    followed_id = fake_spotify.state.add_playlist("Followed", ["Purr"], owner="newcomer")
    fake_spotify.state.followed.add(("demo", followed_id))
    return ids


@pytest.fixture
def last_id(playlist_ids, fake_spotify, small_pages):
    """A playlist with a song on the third page."""
    for n in range(small_pages):
        fake_spotify.state.add_playlist(f"Nothing yet {n}", [])
    return fake_spotify.state.add_playlist("Day bus", ["Purr"])


def request_covers(client, key=None, **fields):
    headers = {} if key is None else {"idempotency_key": key}
    return client.call("POST", "/api/covers/bulk", {"dry_run": False, **fields}, **headers)


def create_covers(client, key=None, **fields):
    response = request_covers(client, key, **fields)
    assert response.status == 202, response.body
    assert response.body["left"] == response.body["playlists"] - len(response.body["accepted"])
    return response.body


def accepted_playlists(result):
    return [cover["playlist_id"] for cover in result["accepted"]]


def started_playlists(step_functions):
    return [request["source"]["playlist_id"] for request in step_functions.started.values()]


def start_covers(starter, listener_id, playlist_ids, covers):
    """Return the plan for these playlists of the listener, and what became of it."""
    items = [{"id": playlist_id, "owner": {"id": "demo"}, "items": {"total": 1}} for playlist_id in playlist_ids]
    plan = plan_bulk_covers(PlaylistPage.model_validate({"items": items}).items, "demo", covers)
    return plan, starter.start_covers(listener_id, plan, CoverOptions(), replace_own=False)


def test_dry_run_reports_the_cost_and_starts_nothing(demo_listener, playlist_ids, step_functions, monkeypatch):
    nothing = {"accepted": [], "next": None, "stopped_by": None}
    report = {"dry_run": True, "playlists": 3, "skipped": 0, "left": 3, "left_today": 50, **nothing}
    body = {}
    for backend, quality, spent, cost in (
        ("openai", "low", 0, 0.036),
        ("openai", "medium", 0, 0.078),
        ("openai", "max", 0, 0.75),
        ("openai", "max", 4.5, 0.5),
        ("openai", "low", 0.5, 0),
        ("auto", "low", -5, 0),
        ("painter", "max", 0, 0),
    ):
        monkeypatch.setenv("IMAGE_BACKEND", backend)
        monkeypatch.setenv("IMAGE_QUALITY", quality)
        spend(dependencies.get_budget(), spent)
        response = demo_listener.call("POST", "/api/covers/bulk", body)
        limit = 50 if backend == "openai" else 500
        assert response.status == 202
        assert response.body == {**report, "cost_usd_at_most": cost, "left_today": limit}
        body = {"dry_run": True, "options": OPTIONS, "replace_own": True}
    assert step_functions.started == {}


def test_own_playlists_with_songs_get_a_cover_each(demo_listener, playlist_ids, step_functions, listener_id):
    result = create_covers(demo_listener, options=OPTIONS)
    assert accepted_playlists(result) == started_playlists(step_functions) == playlist_ids
    assert [cover["cover_id"] for cover in result["accepted"]] == list(step_functions.started)
    assert (result["left"], result["left_today"], result["stopped_by"]) == (0, 47, None)
    for request in step_functions.started.values():
        options = request["options"]
        assert (options["publish"], options["style_strength"], request["replace_own"]) == (True, 0.5, False)
    # A repeated request skips them, and so does an event for one of them.
    repeated = create_covers(demo_listener)
    assert (repeated["playlists"], repeated["skipped"], repeated["accepted"]) == (0, 3, [])
    source, key = (
        PlaylistSource(kind="playlist", playlist_id=playlist_ids[0]),
        automatic_idempotency_key(playlist_ids[0]),
    )
    request = CoverRequest(listener_id=listener_id, source=source, idempotency_key=key, automatic=True)
    assert create_cover_starter().start_cover(request) == result["accepted"][0]["cover_id"]
    assert len(step_functions.started) == 3


def test_omitted_options_default_to_the_settings(demo_listener, playlist_ids, step_functions, listener_id):
    dependencies.get_listeners().save_user_id(listener_id, "")  # It is requested from Spotify again.
    demo_listener.call("PUT", "/api/settings", {"keep_colours": True})
    create_covers(demo_listener, replace_own=True, options={"look": put_cover(listener_id)})
    assert len(step_functions.started) == 3
    for request in step_functions.started.values():
        options = request["options"]
        assert (options["keep_colours"], options["look"], request["replace_own"]) == (True, COVER, True)


def test_playlist_whose_cover_failed_or_was_deleted_gets_another(
    demo_listener, playlist_ids, step_functions, listener_id
):
    cover_id = create_covers(demo_listener)["accepted"][0]["cover_id"]
    dependencies.get_covers().mark_failed(listener_id, cover_id, "playlist_empty", "Empty.", datetime.now(UTC))
    for direction in ("at sea", "at sea", "in the hills"):
        [cover] = create_covers(demo_listener, options={"direction": direction})["accepted"]
        assert cover["playlist_id"] == playlist_ids[0]
        assert create_covers(demo_listener)["accepted"] == []
        assert demo_listener.call("DELETE", f"/api/covers/{cover['cover_id']}").status == 204
    assert len(step_functions.started) == 6


def test_daily_limit_stops_and_continues_tomorrow(
    demo_listener, playlist_ids, last_id, step_functions, listener_id, monkeypatch
):
    # The first request has no time to look at another page.
    cases = ((2, -1, playlist_ids[:2], "0"), (3, 10**6, playlist_ids[2:], "10"), (3, 10**6, [], "10"))
    for limit, seconds, accepted, following in cases:
        monkeypatch.setattr(bulk_covers, "_READING_TIME_LIMIT_SECONDS", seconds)
        monkeypatch.setenv("DAILY_COVER_LIMIT", str(limit))
        result = create_covers(demo_listener)
        assert (accepted_playlists(result), result["next"], result["left_today"]) == (accepted, following, 0)
        assert result["stopped_by"]["code"] == "daily_limit_reached"
        assert 0 < result["stopped_by"]["retry_after"] <= 86_400
    clients.get_table("KeysTable").delete_item(Key=daily_count_key(listener_id, datetime.now(UTC)))
    assert accepted_playlists(create_covers(demo_listener)) == [last_id]
    assert started_playlists(step_functions) == [*playlist_ids, last_id]


def test_spent_budget_without_painter_stops(demo_listener, playlist_ids, step_functions, monkeypatch):
    monkeypatch.setenv("FALLBACK_TO_PAINTER", "false")
    spend(dependencies.get_budget(), 5)
    result = create_covers(demo_listener)
    assert (result["accepted"], result["left"], result["cost_usd_at_most"]) == ([], 3, 0)
    assert (result["stopped_by"]["code"], result["stopped_by"]["retry_after"]) == ("budget_spent", None)
    assert "budget" in result["stopped_by"]["message"]


def test_time_limit_stops_and_the_next_request_continues(listener_id, playlist_ids, step_functions, monkeypatch):
    monkeypatch.setattr(bulk_covers, "_TIME_LIMIT_SECONDS", 15)
    # The starter is created at 0 seconds, and each playlist takes five.
    seconds = iter(range(0, 1000, 5))
    starter = BulkCoverStarter(create_cover_starter(), clock=lambda: next(seconds))
    _, result = start_covers(starter, listener_id, playlist_ids, {})
    assert [playlist_id for playlist_id, _ in result.accepted] == playlist_ids[:2]
    assert (result.stopped_by.code, result.stopped_by.retry_after) == ("out_of_time", 0)
    covers, starter = dependencies.get_covers().list_by_playlist(listener_id), BulkCoverStarter(create_cover_starter())
    plan, _ = start_covers(starter, listener_id, playlist_ids, covers)
    assert (plan.skipped, plan.selected) == (playlist_ids[:2], playlist_ids[2:])
    # A request at the same time, which has the plan of the first, starts no second cover.
    assert start_covers(starter, listener_id, playlist_ids, {})[1].accepted == []
    assert started_playlists(step_functions) == playlist_ids


@pytest.mark.parametrize("dry_run", [True, False])
def test_large_library_makes_headway_by_cursor(demo_listener, playlist_ids, last_id, monkeypatch, dry_run):
    """Reading a page takes as long as one response has for reading."""
    monkeypatch.setattr(bulk_covers, "_READING_TIME_LIMIT_SECONDS", -1)
    cursor, cursors, playlists, accepted = "0", [], 0, []
    while cursor is not None:
        body = demo_listener.call("POST", "/api/covers/bulk", {"dry_run": dry_run, "cursor": cursor}).body
        cursor = body["next"]
        assert (body["stopped_by"] is None) == (cursor is None)
        cursors.append(cursor)
        playlists += body["playlists"]
        accepted += accepted_playlists(body)
    assert (cursors, playlists) == (["5", "10", None], 4)
    assert accepted == ([] if dry_run else [*playlist_ids, last_id])


def test_accepted_cover_that_was_not_started_is_started(demo_listener, playlist_ids, step_functions):
    step_functions.throttled = "covers"
    assert_error(request_covers(demo_listener), 503, "storage_unavailable")
    step_functions.throttled = None
    result = create_covers(demo_listener)
    assert (accepted_playlists(result), result["skipped"]) == (playlist_ids[1:], 1)
    assert sorted(started_playlists(step_functions)) == sorted(playlist_ids)


def test_playlist_of_a_concurrent_request_is_skipped(demo_listener, playlist_ids, step_functions, listener_id):
    key = idempotency_record_key(listener_id, automatic_idempotency_key(playlist_ids[0]))
    record = {"key": key, "listener_id": listener_id, "cover_id": COVER, "digest": "another"}
    clients.get_table("KeysTable").put_item(Item=record)
    # The list of covers does not show which playlist this one belongs to.
    clients.get_table("CoversTable").put_item(Item=new_item(listener_id, COVER, {}, datetime.now(UTC)))
    result = create_covers(demo_listener)
    assert (accepted_playlists(result), result["left"]) == (playlist_ids[1:], 1)


def test_covers_with_a_built_in_look_take_turns(demo_listener, playlist_ids, last_id, step_functions):
    create_covers(demo_listener, options={"look": "poster"})
    create_covers(demo_listener, options={"look": "poster"}, playlists=playlist_ids[:2], key="k")
    positions = [request["options"]["position"] for request in step_functions.started.values()]
    assert positions == [0, 1, 2, 10, 0, 1]


def test_request_that_cannot_be_met_starts_nothing(demo_listener, playlist_ids, step_functions, fake_spotify):
    for options, status, code in (({"look": COVER}, 404, "not_found"), ({"candidates": 2}, 422, "invalid_request")):
        assert_error(request_covers(demo_listener, options=options), status, code)
    add_fault(fake_spotify, "/v1/me/playlists", 429, times=9, headers={"Retry-After": "3600"})
    assert_error(request_covers(demo_listener), 429, "spotify_cooling_down")
    assert step_functions.started == {}


def test_chosen_playlists_get_a_cover_also_if_they_have_one(demo_listener, playlist_ids, step_functions, listener_id):
    put_cover(listener_id, playlist_id=playlist_ids[2])
    body = {"playlists": [playlist_ids[2], playlist_ids[1], "elsewhere"], "options": {"publish": True}}
    plan = demo_listener.call("POST", "/api/covers/bulk", body).body
    assert (plan["playlists"], plan["skipped"]) == (2, 1)
    first, second = (create_covers(demo_listener, **body, key="k")["accepted"] for _ in range(2))
    assert first == second
    assert [cover["playlist_id"] for cover in first] == playlist_ids[1:]
    assert len(step_functions.started) == 2
    assert create_covers(demo_listener, **body)["accepted"] != first
    body["options"] = {"direction": "at sea"}
    assert_error(request_covers(demo_listener, "k", **body), 409, "idempotency_conflict")
