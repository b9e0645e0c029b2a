"""The profiles and playlists that an earlier version stored in ListenersTable."""

from datetime import timedelta

from api.dependencies import ApiSettings
from api.routes.account import to_account_response
from coverart.aws import clients
from coverart.store.listeners import ListenerSettings, WatchStatus
from coverart.store.playlists import PlaylistRecord, Playlists
from tests.unit.upgrade.stored_items import (
    ANNOUNCED,
    CAPTURED_AT,
    COVERED,
    COVERED_AUTO_NULL,
    DEMO,
    GIVEN_UP,
    KNOWN,
    KNOWN_AUTO_OFF,
    KNOWN_AUTO_ON,
    MADE,
    NEWCOMER,
    ODD,
    ONLY_AUTO_NULL,
    ONLY_AUTO_ON,
    SOMEBODY,
    WAITING,
    at,
    listeners,
    stored_item,
)

STACK = ApiSettings.model_construct(image_backend="painter", daily_cover_limit=50, allow_sending_pictures=False)


def test_fresh_profile_has_default_settings(read_keys):
    profile = listeners().get(NEWCOMER)
    tokens = stored_item("ListenersTable", NEWCOMER, "profile")["tokens"]
    assert (profile.listener_id, profile.user_id, profile.display_name) == (NEWCOMER, "newcomer", "Kit Newcombe")
    assert profile.tokens.access_token.get_secret_value() == tokens["access_token"]
    assert profile.tokens.refresh_token.get_secret_value() == tokens["refresh_token"]
    assert (profile.tokens.expires_at, profile.tokens.scope) == (1796025674, tokens["scope"])
    assert "ugc-image-upload" in profile.tokens.scope.split()
    assert (profile.state, profile.consent_at) == ("connected", at("07:01:14.853262"))
    assert profile.reconnect_by == profile.consent_at + timedelta(days=180)
    assert profile.settings == ListenerSettings()
    assert (profile.routes, profile.cool_down_until, profile.watched) == ({}, None, None)


def test_profile_with_settings_and_count_is_read(read_keys):
    profile = listeners().get(DEMO)
    assert (profile.user_id, profile.display_name, profile.state) == ("demo", "Robin Aldermoor", "connected")
    assert profile.settings == ListenerSettings(
        style_strength=0.55, keep_colours=True, auto_cover=True, auto_cover_pattern="Fresh*"
    )
    assert profile.routes == {"artist_top_tracks": False}
    assert profile.watched == WatchStatus(at=at("07:02:22.110250"), code=None, message=None)
    assert profile.cool_down_until is None
    assert listeners().exists(DEMO, CAPTURED_AT)
    me = to_account_response(profile, 17, STACK, CAPTURED_AT).to_json()
    assert me == {
        "listener_id": DEMO,
        "display_name": "Robin Aldermoor",
        "state": "connected",
        "reconnect_by": "2027-05-29T07:01:15.197333Z",
        "remind": False,
        "cool_down_until": None,
        "covers_today": 17,
        "daily_limit": 500,
        "image_backend": "painter",
        "cover_cost_usd": 0,
        "candidates_default": 4,
        "settings": {
            "style_strength": 0.55,
            "keep_colours": True,
            "lettering": "none",
            "second_line": None,
            "look": None,
            "auto_cover": True,
            "auto_cover_pattern": "Fresh*",
        },
        "watched": {"at": "2026-11-30T07:02:22.110250Z", "code": None, "message": None, "covers_requested": 0},
        "covers": None,
        "is_demo": False,
        "may_send_pictures": False,
    }


