import json
from datetime import UTC, datetime

import pytest

from coverart.aws import clients
from coverart.aws.s3 import Bucket
from coverart.errors import InvalidRequestError
from coverart.store.publish_history import HistoryEntry, PublishHistory
from settle.app import handler


@pytest.fixture(autouse=True)
def machine(monkeypatch):
    monkeypatch.setenv("STATE_MACHINE_ARN", "arn:aws:states:us-east-1:123456789012:stateMachine:cover")


OF_COVER = {"listener_id": "ada", "cover_id": "c1", "source": {"kind": "top_artists"}}
OF_ENTRY = {"listener_id": "ada", "playlist_id": "p1", "entry_id": "20261122T180415021-f147d8be9c"}


def event(of=OF_COVER, **more):
    detail = {
        "name": "c1",
        "status": "FAILED",
        "input": json.dumps(of),
        "error": "PlaylistEmptyError",
        "cause": json.dumps({"errorMessage": "This playlist is empty."}),
        "executionArn": "arn",
    }
    return {"detail": {**detail, **more}}


def test_a_failed_execution_leaves_code_and_sentence_on_the_covers_item(covers):
    assert handler(event(), None) == {"code": "playlist_empty"}
    assert covers.get("ada", "c1")["error"] == {"code": "playlist_empty", "message": "This playlist is empty."}


def test_the_same_event_twice_changes_nothing(covers):
    handler(event(), None)
    before = covers.get("ada", "c1")["error"]
    handler(event(), None)
    assert covers.get("ada", "c1")["error"] == before


def test_a_deleted_cover_stays_deleted_and_what_came_for_it_afterwards_goes(covers):
    covers.table.delete_item(Key={"listener_id": "ada", "cover_id": "c1"})
    bucket = Bucket(clients.get_client("s3"), "bucket")
    for key in ("covers/ada/c1/painting.png", "covers/ada/c2/painting.png"):
        bucket.put(key, b"", "image/png")
    assert handler(event(), None) == {"code": "cover_deleted"}
    assert covers.get("ada", "c1") is None
    assert bucket.list_folders("covers/ada/") == ["c2"]


@pytest.mark.parametrize(("sweep", "told"), [("unended", {"started": 0, "settled": 0}), ("leftovers", {"removed": 0})])
def test_a_tick_sweeps(covers, sweep, told):
    assert handler({"sweep": sweep}, None) == told


def test_another_tick_is_refused(covers):
    with pytest.raises(InvalidRequestError):
        handler({"sweep": "stairs"}, None)


@pytest.fixture
def history(stack):
    """Of ada, with an entry that was just asked for."""
    table = clients.get_table("ListenersTable")
    table.put_item(Item={"listener_id": "ada", "item": "profile", "tokens": {}})
    named = {"playlist_id": OF_ENTRY["playlist_id"], "entry_id": OF_ENTRY["entry_id"], "cover_id": None}
    entry = HistoryEntry(**named, playlist_name="List", picture="kept/ada/p1/a.jpg", asked_at=datetime.now(UTC))
    PublishHistory(table).add("ada", entry)
    return PublishHistory(table)


@pytest.mark.parametrize(
    ("ended", "code"),
    [({"error": "SpotifyUnavailableError"}, "spotify_unavailable"), ({"status": "TIMED_OUT"}, "timed_out")],
)
def test_a_playlist_image_that_could_not_be_set_is_told_on_its_entry(history, ended, code):
    assert handler(event(OF_ENTRY, **ended), None) == {"code": code}
    entry = history.get(*OF_ENTRY.values())
    assert (entry.status, entry.code) == ("not_set", code)
    assert entry.message.endswith(".")


@pytest.mark.parametrize("status", ["set", "confirming", "not_set"])
def test_an_entry_that_came_further_stays_as_it_is(history, status):
    entry = history.get(*OF_ENTRY.values()).model_copy(update={"status": status})
    history.update("ada", entry, status=entry.status)
    handler(event(OF_ENTRY), None)
    assert history.get(*OF_ENTRY.values()) == entry


def test_an_entry_that_was_cleared_stays_cleared(history):
    history.clear("ada", OF_ENTRY["playlist_id"])
    assert handler(event(OF_ENTRY), None) == {"code": "not_found"}
    assert history.list_entries("ada", OF_ENTRY["playlist_id"]) == []


@pytest.mark.parametrize("given", ["", "[]", "{}", "not json", '{"listener_id": "ada", "entry_id": "e1"}'])
def test_an_execution_that_is_neither_a_covers_nor_an_entrys_is_refused(stack, given):
    with pytest.raises(InvalidRequestError):
        handler(event(input=given), None)


def test_an_event_without_detail_is_refused(stack):
    with pytest.raises(InvalidRequestError, match="event"):
        handler({}, None)
