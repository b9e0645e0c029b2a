"""The profiles and playlists that an earlier version stored in ListenersTable."""

from datetime import timedelta

from api.dependencies import ApiSettings
from api.routes.account import to_account_response
from coverart.aws import clients
from coverart.models import PlaylistSource
from coverart.store.keys import daily_count_key, picture_count_key, picture_key, shared_cover_key, variation_key
from coverart.store.listeners import ListenerSettings, Profile, WatchStatus
from coverart.store.playlists import PlaylistRecord, Playlists
from tests.unit.upgrade import stored_items as stored

STACK = ApiSettings.model_construct(image_backend="painter", daily_cover_limit=50, allow_sending_pictures=False)


def test_profiles_are_read_as_they_were_stored(read_keys):
    keys = stored.stored_keys("ListenersTable", "profile")
    for table, listener_id, _ in keys:
        profile, item = stored.listeners().get(listener_id), stored.stored_item(table, listener_id, "profile")
        assert stored.listeners().exists(listener_id, stored.CAPTURED_AT)
        assert profile.tokens.to_item() == item["tokens"]
        assert profile.settings == ListenerSettings(**item["settings"])
        assert profile.watched == (WatchStatus(**item["watched"]) if "watched" in item else None)
        for name in ("consent_at", "reconnect_by", "cool_down_until"):
            stored_time = getattr(profile, name)
            assert (stored_time and stored_time.isoformat()) == item.get(name)
        for name in ("listener_id", "user_id", "state", "display_name", "routes"):
            assert getattr(profile, name) == item.get(name, Profile.model_fields[name].default)
        me = to_account_response(profile, 17, STACK, stored.CAPTURED_AT)
        assert (me.cool_down_until, me.remind) == (profile.cool_down_until, listener_id == "Somebody4")
        later = to_account_response(profile, 17, STACK, stored.CAPTURED_AT + timedelta(days=1))
        assert later.cool_down_until is None
    assert (len(keys), read_keys >= keys) == (4, True)


def test_settings_are_kept_and_tokens_can_be_replaced(read_keys):
    profile = stored.listeners().get(stored.DEMO)
    settings = {"style_strength": 0.55, "keep_colours": True, "auto_cover": True, "auto_cover_pattern": "Fresh*"}
    assert profile.settings == ListenerSettings(**settings)
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
    assert read_keys == stored.stored_keys("ListenersTable", "playlist#")


def test_keys_of_later_kinds_of_items_stay():
    """The version of the stored items had none of them."""
    variation = variation_key("ada", PlaylistSource(kind="playlist", playlist_id="p1"))
    items = [key["item"] for key in (picture_key("ada", "1"), picture_count_key("ada"), variation)]
    assert items == ["picture#1", "pictures", "variation#playlist#p1"]
    keys = [key["key"].split("#") for key in (shared_cover_key("1"), daily_count_key("ada", stored.CAPTURED_AT))]
    assert [(kind, *rest) for kind, _sha256, *rest in keys] == [("shared",), ("covers", "2026-11-30")]
