from datetime import UTC, datetime, timedelta

import pytest

from api import dependencies
from api.bulk_covers import BulkCoverStarter, plan_bulk_covers
from coverart.aws import clients
from coverart.models import CoverOptions, PlaylistSource
from coverart.pipeline import start_cover
from coverart.pipeline.start_cover import CoverRequest, create_cover_starter
from coverart.spotify.models import PlaylistPage
from coverart.store.covers import Covers, new_item
from coverart.store.idempotency import automatic_idempotency_key
from coverart.store.keys import idempotency_record_key
from scripts.standins.serving import Fault
from tests.api.conftest import COVER, put_cover
from tests.spending import spend

LIVE = {"dry_run": False}
OPTIONS = {"publish": True, "style_strength": 0.5}


@pytest.fixture
def six(listening, spotify_standin, monkeypatch):
    """The ids of the listener's playlists, of which six have songs, in Spotify's order; one is empty."""
    monkeypatch.setenv("DAILY_COVER_LIMIT", "50")
    start_cover.create_cover_starter.cache_clear()
    spotify_standin.state.playlists = {}
    ids = [spotify_standin.state.add_playlist(f"Night bus {n}", ["Purr"]) for n in range(6)]
    spotify_standin.state.add_playlist("Nothing yet", [])
    theirs = spotify_standin.state.add_playlist("Followed", ["Purr"], owner="newcomer")
    spotify_standin.state.followed.add(("demo", theirs))
    return ids


def limit_to(monkeypatch, covers):
    monkeypatch.setenv("DAILY_COVER_LIMIT", str(covers))
    start_cover.create_cover_starter.cache_clear()


def cover_all(browser, **wanted):
    answer = browser.ask("POST", "/api/covers/bulk", {**LIVE, **wanted})
    assert answer.status == 202, answer.body
    assert answer.body["left"] == answer.body["playlists"] - len(answer.body["accepted"])
    return answer.body


def covered(told):
    return [accepted["playlist_id"] for accepted in told["accepted"]]


def playlists_of(machine):
    return [given["source"]["playlist_id"] for given in machine.started.values()]


def listed(ids):
    """As Spotify does."""
    items = [{"id": playlist_id, "owner": {"id": "demo"}, "items": {"total": 1}} for playlist_id in ids]
    return PlaylistPage.model_validate({"items": items}).items


def fail(cover_id, listener_id):
    Covers(clients.get_table("CoversTable")).mark_failed(
        listener_id, cover_id, "playlist_empty", "Empty.", datetime.now(UTC)
    )


@pytest.mark.parametrize("body", [{}, {"dry_run": True, "options": OPTIONS, "replace_own": True}])
def test_a_dry_run_tells_what_would_be_done_and_does_nothing(listening, six, machine, body):
    answer = listening.ask("POST", "/api/covers/bulk", body)
    assert answer.status == 202
    assert answer.body == {
        "dry_run": True,
        "playlists": 6,
        "skipped": 0,
        "left_today": 50,
        "cost_usd_at_most": 0.072,
        "accepted": [],
        "left": 6,
        "stopped_by": None,
    }
    assert machine.started == {}


def test_own_playlists_with_songs_get_a_cover_each_in_the_listeners_order(listening, six, machine):
    told = cover_all(listening, options=OPTIONS)
    assert covered(told) == playlists_of(machine) == six
    assert [accepted["cover_id"] for accepted in told["accepted"]] == list(machine.started)
    assert (told["left"], told["left_today"], told["stopped_by"]) == (0, 44, None)
    for given in machine.started.values():
        assert given["options"]["publish"] is True
        assert given["options"]["style_strength"] == 0.5
        assert given["replace_own"] is False


def test_options_that_are_left_out_are_the_listeners_settings(listening, six, machine):
    listening.ask("PUT", "/api/settings", {"keep_colours": True})
    cover_all(listening, replace_own=True)
    assert {given["options"]["keep_colours"] for given in machine.started.values()} == {True}
    assert {given["replace_own"] for given in machine.started.values()} == {True}


