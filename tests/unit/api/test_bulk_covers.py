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
def playlist_ids(demo_listener, fake_spotify, monkeypatch):
    """The listener's six playlists with songs, in Spotify's order. There is also an empty and a followed one."""
    monkeypatch.setenv("IMAGE_BACKEND", "openai")
    set_daily_limit(monkeypatch, 50)
    # No machine is so slow that a request stops before all playlists have their covers.
    monkeypatch.setattr(bulk_covers, "_TIME_LIMIT_SECONDS", 10**6)
    monkeypatch.setattr(bulk_covers, "_READING_TIME_LIMIT_SECONDS", 10**6)
    fake_spotify.state.playlists = {}
    ids = [fake_spotify.state.add_playlist(f"Night bus {n}", ["Purr"]) for n in range(6)]
    fake_spotify.state.add_playlist("Nothing yet", [])
    followed_id = fake_spotify.state.add_playlist("Followed", ["Purr"], owner="newcomer")
    fake_spotify.state.followed.add(("demo", followed_id))
    return ids


def add_empty_playlists(fake_spotify, count):
    for n in range(count):
        fake_spotify.state.add_playlist(f"Nothing yet {n}", [])


def set_daily_limit(monkeypatch, covers):
    monkeypatch.setenv("DAILY_COVER_LIMIT", str(covers))


def create_covers(client, key=None, **fields):
    headers = {} if key is None else {"idempotency_key": key}
    response = client.call("POST", "/api/covers/bulk", {"dry_run": False, **fields}, **headers)
    assert response.status == 202, response.body
    assert response.body["left"] == response.body["playlists"] - len(response.body["accepted"])
    return response.body


def accepted_playlists(result):
    return [cover["playlist_id"] for cover in result["accepted"]]


def started_playlists(step_functions):
    return [request["source"]["playlist_id"] for request in step_functions.started.values()]


def to_summaries(playlist_ids):
    """Return the playlists as Spotify lists them."""
    items = [{"id": playlist_id, "owner": {"id": "demo"}, "items": {"total": 1}} for playlist_id in playlist_ids]
    return PlaylistPage.model_validate({"items": items}).items


@pytest.mark.parametrize("body", [{}, {"dry_run": True, "options": OPTIONS, "replace_own": True}])
def test_dry_run_reports_and_starts_nothing(demo_listener, playlist_ids, step_functions, body):
    response = demo_listener.call("POST", "/api/covers/bulk", body)
    assert response.status == 202
    assert response.body == {
        "dry_run": True,
        "playlists": 6,
        "skipped": 0,
        "left_today": 50,
        "cost_usd_at_most": 0.072,
        "accepted": [],
        "left": 6,
        "next": None,
        "stopped_by": None,
    }
    assert step_functions.started == {}


def test_own_playlists_with_songs_get_a_cover_each(demo_listener, playlist_ids, step_functions):
    result = create_covers(demo_listener, options=OPTIONS)
    assert accepted_playlists(result) == started_playlists(step_functions) == playlist_ids
    assert [cover["cover_id"] for cover in result["accepted"]] == list(step_functions.started)
    assert (result["left"], result["left_today"], result["stopped_by"]) == (0, 44, None)
    for request in step_functions.started.values():
        options = request["options"]
        assert (options["publish"], options["style_strength"], request["replace_own"]) == (True, 0.5, False)
    # A repeated request skips them.
    result = create_covers(demo_listener)
    assert (result["playlists"], result["skipped"], result["accepted"]) == (0, 6, [])
    assert len(step_functions.started) == 6


def test_omitted_options_default_to_the_settings(demo_listener, playlist_ids, step_functions, listener_id):
    dependencies.get_listeners().save_user_id(listener_id, "")  # It is requested from Spotify again.
    demo_listener.call("PUT", "/api/settings", {"keep_colours": True})
    create_covers(demo_listener, replace_own=True, options={"look": put_cover(listener_id)})
    assert len(step_functions.started) == 6
    for request in step_functions.started.values():
        options = request["options"]
        assert (options["keep_colours"], options["look"], request["replace_own"]) == (True, COVER, True)


def test_several_pages_of_playlists_get_covers(demo_listener, playlist_ids, step_functions, fake_spotify):
    add_empty_playlists(fake_spotify, 50)
    last_id = fake_spotify.state.add_playlist("Day bus", ["Purr"])
    assert accepted_playlists(create_covers(demo_listener)) == [*playlist_ids, last_id]
    assert started_playlists(step_functions) == [*playlist_ids, last_id]