def test_cooling_down_profile_tells_until_when(read_keys):
    profile = listeners().get(ODD)
    assert (profile.listener_id, profile.user_id, profile.display_name) == (ODD, "newcomer", "")
    assert profile.cool_down_until == at("07:02:22.105004") + timedelta(days=1)
    assert (profile.watched.at, profile.watched.code) == (at("07:02:22.099877"), "spotify_cooling_down")
    assert profile.watched.message == (
        "Spotify got more questions than it likes and asks us to wait until 2026-12-01 07:02:22 UTC. "
        "Please try again after that."
    )
    assert profile.settings == ListenerSettings(style_strength=0, auto_cover=True)
    me = to_account_response(profile, 17, STACK, CAPTURED_AT)
    assert (me.cool_down_until, me.remind) == (profile.cool_down_until, False)
    assert to_account_response(profile, 17, STACK, CAPTURED_AT + timedelta(days=1)).cool_down_until is None


def test_profile_to_reconnect_says_why(read_keys):
    profile = listeners().get(SOMEBODY)
    assert (profile.state, profile.user_id, profile.display_name) == ("reconnect", "somebody", "Somebody Else")
    assert profile.watched == WatchStatus(
        at=at("07:02:22.064208"),
        code="reconnect_needed",
        message="Spotify no longer takes your login here. Please log in with Spotify again.",
    )
    assert profile.routes == {"artist_top_tracks": True}
    assert profile.settings == ListenerSettings(style_strength=0.6, keep_colours=True, auto_cover=True)
    assert to_account_response(profile, 17, STACK, CAPTURED_AT).remind


def test_stored_access_token_can_be_replaced(read_keys):
    profile = listeners().get(DEMO)
    renewed = profile.tokens.model_copy(update={"expires_at": profile.tokens.expires_at + 3600})
    assert listeners().replace_tokens(DEMO, profile.tokens, renewed)
    assert listeners().get(DEMO).tokens == renewed


def known_playlist(playlist_id, name, snapshot_id, standing, auto=None, announced=None):
    record = PlaylistRecord(playlist_id=playlist_id, name=name, snapshot_id=snapshot_id, standing=standing, auto=auto)
    return record.model_copy(update={"announced_at": announced and at(announced)})


def test_playlists_of_every_standing_are_read(read_keys):
    round_at = "07:02:11.238517"
    expected = [
        known_playlist(KNOWN, "Night Bus Circuits", "NjZjemJxMzAyWW1nTTFLcU1KQnBhVTE2", "known"),
        known_playlist(KNOWN_AUTO_ON, "Rain on the Skylight", "NXRzNUlZOUZqRmIwYkRwdmJBRXFJQzE1", "known", auto=True),
        known_playlist(KNOWN_AUTO_OFF, "Everything at Once", "MHlwSTNUZ2JybjFOeGhYdjRPRXhKNDE4", "known", auto=False),
        known_playlist(WAITING, "Fresh and small", "NnB4ajFRS2RRcm1EOVRzd0xncDJuajM=", "waiting"),
        known_playlist(
            ANNOUNCED, "Fresh and announced", "NGdpRTZPeG1ObnprN0tWZmtjR1docTQ=", "announced", None, "07:02:21.051536"
        ),
        known_playlist(MADE, "Fresh, not set", "Mk5xSjZSTTFPMlA4ZTZaUE5janFkZDQ=", "made", None, "07:02:18.238183"),
        known_playlist(COVERED, "Fresh Paint", "M2hvWVhlQTZLVUVuUUM5endZcnN5bzQ=", "covered", None, round_at),
        known_playlist(
            COVERED_AUTO_NULL, "Fresh with an image", "NVVIWG9Ga2VURU1yVm45SmtLU2dXVTQ=", "covered", None, round_at
        ),
        known_playlist(GIVEN_UP, "Fresh and torn", "NmVBa3RudzRQRlhMVldmT0JOTW00azQ=", "given_up", None, round_at),
        PlaylistRecord(playlist_id=ONLY_AUTO_ON, auto=True),
        PlaylistRecord(playlist_id=ONLY_AUTO_NULL),
    ]
    assert Playlists(clients.get_table("ListenersTable")).get_all(DEMO) == {
        playlist.playlist_id: playlist for playlist in expected
    }
    assert Playlists(clients.get_table("ListenersTable")).get_all(ODD) == {}