def test_more_than_a_page_of_playlists_is_covered(listening, six, machine, spotify_standin, monkeypatch):
    limit_to(monkeypatch, 100)
    monkeypatch.setattr("api.bulk_covers._TIME_LIMIT_SECONDS", 300.0)  # however slow the machine is
    more = [spotify_standin.state.add_playlist(f"Day bus {n}", ["Purr"]) for n in range(50)]
    assert covered(cover_all(listening)) == playlists_of(machine) == six + more


def test_asking_again_skips_what_has_a_cover_or_gets_one(listening, six, machine):
    cover_all(listening)
    again = cover_all(listening)
    assert (again["playlists"], again["skipped"], again["accepted"]) == (0, 6, [])
    assert len(machine.started) == 6


def test_a_playlist_whose_covers_all_failed_gets_another(listening, six, machine):
    first = cover_all(listening)["accepted"][0]["cover_id"]
    fail(first, machine.started[first]["listener_id"])
    assert covered(cover_all(listening)) == six[:1]
    assert cover_all(listening)["accepted"] == []
    assert len(machine.started) == 7


def test_a_playlist_whose_cover_was_deleted_gets_another_whatever_its_options(listening, six, machine):
    for direction in ("at sea", "at sea", "in the hills"):
        made = cover_all(listening, options={"direction": direction})["accepted"]
        assert [accepted["playlist_id"] for accepted in made][:1] == six[:1]
        for accepted in made:
            assert listening.ask("GET", f"/api/covers/{accepted['cover_id']}").status == 200
        assert listening.ask("DELETE", f"/api/covers/{made[0]['cover_id']}").status == 204
    assert len(machine.started) == 8


def test_two_that_found_the_same_make_one_cover_each(listener_id, six, machine):
    library = plan_bulk_covers(listed(six), "demo", {})
    whole = BulkCoverStarter(create_cover_starter())
    made = [whole.start_covers(listener_id, library, CoverOptions(), replace_own=False) for _ in range(2)]
    assert [len(each.accepted) for each in made] == [6, 0]
    assert playlists_of(machine) == six


def test_it_stops_at_the_daily_limit_and_goes_on_tomorrow(listening, six, machine, listener_id, monkeypatch):
    limit_to(monkeypatch, 4)
    told = cover_all(listening)
    assert (covered(told), told["left"], told["left_today"]) == (six[:4], 2, 0)
    assert told["stopped_by"]["code"] == "daily_limit_reached"
    assert 0 < told["stopped_by"]["retry_after"] <= 86_400
    assert covered(cover_all(listening)) == []
    yesterday = f"{datetime.now(UTC) - timedelta(days=1):%Y-%m-%d}"
    clients.get_table("ListenersTable").update_item(
        Key={"listener_id": listener_id, "item": "profile"},
        UpdateExpression="SET covers_day = :day",
        ExpressionAttributeValues={":day": yesterday},
    )
    assert covered(cover_all(listening)) == six[4:]
    assert playlists_of(machine) == six


def test_it_stops_where_the_budget_is_spent_and_nobody_else_paints(listening, six, machine, monkeypatch):
    monkeypatch.setenv("IMAGE_BACKEND", "openai")
    monkeypatch.setenv("FALLBACK_TO_PAINTER", "false")
    start_cover.create_cover_starter.cache_clear()
    spend(dependencies.get_budget(), 5)
    told = cover_all(listening)
    assert (told["accepted"], told["left"], told["cost_usd_at_most"]) == ([], 6, 0)
    assert (told["stopped_by"]["code"], told["stopped_by"]["retry_after"]) == ("budget_spent", None)
    assert "budget" in told["stopped_by"]["message"]


@pytest.mark.parametrize(
    ("backend", "quality", "spent", "cost"),
    [
        ("auto", "low", 0, 0.072),
        ("openai", "medium", 0, 0.156),
        ("auto", "max", 0, 1.5),
        ("auto", "max", 4.5, 0.5),
        ("auto", "low", 5, 0),
        ("painter", "max", 0, 0),
    ],
)
def test_the_cost_is_bound_by_price_and_budget(listening, six, monkeypatch, backend, quality, spent, cost):
    monkeypatch.setenv("IMAGE_BACKEND", backend)
    monkeypatch.setenv("IMAGE_QUALITY", quality)
    spend(dependencies.get_budget(), spent)
    assert listening.ask("POST", "/api/covers/bulk", {}).body["cost_usd_at_most"] == cost


