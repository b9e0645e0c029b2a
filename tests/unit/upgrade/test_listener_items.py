"""The profiles and playlists that an earlier version stored in ListenersTable."""

from datetime import timedelta

import pytest

from api.dependencies import ApiSettings
from api.routes.account import to_account_response
from coverart.aws import clients
from coverart.store.listeners import ListenerSettings, Profile, WatchStatus
from coverart.store.playlists import PlaylistRecord, Playlists
from tests.unit.upgrade import stored_items as stored

STACK = ApiSettings.model_construct(image_backend="painter", daily_cover_limit=50, allow_sending_pictures=False)


@pytest.mark.parametrize("listener_id", [stored.NEWCOMER, stored.DEMO, stored.ODD, stored.SOMEBODY])
def test_profile_is_read_as_it_was_stored(read_keys, listener_id):
    profile, item = stored.listeners().get(listener_id), stored.stored_item("ListenersTable", listener_id, "profile")
    assert stored.listeners().exists(listener_id, stored.CAPTURED_AT)
    tokens = item["tokens"]
    assert profile.tokens.access_token.get_secret_value() == tokens["access_token"]
    assert profile.tokens.refresh_token.get_secret_value() == tokens["refresh_token"]
    assert (profile.tokens.expires_at, profile.tokens.scope) == (tokens["expires_at"], tokens["scope"])
    assert profile.settings == ListenerSettings(**item["settings"])
    assert profile.watched == (WatchStatus(**item["watched"]) if "watched" in item else None)
    for name in ("consent_at", "reconnect_by", "cool_down_until"):
        stored_time = getattr(profile, name)
        assert (stored_time and stored_time.isoformat()) == item.get(name)
    for name in ("listener_id", "user_id", "state", "display_name", "routes"):
        assert getattr(profile, name) == item.get(name, Profile.model_fields[name].default)
    me = to_account_response(profile, 17, STACK, stored.CAPTURED_AT)
    assert (me.cool_down_until, me.remind) == (profile.cool_down_until, listener_id == stored.SOMEBODY)
    later = to_account_response(profile, 17, STACK, stored.CAPTURED_AT + timedelta(days=1))
    assert later.cool_down_until is None


def test_profile_with_settings_and_count_is_shown(read_keys):
    profile = stored.listeners().get(stored.DEMO)
    assert to_account_response(profile, 17, STACK, stored.CAPTURED_AT).to_json() == {
        "listener_id": stored.DEMO,
        "display_name": "Robin Aldermoor",
        "state": "connected",
        "is_demo": False,
        "may_send_pictures": False,
        "reconnect_by": "2027-05-29T07:01:15.197333Z",
        "remind": False,
        "cool_down_until": None,
        "covers": None,
        "covers_today": 17,
        "daily_limit": 500,
        "candidates_default": 4,
        "image_backend": "painter",
        "cover_cost_usd": 0,
        "settings": {
            "style_strength": 0.55,
            "keep_colours": True,
            "auto_cover": True,
            "auto_cover_pattern": "Fresh*",
            "lettering": "none",
            "second_line": None,
            "look": None,
        },
        "watched": {"at": "2026-11-30T07:02:22.110250Z", "code": None, "message": None, "covers_requested": 0},
    }


def test_stored_access_token_can_be_replaced(read_keys):
    profile = stored.listeners().get(stored.DEMO)
    renewed = profile.tokens.model_copy(update={"expires_at": profile.tokens.expires_at + 3600})
    assert stored.listeners().replace_tokens(stored.DEMO, profile.tokens, renewed)
    assert stored.listeners().get(stored.DEMO).tokens == renewed


def test_playlists_of_every_standing_are_read(read_keys):
    playlists = Playlists(clients.get_table("ListenersTable"))
    records = playlists.get_all(stored.DEMO)
    standings = {"known", "waiting", "announced", "made", "covered", "given_up", None}
    assert ({record.standing for record in records.values()}, len(records)) == (standings, 11)
    for playlist_id, record in records.items():
        item = stored.stored_item("ListenersTable", stored.DEMO, f"playlist#{playlist_id}")
        values = {name: value for name, value in item.items() if name not in ("listener_id", "item")}
        announced_at = record.announced_at and record.announced_at.isoformat()
        fields = record.model_dump(mode="json") | {"announced_at": announced_at}
        assert fields == PlaylistRecord(playlist_id=playlist_id).model_dump(mode="json") | values
    assert playlists.get_all(stored.ODD) == {}
