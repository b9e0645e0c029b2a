"""The listener's account and settings, their playlists on Spotify, and which get automatic covers."""

import json
from datetime import UTC, datetime, timedelta
from unittest.mock import Mock

import pytest

from api import dependencies
from api.routes import account
from api.routes.account import to_account_response
from coverart.aws import clients
from coverart.looks import load_looks
from coverart.store.listeners import ListenerSettings, WatchStatus
from scripts.fakes.catalog import spotify_id
from tests.fake_spotify import log_in as log_in_at_spotify
from tests.spotify_requests import add_fault
from tests.unit.api.conftest import assert_error, log_in, request_cover

EVERYTHING = spotify_id("playlist", "everything-at-once")
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


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


# Playlists.


def list_playlists(client):
    """Return all playlists by id, which are fewer than a page holds."""
    response = client.call("GET", "/api/playlists")
    assert (response.status, response.body["next"]) == (200, None)
    return {playlist["id"]: playlist for playlist in response.body["items"]}


def get_standings(client):
    return {playlist_id: playlist["standing"] for playlist_id, playlist in list_playlists(client).items()}


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


@pytest.mark.parametrize("mode", ["development", "extended"])
def test_playlists_are_listed_with_what_the_page_shows(demo_listener, fake_spotify, monkeypatch, mode):
    fake_spotify.state.mode = mode
    playlists = list_playlists(demo_listener)
    everything = playlists[EVERYTHING]
    assert everything["items"] > 0
    assert everything["image"].startswith(f"{fake_spotify.picture_urls[1]}/300/")
    assert everything["url"].startswith("https://open.spotify.com/playlist/")
    assert {playlist["owned"] for playlist in playlists.values()} == {True}
    monkeypatch.setenv("ARTWORK_ORIGINS", "https://i.scdn.co")
    assert {playlist["image"] for playlist in list_playlists(demo_listener).values()} == {None}


def test_listener_who_cannot_be_served_is_told_why(demo_listener, listeners, listener_id, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setenv("SPOTIFY_API_URL", "http://127.0.0.1:9/v1/")
        assert_error(demo_listener.call("GET", "/api/playlists"), 503, "spotify_unavailable")
    listeners.mark_reconnect(listener_id, listeners.get(listener_id).tokens)
    assert_error(demo_listener.call("GET", "/api/playlists"), 409, "reconnect_needed")


def test_many_playlists_are_listed_in_pages(demo_listener, fake_spotify, small_pages):
    fake_spotify.state.playlists = {}
    ids = {fake_spotify.state.add_playlist(f"List {n}", ["Purr"]) for n in range(small_pages + 1)}
    first = demo_listener.call("GET", "/api/playlists").body
    second = demo_listener.call("GET", "/api/playlists", query={"cursor": first["next"]}).body
    assert (len(first["items"]), first["next"], second["next"]) == (small_pages, str(small_pages), None)
    assert {playlist["id"] for playlist in (*first["items"], *second["items"])} == ids


def test_spotifys_cool_down_is_reported_with_its_end(demo_listener, fake_spotify):
    add_fault(fake_spotify, "/v1/me", 429, times=9, headers={"Retry-After": "3600"})
    began_at = datetime.now(UTC)
    response = demo_listener.call("GET", "/api/playlists")
    ended_at = datetime.now(UTC)
    assert_error(response, 429, "spotify_cooling_down")
    until = datetime.fromisoformat(demo_listener.call("GET", "/api/me").body["cool_down_until"])
    assert began_at <= until - timedelta(hours=1) <= ended_at
    assert until <= ended_at + timedelta(seconds=int(response.headers["Retry-After"]))


def test_listener_sees_only_their_own_playlists_and_artists(demo_listener, fake_spotify):
    names = demo_listener.call("GET", "/api/top-artists").body["names"]
    assert (len(names), names[0]) == (10, "Nine Lives Society")
    newcomer = log_in(log_in_at_spotify(fake_spotify, "newcomer"))
    assert newcomer.call("GET", "/api/top-artists").body == {"names": []}
    assert newcomer.call("GET", "/api/playlists").body == {"items": [], "next": None}


def test_automatic_covers_can_be_set_for_one_playlist(demo_listener, bob):
    for auto in (True, None, False):
        automation = {"id": EVERYTHING, "auto": auto, "standing": None}
        response = demo_listener.call("PUT", f"/api/playlists/{EVERYTHING}", {"auto": auto})
        assert (response.status, response.body) == (200, automation)
        assert automation.items() <= list_playlists(demo_listener)[EVERYTHING].items()
    demo_listener.call("PUT", "/api/settings", {"auto_cover": True})
    playlist = list_playlists(demo_listener)[EVERYTHING]
    assert (playlist["auto"], playlist["standing"]) == (False, "known")
    assert dependencies.get_playlists().get_all("bob") == {}


def test_playlists_are_checked_on_request_once_a_minute(demo_listener, listeners, listener_id, monkeypatch):
    client, get_client = Mock(), clients.get_client
    monkeypatch.setattr(clients, "get_client", lambda name: client if name == "lambda" else get_client(name))
    assert_error(demo_listener.call("POST", "/api/playlists/check"), 422, "invalid_request")
    demo_listener.call("PUT", "/api/settings", {"auto_cover": True})
    first = demo_listener.call("POST", "/api/playlists/check")
    assert first.status == 202
    payload = json.dumps({"listener_id": listener_id})
    client.invoke.assert_called_once_with(FunctionName="watch", InvocationType="Event", Payload=payload)
    assert_error(demo_listener.call("POST", "/api/playlists/check"), 429, "checked_recently")
    listeners.save_watch_start(listener_id, datetime.fromisoformat(first.body["started_at"]) - timedelta(minutes=1))
    assert demo_listener.call("POST", "/api/playlists/check").status == 202
