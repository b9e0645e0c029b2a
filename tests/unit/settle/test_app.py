import json
from datetime import UTC, datetime, timedelta

import pytest

from coverart.aws import clients
from coverart.aws.s3 import Bucket
from coverart.errors import InvalidRequestError
from coverart.store.publish_history import HistoryEntry, PublishHistory
from settle.app import handler

COVER_INPUT = {"listener_id": "ada", "cover_id": "c1", "source": {"kind": "top_artists"}}
ENTRY_INPUT = {"listener_id": "ada", "playlist_id": "p1", "entry_id": "20261122T180415021-f147d8be9c"}


@pytest.fixture(autouse=True)
def state_machine(monkeypatch):
    monkeypatch.setenv("STATE_MACHINE_ARN", "arn:aws:states:us-east-1:123456789012:stateMachine:cover")


def new_event(execution_input=COVER_INPUT, **changes):
    detail = {
        "name": "c1",
        "status": "FAILED",
        "input": json.dumps(execution_input),
        "error": "PlaylistEmptyError",
        "cause": json.dumps({"errorMessage": "This playlist is empty."}),
        "executionArn": "arn",
    }
    return {"detail": {**detail, **changes}}


def test_failed_execution_stores_code_and_message_on_the_cover(covers):
    for _ in range(2):
        assert handler(new_event(), None) == {"code": "playlist_empty"}
        assert covers.get("ada", "c1")["error"] == {"code": "playlist_empty", "message": "This playlist is empty."}


def test_deleted_cover_stays_deleted_and_its_late_images_go(covers):
    covers.table.delete_item(Key={"listener_id": "ada", "cover_id": "c1"})
    bucket = Bucket(clients.get_client("s3"), "bucket")
    for key in ("covers/ada/c1/painting.png", "covers/ada/c2/painting.png"):
        bucket.put(key, b"", "image/png")
    assert handler(new_event(), None) == {"code": "cover_deleted"}
    assert covers.get("ada", "c1") is None
    assert bucket.list_folders("covers/ada/") == ["c2"]


@pytest.mark.parametrize(
    ("cleanup", "counts"),
    [("stuck_covers", {"covers_resumed": 0, "covers_failed": 0}), ("orphans", {"orphans_deleted": 0})],
)
def test_schedule_runs_a_cleanup(covers, cleanup, counts):
    assert handler({"cleanup": cleanup}, None) == counts


@pytest.fixture
def history(stack):
    """Return ada's history, with an entry that was just requested."""
    table = clients.get_table("ListenersTable")
    table.put_item(Item={"listener_id": "ada", "item": "profile", "tokens": {}})
    fields = {"cover_id": None, "playlist_name": "List", "picture": "kept/ada/p1/a.jpg", "asked_at": datetime.now(UTC)}
    ids = {name: ENTRY_INPUT[name] for name in ("playlist_id", "entry_id")}
    PublishHistory(table).add("ada", HistoryEntry(**ids, **fields))
    return PublishHistory(table)


@pytest.mark.parametrize(
    ("changes", "code"),
    [({"error": "SpotifyUnavailableError"}, "spotify_unavailable"), ({"status": "TIMED_OUT"}, "timed_out")],
)
def test_failed_execution_stores_code_and_message_on_the_entry(history, changes, code):
    assert handler(new_event(ENTRY_INPUT, **changes), None) == {"code": code}
    entry = history.get(*ENTRY_INPUT.values())
    assert (entry.status, entry.code) == ("not_set", code)
    assert entry.message.endswith(".")


@pytest.mark.parametrize("status", ["set", "confirming", "not_set"])
def test_entry_that_is_not_pending_stays_as_it_is(history, status):
    entry = history.update("ada", history.get(*ENTRY_INPUT.values()), status=status)
    handler(new_event(ENTRY_INPUT), None)
    assert history.get(*ENTRY_INPUT.values()) == entry


def test_cleared_entry_stays_cleared(history):
    history.clear("ada", ENTRY_INPUT["playlist_id"], datetime.now(UTC) + timedelta(days=1))
    assert handler(new_event(ENTRY_INPUT), None) == {"code": "not_found"}
    assert history.list_entries("ada", ENTRY_INPUT["playlist_id"]) == []


INVALID_INPUTS = ["", "[]", "{}", "not json", '{"listener_id": "ada", "entry_id": "e1"}']


@pytest.mark.parametrize(
    ("event", "message"),
    [({"cleanup": "stairs"}, None), ({}, "event"), *((new_event(input=text), None) for text in INVALID_INPUTS)],
)
def test_event_of_neither_execution_nor_cleanup_is_refused(stack, event, message):
    with pytest.raises(InvalidRequestError, match=message):
        handler(event, None)
