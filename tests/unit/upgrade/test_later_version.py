"""A later version is deployed, stores what this one does not know, and is rolled back: nobody is locked out."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

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


def change(table, key, path, value):
    """Set the attribute at `path`, or remove it where `value` is None."""
    names = {f"#{number}": name for number, name in enumerate(path)}
    target = ".".join(names)
    arguments = {"UpdateExpression": f"REMOVE {target}"}
    if value is not None:
        arguments = {"UpdateExpression": f"SET {target} = :value", "ExpressionAttributeValues": {":value": value}}
    clients.get_table(table).update_item(Key=key, ExpressionAttributeNames=names, **arguments)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (["settings", "new"], "value"),
        (["settings", "style_strength"], "strong"),
        (["settings"], {"new": "value", "style_strength": "strong", "auto_cover": True}),
        (["state"], "paused"),
        (["state"], None),
        (["watched"], {"at": "2026-11-30T07:02:22Z", **ANYTHING}),
        (["watched"], ANYTHING),
        (["watched"], "yesterday"),
        (["watch_offset"], "a cursor"),
        (["routes"], {"artists": "sometimes"}),
    ],
)
def test_profile_of_a_later_version_logs_in_and_is_watched(ada, path, value):
    change("ListenersTable", profile_key("ada"), path, value)
    me = ada.call("GET", "/api/me")
    assert (me.status, me.body["state"], me.body["settings"]["style_strength"]) == (200, "connected", None)
    assert me.body["settings"]["auto_cover"] is (path == ["settings"])
    change("ListenersTable", profile_key("ada"), ["settings", "auto_cover"], value=True)
    checker = SimpleNamespace(check=lambda *_: SimpleNamespace(covers_requested=0, blocked_by=None))
    assert WatchRun(dependencies.get_listeners(), checker).run_all(lambda: 1000).listeners_checked == 1


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (["status"], "queued"),
        (["status"], None),
        (["step"], "upscale"),
        (["created_at"], None),
        (["request", "source"], {"kind": "podcast"}),
        (["request"], None),
        (["error"], "words"),
        (["fetched"], []),
    ],
)
def test_cover_of_a_later_version_is_a_row_that_can_be_deleted(ada, path, value):
    put_cover("ada")
    put_cover("ada", NEWER)
    change("CoversTable", cover_item_key("ada", NEWER), path, value)
    unreadable, other = ada.call("GET", "/api/covers").body["items"]
    assert (unreadable["cover_id"], unreadable["status"], unreadable["error"]["code"]) == (
        NEWER,
        "failed",
        "unreadable",
    )
    assert (other["status"], other["error"]) == ("done", None)
    cover = ada.call("GET", f"/api/covers/{NEWER}").body
    assert (cover["error"]["code"], cover["source"]) == ("unreadable", None)
    assert ada.call("DELETE", f"/api/covers/{NEWER}").status == 204
    assert [cover["cover_id"] for cover in ada.call("GET", "/api/covers").body["items"]] == [COVER]


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (["new"], ANYTHING),
        (["request", "source", "new"], ANYTHING),
        (["request", "options", "new"], ANYTHING),
        (["error"], {"code": "timed_out", "message": "A sentence.", **ANYTHING}),
        (["timings", "upscale"], ANYTHING),
    ],
)
def test_new_field_of_a_cover_is_left_out(ada, path, value):
    put_cover("ada")
    change("CoversTable", cover_item_key("ada", COVER), path, value)
    [row] = ada.call("GET", "/api/covers").body["items"]
    cover = ada.call("GET", f"/api/covers/{COVER}").body
    assert (row["status"], cover["status"], len(cover["songs"])) == ("done", "done", 1)
    assert "deep" not in str([row, cover])


def add_entry(entry_id=COVER):
    at = datetime.now(UTC) - timedelta(days=30)
    entry = HistoryEntry(
        playlist_id=PLAYLIST, entry_id=entry_id, playlist_name="", cover_id=None, picture="p", asked_at=at, status="set"
    )
    dependencies.get_history().add("ada", entry)


@pytest.mark.parametrize(
    ("path", "value", "status"),
    [
        (["status"], "scheduled", "not_set"),
        (["new"], ANYTHING, "set"),
        (["replaced"], {"whose": "a robot's"}, "set"),
        (["picture"], None, None),
    ],
)
def test_history_entry_of_a_later_version_can_be_cleared(ada, path, value, status):
    add_entry()
    add_entry(NEWER)
    change("ListenersTable", history_key("ada", PLAYLIST, NEWER), path, value)
    items = ada.call("GET", f"/api/playlists/{PLAYLIST}/history").body["items"]
    assert {item["entry"]: item["status"] for item in items} == {COVER: "set", **({NEWER: status} if status else {})}
    assert [item["code"] for item in items if item["status"] == "not_set"] == ["unreadable"] * (status == "not_set")
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
    assert clients.get_table("ListenersTable").get_item(Key=key)["Item"]["standing"] == "postponed"
    announced = record.model_copy(update={"standing": AutomationState.REQUESTED})
    cover = AutomaticCover("queued")
    assert next_action(announced, cover, now, song_count=9, eligible=True, has_cover=lambda: False) is None


def test_listener_with_items_of_a_later_version_can_leave(ada):
    put_cover("ada")
    change("CoversTable", cover_item_key("ada", COVER), ["status"], None)
    add_entry()
    change("ListenersTable", history_key("ada", PLAYLIST, COVER), ["status"], None)
    change("ListenersTable", history_key("ada", PLAYLIST, COVER), ["entry_id"], None)
    assert ada.call("DELETE", "/api/me").status == 204
    assert clients.get_table("CoversTable").scan()["Items"] == []
    assert clients.get_table("ListenersTable").scan()["Items"] == []
