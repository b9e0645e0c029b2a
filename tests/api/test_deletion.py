import pytest
from botocore.exceptions import ClientError

from api import dependencies
from coverart.aws import clients
from coverart.aws.s3 import Bucket
from tests.api.conftest import COVER, Browser, kept, known, log_in, put_cover

ASKED = {"source": {"kind": "top_artists"}}
TABLES = ("ListenersTable", "CoversTable", "KeysTable")


def rows(listener_id):
    found = [item for name in TABLES for item in clients.get_table(name).scan()["Items"]]
    return [item for item in found if item.get("listener_id") == listener_id]


def pictures(listener_id):
    return [key for key in kept() if f"/{listener_id}/" in key]


@pytest.fixture
def at_home(ada, bob):
    """Both have all that a listener can have."""
    for name, browser in (("ada", ada), ("bob", bob)):
        put_cover(name)
        browser.ask("POST", "/api/covers", ASKED, idempotency_key="k")
        browser.ask("POST", "/api/tokens", {"name": "player"})
        log_in(name)
        clients.get_client("s3").put_object(Bucket="bucket", Key=f"kept/{name}/playlist/old.jpg", Body=b"x")
        clients.get_table("ListenersTable").put_item(Item={"listener_id": name, "item": "playlist#1"})
    return ada


def test_nothing_is_left_of_a_forgotten_listener_and_everything_of_the_others(at_home, bob):
    before = (len(rows("bob")), len(pictures("bob")))
    assert rows("ada")
    assert pictures("ada")
    assert at_home.ask("DELETE", "/api/me").status == 204
    assert rows("ada") == []
    assert pictures("ada") == []
    assert (len(rows("bob")), len(pictures("bob"))) == before
    assert at_home.ask("GET", "/api/me").status == 401
    assert bob.ask("GET", "/api/me").status == 200


def test_forgetting_stops_what_is_being_made_and_nothing_else(at_home, machine):
    running = [name for name, given in machine.started.items() if given["listener_id"] == "ada"]
    at_home.ask("DELETE", "/api/me")
    assert [arn.rsplit(":", 1)[1] for arn in machine.stopped] == running


@pytest.mark.parametrize(
    ("status", "tries", "stops"),
    [("asked", 0, [""]), ("asked", 2, ["-2"]), ("confirming", 0, [""]), ("set", 0, [])],
)
def test_forgetting_stops_what_is_being_set_on_spotify(ada, machine, status, tries, stops):
    put_cover("ada", playlist_id="x1")
    asked = ada.ask("POST", f"/api/covers/{COVER}/apply").body["entry"]
    history = dependencies.get_history()
    entry = history.get("ada", "x1", asked)
    history.update("ada", entry, status=status, tries=tries)
    assert ada.ask("DELETE", "/api/me").status == 204
    execution = f"arn:aws:states:us-east-1:123456789012:execution:apply:{asked}"
    assert machine.stopped == [execution + of_try for of_try in stops]
    assert rows("ada") == []


def test_what_a_listener_leaves_is_forgotten_before_the_pictures_are(at_home, monkeypatch):
    left = []
    delete = Bucket.delete_prefix

    def watched(bucket, prefix):
        left.extend(row for row in rows("ada") if "key" not in row)
        delete(bucket, prefix)

    monkeypatch.setattr(Bucket, "delete_prefix", watched)
    at_home.ask("DELETE", "/api/me")
    assert left == []


def test_a_forgotten_listener_gets_no_new_cover(at_home, machine):
    started = len(machine.started)
    dependencies.get_listeners().delete("ada")
    assert at_home.ask("POST", "/api/covers", ASKED).code == "not_logged_in"
    assert len(machine.started) == started


def test_forgetting_that_was_interrupted_can_be_repeated(at_home, monkeypatch):
    def fails(_self, _prefix):
        raise ClientError({"Error": {"Code": "SlowDown"}, "ResponseMetadata": {"HTTPStatusCode": 503}}, "ListObjects")

    with monkeypatch.context() as broken:
        broken.setattr(Bucket, "delete_prefix", fails)
        answer = at_home.ask("DELETE", "/api/me")
        assert (answer.status, answer.code) == (503, "storage_unavailable")
    assert at_home.ask("GET", "/api/me").status == 401
    assert at_home.ask("DELETE", "/api/me").status == 204
    assert rows("ada") == pictures("ada") == []


def test_much_is_forgotten_too(machine):
    ada = log_in(known("ada"))
    table, s3 = clients.get_table("CoversTable"), clients.get_client("s3")
    with table.batch_writer() as batch:
        for n in range(120):
            batch.put_item(Item={"listener_id": "ada", "cover_id": f"{n}", "status": "done", "x": "x" * 20_000})
    for n in range(1010):
        s3.put_object(Bucket="bucket", Key=f"covers/ada/{n}/cover.jpg", Body=b"")
    with clients.get_table("KeysTable").batch_writer() as batch:
        for n in range(120):
            batch.put_item(Item={"key": f"idempotency#ada#{n}", "listener_id": "ada", "x": "x" * 20_000})
    assert ada.ask("DELETE", "/api/me").status == 204
    assert rows("ada") == pictures("ada") == []


def test_a_listener_whose_name_begins_another_ones_is_not_the_other(machine):
    known("ada")
    known("ada2")
    put_cover("ada2")
    log_in("ada").ask("DELETE", "/api/me")
    assert pictures("ada2")
    assert rows("ada2")


def test_a_program_may_ask_to_be_forgotten(ada):
    value = ada.ask("POST", "/api/tokens", {"name": "player"}).body["token"]
    assert Browser(authorization=f"Bearer {value}").ask("DELETE", "/api/me").status == 204
    assert rows("ada") == []
