from datetime import UTC, datetime, timedelta

import pytest

from api.me import me_of
from coverart import aws
from coverart.listeners import Listeners
from tests.api.conftest import known

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def profile(**changes):
    known("ada")
    return Listeners(aws.table("ListenersTable")).get("ada").model_copy(update=changes)


def test_a_listener_reads_who_they_are_and_what_is_left_for_today(ada):
    ada.ask("POST", "/api/covers", {"source": {"kind": "top_artists"}})
    me = ada.ask("GET", "/api/me")
    assert me.status == 200
    assert me.body["listener_id"] == "ada"
    assert me.body["display_name"] == "Ada"
    assert (me.body["state"], me.body["remind"], me.body["cool_down_until"]) == ("connected", False, None)
    assert (me.body["covers_today"], me.body["daily_limit"]) == (1, 3)
    assert me.body["settings"] == {"style_strength": 0.7, "keep_colours": False}
    assert datetime.fromisoformat(me.body["reconnect_by"]) > datetime.now(UTC) + timedelta(days=179)
    assert me.headers["Cache-Control"] == "no-store"
    assert "tokens" not in str(me.body)


@pytest.mark.parametrize(("days", "remind"), [(31, False), (30, True), (-1, True)])
def test_a_listener_is_reminded_thirty_days_before_the_login_ends(machine, days, remind):
    assert me_of(profile(reconnect_by=NOW + timedelta(days=days)), 50, NOW).remind is remind


def test_a_listener_whose_login_has_ended_is_reminded(machine):
    assert me_of(profile(state="reconnect", reconnect_by=NOW + timedelta(days=90)), 50, NOW).remind


def test_a_cool_down_is_told_while_it_lasts(machine):
    assert me_of(profile(cool_down_until=NOW - timedelta(seconds=1)), 50, NOW).cool_down_until is None
    until = NOW + timedelta(hours=1)
    assert me_of(profile(cool_down_until=until), 50, NOW).cool_down_until == until


def test_yesterdays_covers_do_not_count(machine):
    assert me_of(profile(covers_day="2026-11-21", covers_count=3), 50, NOW).covers_today == 0
    assert me_of(profile(covers_day="2026-11-22", covers_count=3), 50, NOW).covers_today == 3


def test_settings_are_what_a_request_gets_where_it_leaves_them_out(ada, machine):
    settings = {"style_strength": 0.25, "keep_colours": True}
    assert ada.ask("PUT", "/api/settings", settings).body == settings
    assert ada.ask("GET", "/api/me").body["settings"] == settings
    ada.ask("POST", "/api/covers", {"source": {"kind": "top_artists"}, "options": {"style_strength": 1}})
    [started] = machine.started.values()
    assert started["options"]["style_strength"] == 1
    assert started["options"]["keep_colours"] is True


@pytest.mark.parametrize("settings", [{"style_strength": 2}, {"keep_colours": "maybe"}, {"colour": 1}, [], "{", "null"])
def test_settings_that_cannot_be_are_refused(ada, settings):
    answer = ada.ask("PUT", "/api/settings", settings)
    assert (answer.status, answer.code) == (422, "invalid_request")
