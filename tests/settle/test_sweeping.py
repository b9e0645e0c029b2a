from datetime import UTC, datetime, timedelta

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
REQUEST = {"source": {"kind": "top_artists"}, "options": {}, "replace_own": False}


class Machine:
    """Step Functions, as far as executions of covers use it. `executions`: by cover's id, as it describes them."""

    class exceptions:  # noqa: N801  # boto3's name
        class ExecutionAlreadyExists(Exception):  # noqa: N818  # boto3's name
            pass

    def __init__(self):
        self.executions, self.refuses = {}, set()

    def start_execution(self, *, name, **_):
        if name in self.refuses:
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
def sweep(stack):
    for name in ("ada", "bob"):
        log_in(name)
    covers = Covers(clients.get_table("CoversTable"))
    executions = CoverExecutions(covers, Machine(), "arn:aws:states:us-east-1:1:stateMachine:cover")
    return Cleanup(
        covers, Listeners(clients.get_table("ListenersTable")), executions, Bucket(clients.get_client("s3"), "bucket")
    )


def cover(sweep, minutes, listener="ada", **more):
    """One that was accepted so many minutes ago."""
    at = NOW - timedelta(minutes=minutes)
    item = {**new_item(listener, new_cover_id(at), REQUEST, at), **more}
    sweep.covers.table.put_item(Item=item)
    return item["cover_id"]


def started(sweep):
    return sweep.executions.step_functions.executions


def test_what_was_accepted_and_never_started_is_started_once(sweep):
    old = [cover(sweep, 6), cover(sweep, 60, "bob")]
    cover(sweep, 1)
    assert sweep.unended(NOW) == {"started": 2, "settled": 0}
    assert sorted(started(sweep)) == sorted(old)


@pytest.mark.parametrize("status", ["done", "failed"])
def test_what_has_ended_stays_as_it_is(sweep, status):
    cover(sweep, 60, status=status)
    assert sweep.unended(NOW) == {"started": 0, "settled": 0}
    assert started(sweep) == {}


@pytest.mark.parametrize("status", ["accepted", "running"])
@pytest.mark.parametrize(
    ("ended", "code"), [("FAILED", "internal"), ("TIMED_OUT", "timed_out"), ("ABORTED", "stopped")]
)
def test_an_end_that_nobody_heard_of_is_told_on_the_cover(sweep, status, ended, code):
    one = cover(sweep, 60, status=status)
    started(sweep)[one] = {"status": ended}
    assert sweep.unended(NOW) == {"started": 0, "settled": 1}
    assert sweep.covers.get("ada", one)["error"]["code"] == code


def test_what_is_under_way_is_left_alone(sweep):
    one = cover(sweep, 60, status="running")
    started(sweep)[one] = {"status": "RUNNING"}
    assert sweep.unended(NOW) == {"started": 0, "settled": 0}
    assert sweep.covers.get("ada", one)["status"] == "running"


@pytest.mark.parametrize("status", ["accepted", "running"])
def test_what_is_not_under_way_after_a_day_has_failed(sweep, status):
    one = cover(sweep, 25 * 60, status=status)
    assert sweep.unended(NOW) == {"started": 0, "settled": 1}
    assert sweep.covers.get("ada", one)["error"]["code"] == "timed_out"


def test_one_that_cannot_be_started_does_not_keep_others_from_it(sweep):
    refused, other = cover(sweep, 60), cover(sweep, 10, "bob")
    sweep.executions.step_functions.refuses.add(refused)
    with pytest.raises(ClientError):
        sweep.unended(NOW)
    assert list(started(sweep)) == [other]


def test_pictures_of_covers_and_listeners_that_are_gone_are_removed_and_no_others(sweep):
    one = cover(sweep, 60)
    there = [f"covers/ada/{one}/master.png", "artwork/ada/a.jpg", "kept/bob/p1/own-1.jpg"]
    gone = ["covers/ada/20261122T180415021-f147d8be9c/master.png", "artwork/eve/a.jpg", "kept/eve/p1/x.jpg"]
    gone += [f"covers/eve/{one}/cover.jpg"]
    for key in there + gone:
        sweep.bucket.put(key, b"x", "image/jpeg")
    assert sweep.leftovers(NOW) == {"removed": 4}
    left = [entry["Key"] for entry in sweep.bucket.s3.list_objects_v2(Bucket="bucket")["Contents"]]
    assert sorted(left) == sorted(there)
    assert sweep.leftovers(NOW) == {"removed": 0}


LATER = NOW + timedelta(hours=25)


def entry(playlist, status, picture="covers/ada/c/cover.jpg", kept=None):
    at = NOW - timedelta(days=30)
    replaced = ReplacedImage(whose="own", image_id="i", kept=kept)
    one = HistoryEntry(
        playlist_id=playlist,
        entry_id=new_cover_id(at),
        playlist_name="",
        cover_id=None,
        picture=picture,
        status=status,
        replaced=replaced,
        asked_at=at,
    )
    return PublishHistory(clients.get_table("ListenersTable")).add("ada", one)


def keep(sweep, *names):
    for name in names:
        sweep.bucket.put(f"kept/ada/{name}", b"x", "image/jpeg")


def still_kept(sweep):
    listed = sweep.bucket.s3.list_objects_v2(Bucket="bucket", Prefix="kept/")
    return [one["Key"].removeprefix("kept/ada/") for one in listed.get("Contents", [])]


def test_a_picture_that_is_in_no_entry_of_its_playlists_history_is_removed_when_it_is_a_day_old(sweep):
    entry("p1", "set", picture="kept/ada/p1/e1.jpg")
    entry("p1", "not_set", kept="kept/ada/p1/own-1.jpg")
    entry("p10", "set", picture="kept/ada/p1/own-2.jpg")
    referenced = ["p1/e1.jpg", "p1/own-1.jpg"]
    keep(sweep, *referenced, "p1/own-2.jpg", "p1/own.jpg", "p2/own-3.jpg")
    assert sweep.leftovers(NOW + timedelta(hours=23)) == {"removed": 0}
    assert len(still_kept(sweep)) == 5
    assert sweep.leftovers(LATER) == {"removed": 3}
    assert still_kept(sweep) == referenced
    assert sweep.leftovers(LATER) == {"removed": 0}


def test_nothing_is_removed_where_an_image_is_being_set(sweep):
    being_set = entry("p1", "asked")
    keep(sweep, "p1/own-1.jpg")
    assert sweep.leftovers(LATER) == {"removed": 0}
    PublishHistory(clients.get_table("ListenersTable")).update("ada", being_set, status="not_set")
    assert sweep.leftovers(LATER) == {"removed": 1}
    assert still_kept(sweep) == []


def test_playlists_of_a_listener_whose_id_has_any_characters_are_found(sweep):
    listener = "a/d.a#"
    log_in(listener)
    key = backup_key(listener, "p1", "own-1")
    sweep.bucket.put(key, b"x", "image/jpeg")
    one = HistoryEntry(playlist_id="p1", entry_id=new_cover_id(NOW), playlist_name="", cover_id=None, picture=key,
                status="set", asked_at=NOW)  # fmt: skip
    PublishHistory(clients.get_table("ListenersTable")).add(listener, one)
    assert sweep.leftovers(LATER) == {"removed": 0}
    assert sweep.bucket.get_metadata(key) is not None
