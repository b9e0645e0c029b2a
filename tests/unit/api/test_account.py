from datetime import UTC, datetime, timedelta

import pytest

from api import dependencies
from api.routes import account
from api.routes.account import to_account_response
from coverart.looks import load_looks
from coverart.store.listeners import ListenerSettings, WatchStatus
from tests.spotify_requests import add_fault
from tests.unit.api.conftest import assert_error, request_cover

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def get_standings(client):
    return {playlist["id"]: playlist["standing"] for playlist in client.call("GET", "/api/playlists").body["items"]}


def test_account_shows_the_listener_and_todays_covers(ada):
    request_cover(ada)
    response = ada.call("GET", "/api/me")
    body = response.body
    assert (response.status, body["listener_id"], body["display_name"]) == (200, "ada", "Ada")
    assert (body["state"], body["remind"], body["cool_down_until"]) == ("connected", False, None)
    assert (body["covers_today"], body["daily_limit"]) == (4, 30)
    assert (body["image_backend"], body["cover_cost_usd"], body["candidates_default"]) == ("painter", 0, 4)
    assert (body["settings"], body["watched"]) == (ListenerSettings().to_json(), None)
    assert response.headers["Cache-Control"] == "no-store"
    assert "tokens" not in str(body)
    status = WatchStatus(at=NOW, code="spotify_cooling_down", message="Spotify asks us to wait.")
    dependencies.get_listeners().save_watch_status("ada", status)
    assert ada.call("GET", "/api/me").body["watched"] == status.to_json()


@pytest.mark.parametrize(
    ("profile", "fields"),
    [
        ({"reconnect_by": NOW + timedelta(days=31)}, {"remind": False}),
        ({"reconnect_by": NOW + timedelta(days=30)}, {"remind": True}),
        ({"reconnect_by": NOW - timedelta(days=1)}, {"remind": True}),
        ({"reconnect_by": NOW + timedelta(days=90), "state": "reconnect"}, {"remind": True}),
        ({"cool_down_until": NOW - timedelta(seconds=1)}, {"cool_down_until": None}),
        ({"cool_down_until": NOW + timedelta(hours=1)}, {"cool_down_until": NOW + timedelta(hours=1)}),
    ],
)
def test_account_shows_what_is_true_now(ada, profile, fields):
    profile = dependencies.get_listeners().get("ada").model_copy(update=profile)
    account = to_account_response(profile, 0, dependencies.get_settings(), NOW)
    assert {name: getattr(account, name) for name in fields} == fields


def test_settings_are_defaults_for_omitted_options(ada, step_functions):
    settings = {"style_strength": 0.25, "keep_colours": True, "auto_cover": False, "auto_cover_pattern": "Mix*"}
    settings |= {"lettering": "title", "second_line": "Ada", "look": "poster"}
    assert ada.call("PUT", "/api/settings", settings).body == settings
    assert ada.call("GET", "/api/me").body["settings"] == settings
    request_cover(ada, style_strength=1)
    [execution_input] = step_functions.started.values()
    options = execution_input["options"]
    assert (options["style_strength"], options["keep_colours"]) == (1, True)
    looks = ada.call("GET", "/api/looks").body["items"]
    assert [look["id"] for look in looks] == list(load_looks())
    assert all(look["name"] and len(look["palettes"]) > 1 for look in looks)


def test_switching_automatic_covers_on_marks_existing_playlists(demo_listener, fake_spotify):
    def switch(auto_cover):
        assert demo_listener.call("PUT", "/api/settings", {"auto_cover": auto_cover}).status == 200

    assert set(get_standings(demo_listener).values()) == {None}
    switch(True)
    assert set(get_standings(demo_listener).values()) == {"known"}
    new_id = fake_spotify.state.add_playlist("Night bus", ["Purr"])
    switch(True)
    assert get_standings(demo_listener)[new_id] is None
    # One that is added while they are switched off is not new.
    switch(False)
    switch(True)
    assert get_standings(demo_listener)[new_id] == "known"


def test_rest_of_a_large_library_is_left_to_watch(demo_listener, fake_spotify, small_pages, listener_id, monkeypatch):
    for n in range(small_pages):
        fake_spotify.state.add_playlist(f"List {n}", ["Purr"])
    monkeypatch.setattr(account, "_MARKING_SECONDS", -1)
    assert demo_listener.call("PUT", "/api/settings", {"auto_cover": True}).status == 200
    profile = dependencies.get_listeners().get(listener_id)
    assert (profile.settings.auto_cover, profile.marking_offset) == (True, small_pages)


@pytest.mark.parametrize(
    ("fault", "status", "code"),
    [
        ({"status": 429, "headers": {"Retry-After": "3600"}}, 429, "spotify_cooling_down"),
        ({"status": 500}, 503, "spotify_unavailable"),
        ({"status": 403, "body": {"error": {"message": "Insufficient client scope"}}}, 409, "consent_needed"),
    ],
)
def test_automatic_covers_stay_off_if_spotify_fails(demo_listener, fake_spotify, fault, status, code):
    add_fault(fake_spotify, "/v1/me/playlists", times=9, **fault)
    response = demo_listener.call("PUT", "/api/settings", {"auto_cover": True, "style_strength": 0.1})
    assert_error(response, status, code)
    assert demo_listener.call("GET", "/api/me").body["settings"] == ListenerSettings().to_json()