def test_it_stops_in_time_and_goes_on_when_asked_again(listener_id, six, machine):
    # Made at 0 seconds; each playlist takes five.
    seconds = iter(range(0, 1000, 5))
    covers = dependencies.get_covers()
    whole = BulkCoverStarter(create_cover_starter(), clock=lambda: next(seconds))
    library = plan_bulk_covers(listed(six), "demo", covers.list_by_playlist(listener_id))
    made = whole.start_covers(listener_id, library, CoverOptions(), replace_own=False)
    assert [playlist_id for playlist_id, _ in made.accepted] == six[:3]
    assert (made.stopped_by.code, made.stopped_by.retry_after) == ("out_of_time", 0)
    library = plan_bulk_covers(listed(six), "demo", covers.list_by_playlist(listener_id))
    assert (library.with_cover, library.without_cover) == (six[:3], six[3:])


def test_a_cover_that_was_accepted_and_not_started_is_started(listening, six, machine):
    machine.refusing = "covers"
    answer = listening.ask("POST", "/api/covers/bulk", LIVE)
    assert (answer.status, answer.code) == (503, "storage_unavailable")
    machine.refusing = None
    told = cover_all(listening)
    assert (covered(told), told["skipped"]) == (six[1:], 1)
    assert sorted(playlists_of(machine)) == sorted(six)


def test_a_cover_that_another_request_makes_in_this_moment_is_left_to_it(listening, six, machine, listener_id):
    claim = {
        "key": idempotency_record_key(listener_id, automatic_idempotency_key(six[0])),
        "listener_id": listener_id,
        "cover_id": COVER,
    }
    clients.get_table("KeysTable").put_item(Item={**claim, "digest": "another"})
    # Of no playlist, as far as the list of covers tells.
    clients.get_table("CoversTable").put_item(Item=new_item(listener_id, COVER, {}, datetime.now(UTC)))
    told = cover_all(listening)
    assert (covered(told), told["left"]) == (six[1:], 1)


def test_the_event_of_a_playlist_that_bulk_covers_makes_no_second_cover(listening, six, machine, listener_id):
    told = cover_all(listening)
    source = PlaylistSource(kind="playlist", playlist_id=six[0])
    event = CoverRequest(
        listener_id=listener_id, source=source, idempotency_key=automatic_idempotency_key(six[0]), automatic=True
    )
    assert create_cover_starter().start_cover(event) == told["accepted"][0]["cover_id"]
    assert len(machine.started) == 6


def test_all_share_the_look_of_a_cover_that_is_named(listening, six, machine, listener_id):
    cover_all(listening, options={"look": put_cover(listener_id)})
    assert {given["options"]["look"] for given in machine.started.values()} == {COVER}


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"dry_run": "perhaps"}, 422, "invalid_request"),
        ({"options": {"style_strength": 2}}, 422, "invalid_request"),
        ({"source": {"kind": "top_artists"}}, 422, "invalid_request"),
        (None, 422, "invalid_request"),
        ([], 422, "invalid_request"),
        ({"options": {"look": COVER}}, 404, "not_found"),
    ],
)
def test_a_request_for_covers_that_cannot_be_is_refused(listening, six, machine, body, status, code):
    answer = listening.ask("POST", "/api/covers/bulk", body and {**LIVE, **body})
    assert (answer.status, answer.code) == (status, code)
    assert machine.started == {}


def test_what_spotify_refuses_is_told(listening, six, machine, spotify_standin):
    spotify_standin.state.recorder.faults.append(Fault("/v1/me/playlists", 429, 9, {"Retry-After": "3600"}, {}))
    answer = listening.ask("POST", "/api/covers/bulk", LIVE)
    assert (answer.status, answer.code) == (429, "spotify_cooling_down")
    assert machine.started == {}


def test_a_listener_who_logged_in_before_owners_were_remembered_is_asked_for(listening, six, listener_id):
    dependencies.get_listeners().save_user_id(listener_id, "")
    assert listening.ask("POST", "/api/covers/bulk", {}).body["playlists"] == 6