def test_playlist_whose_covers_failed_gets_another(demo_listener, playlist_ids, step_functions, listener_id):
    cover_id = create_covers(demo_listener)["accepted"][0]["cover_id"]
    dependencies.get_covers().mark_failed(listener_id, cover_id, "playlist_empty", "Empty.", datetime.now(UTC))
    assert accepted_playlists(create_covers(demo_listener)) == playlist_ids[:1]
    assert create_covers(demo_listener)["accepted"] == []
    assert len(step_functions.started) == 7


def test_playlist_whose_cover_was_deleted_gets_another(demo_listener, playlist_ids, step_functions):
    for direction in ("at sea", "at sea", "in the hills"):
        accepted = create_covers(demo_listener, options={"direction": direction})["accepted"]
        assert [cover["playlist_id"] for cover in accepted][:1] == playlist_ids[:1]
        for cover in accepted:
            assert demo_listener.call("GET", f"/api/covers/{cover['cover_id']}").status == 200
        assert demo_listener.call("DELETE", f"/api/covers/{accepted[0]['cover_id']}").status == 204
    assert len(step_functions.started) == 8


def test_two_requests_with_the_same_plan_start_one_cover_each(listener_id, playlist_ids, step_functions):
    plan = plan_bulk_covers(to_summaries(playlist_ids), "demo", {})
    starter = BulkCoverStarter(create_cover_starter())
    results = [starter.start_covers(listener_id, plan, CoverOptions(), replace_own=False) for _ in range(2)]
    assert [len(result.accepted) for result in results] == [6, 0]
    assert started_playlists(step_functions) == playlist_ids


def test_daily_limit_stops_and_continues_tomorrow(
    demo_listener, playlist_ids, step_functions, listener_id, monkeypatch
):
    set_daily_limit(monkeypatch, 4)
    result = create_covers(demo_listener)
    assert (accepted_playlists(result), result["left"], result["left_today"]) == (playlist_ids[:4], 2, 0)
    assert result["stopped_by"]["code"] == "daily_limit_reached"
    assert 0 < result["stopped_by"]["retry_after"] <= 86_400
    assert accepted_playlists(create_covers(demo_listener)) == []
    clients.get_table("KeysTable").delete_item(Key=daily_count_key(listener_id, datetime.now(UTC)))
    assert accepted_playlists(create_covers(demo_listener)) == playlist_ids[4:]
    assert started_playlists(step_functions) == playlist_ids


def test_spent_budget_without_painter_stops(demo_listener, playlist_ids, step_functions, monkeypatch):
    monkeypatch.setenv("IMAGE_BACKEND", "openai")
    monkeypatch.setenv("FALLBACK_TO_PAINTER", "false")
    spend(dependencies.get_budget(), 5)
    result = create_covers(demo_listener)
    assert (result["accepted"], result["left"], result["cost_usd_at_most"]) == ([], 6, 0)
    assert (result["stopped_by"]["code"], result["stopped_by"]["retry_after"]) == ("budget_spent", None)
    assert "budget" in result["stopped_by"]["message"]


@pytest.mark.parametrize(
    ("backend", "quality", "spent", "cost"),
    [
        ("auto", "low", 0, 0),
        ("openai", "medium", 0, 0.156),
        ("openai", "max", 0, 1.5),
        ("openai", "max", 4.5, 0.5),
        ("openai", "low", 5, 0),
        ("painter", "max", 0, 0),
    ],
)
def test_cost_is_limited_by_price_and_budget(demo_listener, playlist_ids, monkeypatch, backend, quality, spent, cost):
    monkeypatch.setenv("IMAGE_BACKEND", backend)
    monkeypatch.setenv("IMAGE_QUALITY", quality)
    spend(dependencies.get_budget(), spent)
    assert demo_listener.call("POST", "/api/covers/bulk", {}).body["cost_usd_at_most"] == cost


def test_time_limit_stops_and_the_next_request_continues(listener_id, playlist_ids, step_functions, monkeypatch):
    monkeypatch.setattr(bulk_covers, "_TIME_LIMIT_SECONDS", 20)
    # The starter is created at 0 seconds, and each playlist takes five.
    seconds = iter(range(0, 1000, 5))
    starter = BulkCoverStarter(create_cover_starter(), clock=lambda: next(seconds))
    covers = dependencies.get_covers()
    plan = plan_bulk_covers(to_summaries(playlist_ids), "demo", covers.list_by_playlist(listener_id))
    result = starter.start_covers(listener_id, plan, CoverOptions(), replace_own=False)
    assert [playlist_id for playlist_id, _ in result.accepted] == playlist_ids[:3]
    assert (result.stopped_by.code, result.stopped_by.retry_after) == ("out_of_time", 0)
    plan = plan_bulk_covers(to_summaries(playlist_ids), "demo", covers.list_by_playlist(listener_id))
    assert (plan.skipped, plan.selected) == (playlist_ids[:3], playlist_ids[3:])


