from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from botocore.exceptions import ClientError

from coverart.aws import clients
from coverart.aws.s3 import Bucket
from coverart.pipeline.executions import CoverExecutions
from coverart.pipeline.start_cover import new_cover_id
from coverart.store.covers import Covers, new_item
from coverart.store.keys import backup_key
from coverart.store.listeners import Listeners
from coverart.store.publish_history import HistoryEntry, PublishHistory, ReplacedImage
from settle.cleanup import Cleanup

NOW = datetime.now(UTC)
NEXT_DAY = NOW + timedelta(hours=25)
REQUEST = {"source": {"kind": "top_artists"}, "options": {}, "replace_own": False}
NOTHING = {"covers_resumed": 0, "covers_failed": 0}


class FakeStepFunctions:
    """Step Functions, as far as executions of covers use it. `executions`: their descriptions, by cover."""

    exceptions = SimpleNamespace(ExecutionAlreadyExists=type("ExecutionAlreadyExists", (Exception,), {}))

    def __init__(self):
        self.executions, self.throttled_names = {}, set()

    def start_execution(self, *, name, **_):
        if name in self.throttled_names:
            raise ClientError({"Error": {"Code": "ThrottlingException"}}, "StartExecution")
        if name in self.executions:
            raise self.exceptions.ExecutionAlreadyExists
        self.executions[name] = {"status": "RUNNING"}

    def describe_execution(self, *, executionArn):  # noqa: N803  # boto3's name
        name = executionArn.rsplit(":", 1)[1]
        if name not in self.executions:
            raise ClientError({"Error": {"Code": "ExecutionDoesNotExist"}}, "DescribeExecution")
        return self.executions[name]


def log_in(listener):
    profile = {"listener_id": listener, "item": "profile", "consent_at": NOW.isoformat(), "tokens": {}}
    clients.get_table("ListenersTable").put_item(Item=profile)


@pytest.fixture
def step_functions():
    return FakeStepFunctions()


@pytest.fixture
def bucket(stack):
    return Bucket(clients.get_client("s3"), "bucket")


@pytest.fixture
def cleanup(stack, step_functions, bucket):
    for name in ("ada", "bob"):
        log_in(name)
    covers = Covers(clients.get_table("CoversTable"))
    executions = CoverExecutions(covers, step_functions, "arn:aws:states:us-east-1:1:stateMachine:cover")
    return Cleanup(covers, Listeners(clients.get_table("ListenersTable")), executions, bucket)


def add_cover(cleanup, minutes_ago, listener="ada", **attributes):
    at = NOW - timedelta(minutes=minutes_ago)
    item = {**new_item(listener, new_cover_id(at), REQUEST, at), **attributes}
    cleanup.covers.table.put_item(Item=item)
    return item["cover_id"]


def test_accepted_cover_without_execution_is_started_once(cleanup, step_functions):
    stuck = [add_cover(cleanup, 6), add_cover(cleanup, 60, "bob")]
    add_cover(cleanup, 4)
    assert cleanup.resume_or_fail_stuck(NOW) == {"covers_resumed": 2, "covers_failed": 0}
    assert sorted(step_functions.executions) == sorted(stuck)


@pytest.mark.parametrize(
    ("status", "execution"), [("done", None), ("failed", None), ("running", {"status": "RUNNING"})]
)
def test_cover_that_ended_or_is_running_is_left_alone(cleanup, step_functions, status, execution):
    cover = add_cover(cleanup, 60, status=status)
    if execution is not None:
        step_functions.executions[cover] = execution
    assert cleanup.resume_or_fail_stuck(NOW) == NOTHING
    assert step_functions.executions.get(cover) == execution
    assert cleanup.covers.get("ada", cover)["status"] == status


@pytest.mark.parametrize("status", ["accepted", "running"])
@pytest.mark.parametrize(
    ("execution_status", "hours", "code"),
    [("FAILED", 1, "internal"), ("TIMED_OUT", 1, "timed_out"), ("ABORTED", 1, "stopped"), (None, 25, "timed_out")],
)
def test_end_that_nobody_noticed_fails_the_cover(cleanup, step_functions, status, execution_status, hours, code):
    cover = add_cover(cleanup, hours * 60, status=status)
    if execution_status is not None:
        step_functions.executions[cover] = {"status": execution_status}
    assert cleanup.resume_or_fail_stuck(NOW) == {"covers_resumed": 0, "covers_failed": 1}
    assert cleanup.covers.get("ada", cover)["error"]["code"] == code


