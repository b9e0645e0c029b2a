from datetime import UTC, datetime, timedelta

import pytest

from api.routes.account import to_account_response
from coverart.aws import clients
from coverart.store.listeners import Listeners, ListenerSettings, WatchStatus
from scripts.standins.serving import Fault
from tests.api.conftest import known

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def profile(**changes):
    known("ada")
    return Listeners(clients.get_table("ListenersTable")).get("ada").model_copy(update=changes)


def test_a_listener_reads_who_they_are_and_what_is_left_for_today(ada):
    ada.ask("POST", "/api/covers", {"source": {"kind": "top_artists"}})
    me = ada.ask("GET", "/api/me")
    assert me.status == 200
    assert me.body["listener_id"] == "ada"
    assert me.body["display_name"] == "Ada"
    assert (me.body["state"], me.body["remind"], me.body["cool_down_until"]) == ("connected", False, None)
    assert (me.body["covers_today"], me.body["daily_limit"]) == (1, 3)
    assert me.body["settings"] == ListenerSettings().to_json()
    assert me.body["watched"] is None
    assert datetime.fromisoformat(me.body["reconnect_by"]) > datetime.now(UTC) + timedelta(days=179)
    assert me.headers["Cache-Control"] == "no-store"
    assert "tokens" not in str(me.body)


@pytest.mark.parametrize(("days", "remind"), [(31, False), (30, True), (-1, True)])
def test_a_listener_is_reminded_thirty_days_before_the_login_ends(machine, days, remind):
    assert to_account_response(profile(reconnect_by=NOW + timedelta(days=days)), 50, NOW).remind is remind


def test_a_listener_whose_login_has_ended_is_reminded(machine):
    assert to_account_response(profile(state="reconnect", reconnect_by=NOW + timedelta(days=90)), 50, NOW).remind


def test_a_cool_down_is_told_while_it_lasts(machine):
    assert to_account_response(profile(cool_down_until=NOW - timedelta(seconds=1)), 50, NOW).cool_down_until is None
    until = NOW + timedelta(hours=1)
    assert to_account_response(profile(cool_down_until=until), 50, NOW).cool_down_until == until


def test_yesterdays_covers_do_not_count(machine):
    assert to_account_response(profile(covers_day="2026-11-21", covers_count=3), 50, NOW).covers_today == 0
    assert to_account_response(profile(covers_day="2026-11-22", covers_count=3), 50, NOW).covers_today == 3


def test_settings_are_what_a_request_gets_where_it_leaves_them_out(ada, machine):
    settings = {"style_strength": 0.25, "keep_colours": True, "auto_cover": False, "auto_cover_pattern": "Mix*"}
    assert ada.ask("PUT", "/api/settings", settings).body == settings
    assert ada.ask("GET", "/api/me").body["settings"] == settings
    ada.ask("POST", "/api/covers", {"source": {"kind": "top_artists"}, "options": {"style_strength": 1}})
    [started] = machine.started.values()
    assert started["options"]["style_strength"] == 1
    assert started["options"]["keep_colours"] is True


@pytest.mark.parametrize(
    "settings",
    [{"style_strength": 2}, {"keep_colours": "maybe"}, {"colour": 1}, {"auto_cover_pattern": "x" * 101}, [], "{"],
)
def test_settings_that_cannot_be_are_refused(ada, settings):
    answer = ada.ask("PUT", "/api/settings", settings)
    assert (answer.status, answer.code) == (422, "invalid_request")


def test_a_listener_reads_when_new_playlists_were_looked_for_and_why_not(ada):
    watched = WatchStatus(at=NOW, code="spotify_cooling_down", message="Spotify asks us to wait.")
    Listeners(clients.get_table("ListenersTable")).save_watch_status("ada", watched)
    assert ada.ask("GET", "/api/me").body["watched"] == watched.to_json()


def standings(browser):
    return {playlist["id"]: playlist["standing"] for playlist in browser.ask("GET", "/api/playlists").body["items"]}


def test_what_is_there_when_automatic_covers_are_switched_on_is_not_new(listening, spotify_standin):
    assert set(standings(listening).values()) == {None}
    assert listening.ask("PUT", "/api/settings", {"auto_cover": True}).status == 200
    assert set(standings(listening).values()) == {"known"}
    newcomer = spotify_standin.state.add_playlist("Night bus", ["Purr"])
    assert listening.ask("PUT", "/api/settings", {"auto_cover": True, "style_strength": 0.2}).status == 200
    assert standings(listening)[newcomer] is None


def test_playlists_that_came_while_automatic_covers_were_off_are_not_new(listening, spotify_standin):
    listening.ask("PUT", "/api/settings", {"auto_cover": True})
    listening.ask("PUT", "/api/settings", {})
    meanwhile = spotify_standin.state.add_playlist("Night bus", ["Purr"])
    listening.ask("PUT", "/api/settings", {"auto_cover": True})
    assert standings(listening)[meanwhile] == "known"


@pytest.mark.parametrize(
    ("status", "headers", "body", "answered", "code"),
    [
        (429, {"Retry-After": "3600"}, {}, 429, "spotify_cooling_down"),
        (500, {}, {}, 503, "spotify_unavailable"),
        (403, {}, {"error": {"status": 403, "message": "Insufficient client scope"}}, 409, "consent_needed"),
    ],
)
def test_automatic_covers_stay_off_where_spotify_does_not_say_what_is_there(
    listening, spotify_standin, status, headers, body, answered, code
):
    spotify_standin.state.recorder.faults.append(Fault("/v1/me/playlists", status, 9, headers, body))
    answer = listening.ask("PUT", "/api/settings", {"auto_cover": True, "style_strength": 0.1})
    assert (answer.status, answer.code) == (answered, code)
    assert listening.ask("GET", "/api/me").body["settings"] == ListenerSettings().to_json()