@pytest.mark.parametrize("dry_run", [True, False])
def test_large_library_makes_headway_by_cursor(demo_listener, playlist_ids, fake_spotify, monkeypatch, dry_run):
    """Reading a page takes as long as one response has for reading."""
    add_empty_playlists(fake_spotify, 120)
    last_id = fake_spotify.state.add_playlist("Day bus", ["Purr"])
    monkeypatch.setattr(bulk_covers, "_READING_TIME_LIMIT_SECONDS", -1)
    cursor, cursors, playlists, accepted = "0", [], 0, []
    while cursor is not None:
        body = demo_listener.call("POST", "/api/covers/bulk", {"dry_run": dry_run, "cursor": cursor}).body
        cursor = body["next"]
        assert (body["stopped_by"] is None) == (cursor is None)
        cursors.append(cursor)
        playlists += body["playlists"]
        accepted += accepted_playlists(body)
    assert (cursors, playlists) == (["50", "100", None], 7)
    assert accepted == ([] if dry_run else [*playlist_ids, last_id])


def test_limit_is_reported_with_the_page_to_continue_at(demo_listener, playlist_ids, fake_spotify, monkeypatch):
    add_empty_playlists(fake_spotify, 42)  # The first page has eight others.
    for n in range(4):
        fake_spotify.state.add_playlist(f"Day bus {n}", ["Purr"])
    set_daily_limit(monkeypatch, 8)
    result = create_covers(demo_listener)
    assert (len(result["accepted"]), result["left"], result["next"]) == (8, 2, "50")
    assert result["stopped_by"]["code"] == "daily_limit_reached"


def test_accepted_cover_that_was_not_started_is_started(demo_listener, playlist_ids, step_functions):
    step_functions.throttled = "covers"
    response = demo_listener.call("POST", "/api/covers/bulk", {"dry_run": False})
    assert_error(response, 503, "storage_unavailable")
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


def test_event_for_the_same_playlist_starts_no_second_cover(demo_listener, playlist_ids, step_functions, listener_id):
    result = create_covers(demo_listener)
    source = PlaylistSource(kind="playlist", playlist_id=playlist_ids[0])
    key = automatic_idempotency_key(playlist_ids[0])
    request = CoverRequest(listener_id=listener_id, source=source, idempotency_key=key, automatic=True)
    assert create_cover_starter().start_cover(request) == result["accepted"][0]["cover_id"]
    assert len(step_functions.started) == 6


def test_covers_with_a_built_in_look_take_turns(demo_listener, playlist_ids, step_functions):
    create_covers(demo_listener, options={"look": "poster"})
    create_covers(demo_listener, options={"look": "poster"}, playlists=playlist_ids[:2], key="k")
    positions = [request["options"]["position"] for request in step_functions.started.values()]
    assert sorted(positions[: len(playlist_ids)]) == list(range(len(playlist_ids)))
    assert sorted(positions[len(playlist_ids) :]) == [0, 1]


def test_request_that_cannot_be_met_starts_nothing(demo_listener, playlist_ids, step_functions, fake_spotify):
    for options, status, code in (({"look": COVER}, 404, "not_found"), ({"candidates": 2}, 422, "invalid_request")):
        response = demo_listener.call("POST", "/api/covers/bulk", {"dry_run": False, "options": options})
        assert_error(response, status, code)
    add_fault(fake_spotify, "/v1/me/playlists", 429, times=9, headers={"Retry-After": "3600"})
    response = demo_listener.call("POST", "/api/covers/bulk", {"dry_run": False})
    assert_error(response, 429, "spotify_cooling_down")
    assert step_functions.started == {}


def test_chosen_playlists_get_a_cover_also_if_they_have_one(demo_listener, playlist_ids, step_functions):
    create_covers(demo_listener)
    body = {"playlists": [playlist_ids[3], playlist_ids[1], "elsewhere"], "options": {"publish": True}}
    plan = demo_listener.call("POST", "/api/covers/bulk", body).body
    assert (plan["playlists"], plan["skipped"]) == (2, 4)
    first, second = (create_covers(demo_listener, **body, key="k")["accepted"] for _ in range(2))
    assert first == second
    assert [cover["playlist_id"] for cover in first] == [playlist_ids[1], playlist_ids[3]]
    assert len(step_functions.started) == 8
    assert create_covers(demo_listener, **body)["accepted"] != first
    body = {"dry_run": False, **body, "options": {"direction": "at sea"}}
    response = demo_listener.call("POST", "/api/covers/bulk", body, idempotency_key="k")
    assert_error(response, 409, "idempotency_conflict")
