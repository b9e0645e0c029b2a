from datetime import UTC, datetime, timedelta

import pytest
from pydantic import ValidationError

from coverart.aws import clients
from coverart.errors import ListenerNotFoundError
from coverart.models import CoverOptions
from coverart.store.listeners import CONSENT_LIFETIME, Listeners, ListenerSettings, OAuthTokens, WatchStatus

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
TOKENS = {"refresh_token": "old-refresh", "scope": "user-top-read"}
OLD = OAuthTokens(access_token="old-access", expires_at=1_800_000_000, **TOKENS)
NEW = OAuthTokens(access_token="new-access", expires_at=1_800_003_600, **TOKENS)


@pytest.fixture
def profiles(stack):
    profiles = Listeners(clients.get_table("ListenersTable"))
    profiles.save_login("me", "robin", "Robin", OLD, NOW)
    return profiles


def test_new_login_keeps_settings_only(profiles):
    profile = profiles.get("me")
    assert (profile.tokens, profile.state, profile.display_name, profile.routes) == (OLD, "connected", "Robin", {})
    assert (profile.consent_at, profile.reconnect_by) == (NOW, NOW + CONSENT_LIFETIME)
    assert timedelta(days=181) > CONSENT_LIFETIME
    assert profiles.exists("me", datetime.now(UTC))
    profiles.save_route("me", "artist_top_tracks", is_open=True)
    assert profiles.save_settings("me", ListenerSettings(style_strength=0.3))
    profile = profiles.get("me")
    assert (profile.routes, profile.settings.style_strength) == ({"artist_top_tracks": True}, 0.3)
    profiles.mark_reconnect("me", OLD)
    profiles.save_login("me", "robin", "Robin A.", NEW, NOW)
    profile = profiles.get("me")
    assert (profile.tokens, profile.state, profile.routes) == (NEW, "connected", {})
    assert profile.settings == ListenerSettings(style_strength=0.3)


def test_profile_without_tokens_is_not_found(profiles):
    profiles.table.put_item(Item={"listener_id": "counted", "item": "profile", "covers_count": 1})
    for unknown in ("counted", "nobody"):
        with pytest.raises(ListenerNotFoundError):
            profiles.get(unknown)


def test_tokens_are_replaced_only_if_they_are_unchanged(profiles):
    profiles.mark_reconnect("me", OLD)
    assert profiles.replace_tokens("me", OLD, NEW)
    assert not profiles.replace_tokens("me", OLD, OLD)
    assert not profiles.mark_reconnect("me", OLD)
    assert (profiles.get("me").tokens, profiles.get("me").state) == (NEW, "connected")


def test_tokens_have_no_printable_form(profiles):
    for printed in (repr(OLD), str(OLD), repr(profiles.get("me")), OLD.model_dump_json()):
        assert "old-" not in printed
    with pytest.raises(ValidationError) as raised:
        OAuthTokens.model_validate({"access_token": ["old-access"], "refresh_token": "old-refresh", "expires_at": 1})
    assert "old-" not in str(raised.value)


def test_deleted_listener_stays_deleted(profiles):
    profiles.delete("me")
    assert not profiles.exists("me", datetime.now(UTC))
    assert not profiles.replace_tokens("me", OLD, NEW)
    assert not profiles.mark_reconnect("me", OLD)
    assert not profiles.save_settings("me", ListenerSettings(style_strength=0.3))
    assert not profiles.save_watch_status("me", WatchStatus(at=NOW))
    profiles.save_cool_down("me", NOW)
    profiles.save_route("me", "artist_top_tracks", is_open=True)
    profiles.save_user_id("me", "robin")
    assert profiles.table.scan()["Items"] == []


def test_cool_down_is_replaced_but_never_shortened(profiles):
    day, minute = NOW + timedelta(days=1), NOW + timedelta(minutes=1)
    for until, stored in ((NOW - timedelta(days=1), None), (minute, None), (day, None), (minute, day)):
        profiles.save_cool_down("me", until)
        assert profiles.get("me").cool_down_until == (stored or until)


LETTERED, COVER = {"lettering": "title", "second_line": "Robin"}, {"cover_id": "20261122T180415021-f147d8be9c"}


@pytest.mark.parametrize(
    ("settings", "requested", "expected"),
    [
        ({"look": "poster"}, {}, {"look": "poster"}),
        ({"look": "poster"}, {"look": None}, {"look": None}),
        ({"look": "poster"}, {"like": COVER}, {"look": None}),
        ({"look": "of-tomorrow"}, {}, {"look": None}),
        ({"second_line": "Robin"}, {}, {"lettering": "none", "second_line": None}),
        ({"second_line": "Robin"}, {"lettering": "title"}, {"lettering": "title", "second_line": "Robin"}),
        (LETTERED, {}, {"lettering": "title", "lettering_text": None, "second_line": "Robin"}),
        (LETTERED, {"lettering": "none"}, {"lettering": "none", "second_line": None}),
        (LETTERED, {"second_line": None}, {"lettering": "title", "second_line": None}),
        (LETTERED, {"lettering": "text", "lettering_text": "Rain"}, {"lettering": "text", "lettering_text": "Rain"}),
    ],
)
def test_omitted_option_is_that_of_the_settings(settings, requested, expected):
    options = ListenerSettings(**settings).complete(CoverOptions(**requested))
    assert options.model_dump(include=set(expected)) == expected
