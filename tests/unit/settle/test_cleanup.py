from datetime import UTC, datetime, timedelta

import pytest
from botocore.exceptions import ClientError

from coverart.aws import clients
from coverart.pipeline.executions import CoverExecutions
from coverart.pipeline.start_cover import new_cover_id
from coverart.store.covers import Covers, new_item
from coverart.store.keys import backup_key
from coverart.store.listeners import Listeners
from coverart.store.publish_history import HistoryEntry, PublishHistory, ReplacedImage
from settle.cleanup import Cleanup
from tests.fake_step_functions import FakeStepFunctions
from tests.stored_files import list_keys

NOW = datetime.now(UTC)
NEXT_DAY = NOW + timedelta(hours=25)
REQUEST = {"source": {"kind": "top_artists"}, "options": {}, "replace_own": False}
ODD_LISTENER = "a/d.a#"  # an id may have any characters


@pytest.fixture
def step_functions():
    return FakeStepFunctions()


@pytest.fixture
def cleanup(stack, step_functions, bucket):
    covers, listeners = Covers(clients.get_table("CoversTable")), Listeners(clients.get_table("ListenersTable"))
    for name in ("ada", "bob", ODD_LISTENER):
        profile = {"listener_id": name, "item": "profile", "consent_at": NOW.isoformat(), "tokens": {}}
        listeners.table.put_item(Item=profile)
    executions = CoverExecutions(covers, step_functions, "arn:aws:states:us-east-1:1:stateMachine:cover")
    return Cleanup(covers, listeners, executions, bucket)


def add_cover(cleanup, minutes_ago, listener="ada", **attributes):
    at = NOW - timedelta(minutes=minutes_ago)
    item = {**new_item(listener, new_cover_id(at), REQUEST, at), **attributes}
    cleanup.covers.table.put_item(Item=item)
    return item["cover_id"]


def test_accepted_cover_without_execution_is_started_once(cleanup, step_functions):
    stuck = [add_cover(cleanup, 6), add_cover(cleanup, 60, "bob")]
    add_cover(cleanup, 4)
    add_cover(cleanup, 4 * 24 * 60)  # earlier runs have handled it
    add_entry("p1", "set")  # a listener's other items are no listeners
    for status in ("done", "failed"):
        add_cover(cleanup, 60, status=status)
    for count in (2, 0):
        assert cleanup.resume_or_fail_stuck(NOW) == {"covers_resumed": count, "covers_failed": 0}
        assert sorted(step_functions.started) == sorted(stuck)
        for cover_id in stuck:
            cleanup.covers.begin_step("bob" if cover_id == stuck[1] else "ada", cover_id, "fetch")


@pytest.mark.parametrize("status", ["accepted", "running"])
@pytest.mark.parametrize(
    ("execution_status", "hours", "code"),
    [("FAILED", 1, "internal"), ("TIMED_OUT", 1, "timed_out"), ("ABORTED", 1, "stopped"), (None, 25, "timed_out")],
)
def test_end_that_nobody_noticed_fails_the_cover(cleanup, step_functions, status, execution_status, hours, code):
    cover_id = add_cover(cleanup, hours * 60, status=status)
    if execution_status is not None:
        step_functions.statuses[cover_id] = execution_status
    assert cleanup.resume_or_fail_stuck(NOW) == {"covers_resumed": 0, "covers_failed": 1}
    assert cleanup.covers.get("ada", cover_id)["error"]["code"] == code


def test_throttled_start_does_not_stop_other_covers(cleanup, step_functions):
    step_functions.throttled, other_id = add_cover(cleanup, 60), add_cover(cleanup, 10, "bob")
    with pytest.raises(ClientError):
        cleanup.resume_or_fail_stuck(NOW)
    assert list(step_functions.started) == [other_id]


def test_cover_of_another_version_does_not_stop_other_covers(cleanup, step_functions):
    add_cover(cleanup, 60, request={"source": {"kind": "top_artists"}, "options": {}})
    add_cover(cleanup, 60, status="queued")
    cleanup.covers.table.put_item(Item={"listener_id": "ada", "cover_id": new_cover_id(NOW)})
    other_id = add_cover(cleanup, 10, "bob")
    with pytest.raises(KeyError):
        cleanup.resume_or_fail_stuck(NOW)
    assert list(step_functions.started) == [other_id]


def put_images(bucket, *keys):
    for key in keys:
        bucket.put(key, b"x", "image/jpeg")


def test_images_of_missing_covers_and_listeners_are_deleted(cleanup, bucket):
    cover_id = add_cover(cleanup, 60)
    referenced = ["artwork/ada/a.jpg", f"covers/ada/{cover_id}/master.png", "kept/bob/p1/own-1.jpg"]
    orphans = ["covers/ada/20261122T180415021-f147d8be9c/master.png", "artwork/eve/a.jpg", "kept/eve/p1/x.jpg"]
    put_images(bucket, *referenced, *orphans, f"covers/eve/{cover_id}/cover.jpg")
    for count in (4, 0):
        assert cleanup.delete_orphans(NOW) == {"orphans_deleted": count}
        assert list_keys() == referenced


def add_entry(playlist, status, picture="covers/ada/c/cover.jpg", backup=None, listener="ada"):
    at = NOW - timedelta(days=30)
    fields = {"playlist_id": playlist, "picture": picture, "status": status, "playlist_name": "", "cover_id": None}
    replaced = ReplacedImage(whose="own", image_id="i", kept=backup)
    entry = HistoryEntry(entry_id=new_cover_id(at), asked_at=at, replaced=replaced, **fields)
    return PublishHistory(clients.get_table("ListenersTable")).add(listener, entry)


def test_unreferenced_backup_is_deleted_after_a_day(cleanup, bucket):
    odd_key = backup_key(ODD_LISTENER, "p1", "own-1")
    referenced = [odd_key, "kept/ada/p1/e1.jpg", "kept/ada/p1/own-1.jpg"]
    add_entry("p1", "set", picture=odd_key, listener=ODD_LISTENER)
    add_entry("p1", "set", picture=referenced[1])
    add_entry("p1", "confirming")
    add_entry("p1", "not_set", backup=referenced[2])
    add_entry("p10", "set", picture="kept/ada/p1/own-2.jpg")
    put_images(bucket, *referenced, *(f"kept/ada/{name}.jpg" for name in ("p1/own-2", "p1/own", "p2/own-3")))
    assert cleanup.delete_orphans(NOW + timedelta(hours=23)) == {"orphans_deleted": 0}
    assert len(list_keys()) == 6
    for count in (3, 0):
        assert cleanup.delete_orphans(NEXT_DAY) == {"orphans_deleted": count}
        assert sorted(list_keys()) == sorted(referenced)


def test_backups_are_not_deleted_while_an_image_is_being_set(cleanup, bucket):
    entry = add_entry("p1", "asked")
    put_images(bucket, "kept/ada/p1/own-1.jpg")
    assert cleanup.delete_orphans(NEXT_DAY) == {"orphans_deleted": 0}
    PublishHistory(clients.get_table("ListenersTable")).update("ada", entry, status="not_set")
    assert cleanup.delete_orphans(NEXT_DAY) == {"orphans_deleted": 1}
    assert list_keys() == []
