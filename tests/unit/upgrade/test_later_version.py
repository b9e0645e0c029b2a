"""A later version is deployed, stores what this one does not know, and is rolled back: nobody is locked out."""

import copy
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

from api import dependencies
from coverart.aws import clients
from coverart.store.keys import cover_item_key, history_key, playlist_key, profile_key
from coverart.store.playlists import AutomationState
from coverart.store.publish_history import HistoryEntry
from tests.unit.api.conftest import COVER, PLAYLIST, ada, put_cover, step_functions
from watch.rules import AutomaticCover, next_action
from watch.run import WatchRun

__all__ = ["ada", "step_functions"]

NEWER = "20991122T120000000-0123456789"
ANYTHING = {"new": [1, {"deep": "value"}]}


def get_item(table, key):
    return clients.get_table(table).get_item(Key=key)["Item"]


def put_changed(table, item, *changes):
    """Store the item with values at paths like "request.source"; None removes what is there."""
    item = copy.deepcopy(item)
    for path, value in changes:
        *parents, name = path.split(".")
        part = item
        for parent in parents:
            part = part[parent]
        part[name] = value
        if value is None:
            del part[name]
    clients.get_table(table).put_item(Item=item)


def test_profile_of_a_later_version_logs_in_and_is_watched(ada):
    profile = get_item("ListenersTable", profile_key("ada"))
    checker = SimpleNamespace(check=lambda *_: SimpleNamespace(covers_requested=0, blocked_by=None))
    for change in (
        ("settings.new", "value"),
        ("settings.style_strength", "strong"),
        ("settings", {"new": "value", "style_strength": "strong", "auto_cover": True}),
        ("state", "paused"),
        ("state", None),
        ("watched", {"at": "2026-11-30T07:02:22Z", **ANYTHING}),
        ("watched", ANYTHING),
        ("watched", "yesterday"),
        ("watch_offset", "a cursor"),
        ("routes", {"artists": "sometimes"}),
    ):
        put_changed("ListenersTable", profile, change)
        me = ada.call("GET", "/api/me")
        assert (me.status, me.body["state"], me.body["settings"]["style_strength"]) == (200, "connected", None), change
        assert me.body["settings"]["auto_cover"] is (change[0] == "settings")
        put_changed("ListenersTable", profile, change, ("settings.auto_cover", True))
        assert WatchRun(dependencies.get_listeners(), checker).run_all(lambda: 1000).listeners_checked == 1, change


def test_cover_of_a_later_version_is_a_row_that_can_be_deleted(ada):
    put_cover("ada")
    cover_item = get_item("CoversTable", cover_item_key("ada", COVER))
    for change in (
        ("status", "queued"),
        ("status", None),
        ("step", "upscale"),
        ("created_at", None),
        ("request.source", {"kind": "podcast"}),
        ("request", None),
        ("error", "words"),
        ("fetched", []),
    ):
        put_changed("CoversTable", cover_item, change, ("cover_id", NEWER))
        unreadable, other = ada.call("GET", "/api/covers").body["items"]
        assert (unreadable["cover_id"], unreadable["status"], other["status"]) == (NEWER, "failed", "done"), change
        assert (unreadable["error"]["code"], other["error"]) == ("unreadable", None)
        cover = ada.call("GET", f"/api/covers/{NEWER}").body
        assert (cover["error"]["code"], cover["source"]) == ("unreadable", None)
        assert ada.call("DELETE", f"/api/covers/{NEWER}").status == 204
    assert [cover["cover_id"] for cover in ada.call("GET", "/api/covers").body["items"]] == [COVER]


def test_new_fields_of_a_cover_are_left_out(ada):
    put_cover("ada")
    error = {"code": "timed_out", "message": "A sentence.", **ANYTHING}
    paths = ("new", "request.source.new", "request.options.new", "timings.upscale")
    changes = [("error", error), *((path, ANYTHING) for path in paths)]
    put_changed("CoversTable", get_item("CoversTable", cover_item_key("ada", COVER)), *changes)
    [row] = ada.call("GET", "/api/covers").body["items"]
    cover = ada.call("GET", f"/api/covers/{COVER}").body
    assert (row["status"], cover["status"], len(cover["songs"])) == ("done", "done", 1)
    assert "deep" not in str([row, cover])


def add_entry():
    """Store an entry of the publish history, and return its item."""
    fields = {"playlist_id": PLAYLIST, "entry_id": COVER, "playlist_name": "", "cover_id": None, "picture": "p"}
    at = datetime.now(UTC) - timedelta(days=30)
    dependencies.get_history().add("ada", HistoryEntry(**fields, asked_at=at, status="set"))
    return get_item("ListenersTable", history_key("ada", PLAYLIST, COVER))


def test_history_entry_of_a_later_version_can_be_cleared(ada):
    newer_id = history_key("ada", PLAYLIST, NEWER)["item"]
    for path, value, statuses in (
        ("status", "scheduled", {NEWER: "not_set"}),
        ("new", ANYTHING, {NEWER: "set"}),
        ("replaced", {"whose": "a robot's"}, {NEWER: "set"}),
        ("picture", None, {}),
    ):
        put_changed("ListenersTable", add_entry(), ("item", newer_id), ("entry_id", NEWER), (path, value))
        items = ada.call("GET", f"/api/playlists/{PLAYLIST}/history").body["items"]
        assert {item["entry"]: item["status"] for item in items} == {COVER: "set", **statuses}
        assert {item["code"] for item in items} == ({None, "unreadable"} if path == "status" else {None})
        assert ada.call("GET", "/api/covers").status == 200
        assert ada.call("DELETE", f"/api/playlists/{PLAYLIST}/history").status == 204
        assert ada.call("GET", f"/api/playlists/{PLAYLIST}/history").body["items"] == []


def test_unknown_automation_state_is_shown_and_left_alone(ada):
    key = playlist_key("ada", PLAYLIST)
    clients.get_table("ListenersTable").put_item(Item={**key, "standing": "postponed", **ANYTHING})
    [record] = dependencies.get_playlists().get_all("ada").values()
    assert (record.playlist_id, record.standing) == (PLAYLIST, AutomationState.UNKNOWN)
    assert ada.call("PUT", f"/api/playlists/{PLAYLIST}", {"auto": True}).body["standing"] == "unknown"
    now = datetime.now(UTC)
    assert next_action(record, None, now, song_count=9, eligible=True, has_cover=lambda: False) is None
    assert get_item("ListenersTable", key)["standing"] == "postponed"
    announced = record.model_copy(update={"standing": AutomationState.REQUESTED})
    cover = AutomaticCover("queued")
    assert next_action(announced, cover, now, song_count=9, eligible=True, has_cover=lambda: False) is None


def test_listener_with_items_of_a_later_version_can_leave(ada):
    put_cover("ada")
    put_changed("CoversTable", get_item("CoversTable", cover_item_key("ada", COVER)), ("status", None))
    put_changed("ListenersTable", add_entry(), ("status", None), ("entry_id", None))
    assert ada.call("DELETE", "/api/me").status == 204
    assert clients.get_table("CoversTable").scan()["Items"] == []
    assert clients.get_table("ListenersTable").scan()["Items"] == []
