import json
from datetime import UTC, datetime, timedelta

import pytest

from coverart.aws import clients
from coverart.errors import InvalidRequestError
from coverart.store.publish_history import HistoryEntry, PublishHistory
from settle.app import handler
from tests.stored_files import list_keys, put_object

COVER_INPUT = {"listener_id": "ada", "cover_id": "c1", "source": {"kind": "top_artists"}}
ENTRY_IDS = {"playlist_id": "p1", "entry_id": "20261122T180415021-f147d8be9c"}
ENTRY_INPUT = {"listener_id": "ada", **ENTRY_IDS}
FAILURE = {
    "status": "FAILED",
    "error": "PlaylistEmptyError",
    "cause": json.dumps({"errorMessage": "This playlist is empty."}),
    "executionArn": "arn",
}


@pytest.fixture(autouse=True)
def state_machine(monkeypatch):
    monkeypatch.setenv("STATE_MACHINE_ARN", "arn:aws:states:us-east-1:123456789012:stateMachine:cover")


def settle(execution_input, **changes):
    """Return the code of an execution's failure that the handler has recorded."""
    return handler({"detail": {**FAILURE, "input": json.dumps(execution_input), **changes}}, None)["code"]


def test_failure_is_stored_on_its_cover_unless_that_is_deleted(covers):
    for _ in range(2):
        assert settle(COVER_INPUT) == "playlist_empty"
        assert covers.get("ada", "c1")["error"] == {"code": "playlist_empty", "message": "This playlist is empty."}
    covers.delete("ada", "c1")
    for key in ("covers/ada/c1/painting.png", "covers/ada/c2/painting.png"):
        put_object(key)
    assert settle(COVER_INPUT) == "cover_deleted"
    assert covers.get("ada", "c1") is None
    assert list_keys() == ["covers/ada/c2/painting.png"]


def test_schedule_runs_a_cleanup(covers):
    assert handler({"cleanup": "stuck_covers"}, None) == {"covers_resumed": 0, "covers_failed": 0}
    assert handler({"cleanup": "orphans"}, None) == {"orphans_deleted": 0}


@pytest.fixture
def history(stack):
    """Return ada's history, with an entry that was just requested."""
    table = clients.get_table("ListenersTable")
    table.put_item(Item={"listener_id": "ada", "item": "profile", "tokens": {}})
    fields = {"cover_id": None, "playlist_name": "List", "picture": "kept/ada/p1/a.jpg", "asked_at": datetime.now(UTC)}
    PublishHistory(table).add("ada", HistoryEntry(**ENTRY_IDS, **fields))
    return PublishHistory(table)


@pytest.mark.parametrize(
    ("changes", "code"),
    [({"error": "SpotifyUnavailableError"}, "spotify_unavailable"), ({"status": "TIMED_OUT"}, "timed_out")],
)
def test_failure_is_stored_on_its_entry_unless_that_is_cleared(history, changes, code):
    assert settle(ENTRY_INPUT, **changes) == code
    entry = history.get(*ENTRY_INPUT.values())
    assert (entry.status, entry.code) == ("not_set", code)
    assert entry.message.endswith(".")
    history.clear("ada", "p1", datetime.now(UTC) + timedelta(days=1))
    assert settle(ENTRY_INPUT) == "not_found"
    assert history.list_entries("ada", "p1") == []


def test_entry_that_is_not_pending_stays_as_it_is(history):
    for status in ("set", "confirming", "not_set"):
        entry = history.update("ada", history.get(*ENTRY_INPUT.values()), status=status)
        settle(ENTRY_INPUT)
        assert history.get(*ENTRY_INPUT.values()) == entry


def test_event_of_neither_execution_nor_cleanup_is_refused(stack):
    inputs = ("", "[]", "{}", "not json", '{"listener_id": "ada", "entry_id": "e1"}')
    for event in ({"cleanup": "stairs"}, {}, *({"detail": {**FAILURE, "input": text}} for text in inputs)):
        with pytest.raises(InvalidRequestError, match=None if event else "event"):
            handler(event, None)