def test_throttled_start_does_not_stop_other_covers(cleanup, step_functions):
    throttled, other = add_cover(cleanup, 60), add_cover(cleanup, 10, "bob")
    step_functions.throttled_names.add(throttled)
    with pytest.raises(ClientError):
        cleanup.resume_or_fail_stuck(NOW)
    assert list(step_functions.executions) == [other]


def test_cover_of_another_version_does_not_stop_other_covers(cleanup, step_functions):
    add_cover(cleanup, 60, request={"source": {"kind": "top_artists"}, "options": {}})
    add_cover(cleanup, 60, status="queued")
    cleanup.covers.table.put_item(Item={"listener_id": "ada", "cover_id": new_cover_id(NOW)})
    other = add_cover(cleanup, 10, "bob")
    with pytest.raises(KeyError):
        cleanup.resume_or_fail_stuck(NOW)
    assert list(step_functions.executions) == [other]


def test_images_of_missing_covers_and_listeners_are_deleted(cleanup, bucket):
    cover = add_cover(cleanup, 60)
    referenced = [f"covers/ada/{cover}/master.png", "artwork/ada/a.jpg", "kept/bob/p1/own-1.jpg"]
    orphans = ["covers/ada/20261122T180415021-f147d8be9c/master.png", "artwork/eve/a.jpg", "kept/eve/p1/x.jpg"]
    orphans += [f"covers/eve/{cover}/cover.jpg"]
    for key in referenced + orphans:
        bucket.put(key, b"x", "image/jpeg")
    assert cleanup.delete_orphans(NOW) == {"orphans_deleted": 4}
    keys = [entry["Key"] for entry in bucket.s3.list_objects_v2(Bucket="bucket")["Contents"]]
    assert sorted(keys) == sorted(referenced)
    assert cleanup.delete_orphans(NOW) == {"orphans_deleted": 0}


def add_entry(playlist, status, picture="covers/ada/c/cover.jpg", backup=None, listener="ada"):
    at = NOW - timedelta(days=30)
    fields = {"playlist_id": playlist, "picture": picture, "status": status, "playlist_name": "", "cover_id": None}
    replaced = ReplacedImage(whose="own", image_id="i", kept=backup)
    entry = HistoryEntry(entry_id=new_cover_id(at), asked_at=at, replaced=replaced, **fields)
    return PublishHistory(clients.get_table("ListenersTable")).add(listener, entry)


def add_backups(bucket, *names):
    for name in names:
        bucket.put(f"kept/ada/{name}", b"x", "image/jpeg")


def list_backups(bucket):
    response = bucket.s3.list_objects_v2(Bucket="bucket", Prefix="kept/")
    return [entry["Key"].removeprefix("kept/ada/") for entry in response.get("Contents", [])]


def test_unreferenced_backup_is_deleted_after_a_day(cleanup, bucket):
    add_entry("p1", "set", picture="kept/ada/p1/e1.jpg")
    add_entry("p1", "not_set", backup="kept/ada/p1/own-1.jpg")
    add_entry("p10", "set", picture="kept/ada/p1/own-2.jpg")
    referenced = ["p1/e1.jpg", "p1/own-1.jpg"]
    add_backups(bucket, *referenced, "p1/own-2.jpg", "p1/own.jpg", "p2/own-3.jpg")
    assert cleanup.delete_orphans(NOW + timedelta(hours=23)) == {"orphans_deleted": 0}
    assert len(list_backups(bucket)) == 5
    assert cleanup.delete_orphans(NEXT_DAY) == {"orphans_deleted": 3}
    assert list_backups(bucket) == referenced
    assert cleanup.delete_orphans(NEXT_DAY) == {"orphans_deleted": 0}


def test_backups_are_not_deleted_while_an_image_is_being_set(cleanup, bucket):
    entry = add_entry("p1", "asked")
    add_backups(bucket, "p1/own-1.jpg")
    assert cleanup.delete_orphans(NEXT_DAY) == {"orphans_deleted": 0}
    PublishHistory(clients.get_table("ListenersTable")).update("ada", entry, status="not_set")
    assert cleanup.delete_orphans(NEXT_DAY) == {"orphans_deleted": 1}
    assert list_backups(bucket) == []


def test_listener_id_may_hold_any_characters(cleanup, bucket):
    listener = "a/d.a#"
    log_in(listener)
    key = backup_key(listener, "p1", "own-1")
    bucket.put(key, b"x", "image/jpeg")
    add_entry("p1", "set", picture=key, listener=listener)
    assert cleanup.delete_orphans(NEXT_DAY) == {"orphans_deleted": 0}
    assert bucket.exists(key)
