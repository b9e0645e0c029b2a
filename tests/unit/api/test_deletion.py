import pytest

from api import dependencies
from coverart.aws import clients
from coverart.aws.s3 import Bucket
from tests.client_errors import client_error
from tests.profiles import save_profile
from tests.stored_files import list_keys, put_object
from tests.unit.api.conftest import (
    COVER,
    assert_error,
    log_in,
    put_cover,
    request_cover,
)

COVER_PATH = f"/api/covers/{COVER}"
EXECUTION_PREFIX = "arn:aws:states:us-east-1:123456789012:execution"


def list_items(listener_id):
    tables = [clients.get_table(name) for name in ("ListenersTable", "CoversTable", "KeysTable")]
    return [item for table in tables for item in table.scan()["Items"] if item.get("listener_id") == listener_id]


def list_images(listener_id):
    return [key for key in list_keys() if f"/{listener_id}/" in key]


@pytest.fixture
def full_account(ada, bob):
    """Ada, with an item and an image of every kind. Bob and ada2, whose id begins alike, have the same."""
    for listener_id, client in (("ada", ada), ("bob", bob), ("ada2", log_in(save_profile("ada2")))):
        put_cover(listener_id)
        request_cover(client, key="k")
        client.call("POST", "/api/tokens", {"name": "player"})
        log_in(listener_id)
        for key in ("kept/{}/playlist/old.jpg", "uploads/{}/old", "pictures/{}/old/picture.jpg"):
            put_object(key.format(listener_id))
        clients.get_table("ListenersTable").put_item(Item={"listener_id": listener_id, "item": "playlist#1"})
    return ada


# Deleting a cover.


def test_deleting_a_cover_deletes_only_its_own_images(ada, step_functions):
    put_cover("ada")
    put_cover("ada", other_id := "20261122T120000001-0123456789")
    assert ada.call("DELETE", COVER_PATH).status == 204
    assert_error(ada.call("GET", COVER_PATH), 404, "not_found")
    assert list_keys(f"covers/ada/{COVER}/") == step_functions.stopped == []
    assert len(list_keys(f"covers/ada/{other_id}/")) == 6
    assert list_keys("artwork/ada/")
    # The deletion can be repeated if it ended before the images were deleted.
    put_object(f"covers/ada/{COVER}/cover.jpg")
    assert_error(ada.call("DELETE", COVER_PATH), 404, "not_found")
    assert list_keys(f"covers/ada/{COVER}/") == []


def test_deleting_a_cover_stops_its_execution_if_any(ada, step_functions):
    for cover_id in (request_cover(ada).body["cover_id"], put_cover("ada", done=False)):
        assert ada.call("DELETE", f"/api/covers/{cover_id}").status == 204
        assert step_functions.stopped.pop() == f"{EXECUTION_PREFIX}:covers:{cover_id}"


# Deleting a listener.


def test_deleting_a_listener_leaves_nothing_but_other_listeners(full_account, bob, step_functions):
    running = [name for name, request in step_functions.started.items() if request["listener_id"] == "ada"]
    data = {name: (list_items(name), list_images(name)) for name in ("ada", "bob", "ada2")}
    assert all(part for parts in data.values() for part in parts)
    assert full_account.call("GET", "/api/me").body["covers_today"] > 0
    assert full_account.call("DELETE", "/api/me").status == 204
    left = {name: (list_items(name), list_images(name)) for name in data}
    assert left == {**data, "ada": ([], [])}
    assert [arn.rsplit(":", 1)[1] for arn in step_functions.stopped] == running != []
    assert full_account.call("GET", "/api/me").status == 401
    # The daily count outlives the listener, without their id.
    counts = [item for item in clients.get_table("KeysTable").scan()["Items"] if item["key"].startswith("covers#")]
    assert sorted(len(item) for item in counts) == [3, 3, 3]
    assert "ada" not in str(counts)
    assert log_in(save_profile("ada")).call("GET", "/api/me").body["covers_today"] > 0


def test_deleting_a_listener_stops_pending_playlist_images(ada, step_functions):
    put_cover("ada", playlist_id="x1")
    history, pending = dependencies.get_history(), set()
    cases = [("asked", 0, [""]), ("asked", 2, ["-2"]), ("confirming", 0, [""]), ("set", 0, [])]
    for status, tries, suffixes in cases:
        entry_id = ada.call("POST", f"{COVER_PATH}/apply").body["entry"]
        history.update("ada", history.get("ada", "x1", entry_id), status=status, tries=tries)
        pending |= {f"{EXECUTION_PREFIX}:apply:{entry_id}{suffix}" for suffix in suffixes}
    assert ada.call("DELETE", "/api/me").status == 204
    assert (len(step_functions.stopped), set(step_functions.stopped)) == (3, pending)
    assert list_items("ada") == []


def test_interrupted_deletion_of_a_listener_can_be_repeated(ada, step_functions, monkeypatch):
    put_cover("ada")

    def fail(_bucket, _prefix):
        assert [item for item in list_items("ada") if "key" not in item] == [], "items are deleted before images"
        raise client_error("SlowDown", 503)

    with monkeypatch.context() as patch:
        patch.setattr(Bucket, "delete_prefix", fail)
        assert_error(ada.call("DELETE", "/api/me"), 503, "storage_unavailable")
    assert list_images("ada") != []
    assert_error(request_cover(ada), 401, "not_logged_in")
    assert step_functions.started == {}
    assert ada.call("DELETE", "/api/me").status == 204
    assert list_items("ada") == list_images("ada") == []


def test_listener_with_several_pages_of_items_is_deleted(ada, monkeypatch):
    # A page of S3's holds 1,000 keys. A page of DynamoDB's holds 1 MB.
    monkeypatch.setenv("MOTO_S3_DEFAULT_MAX_KEYS", "2")
    content = {"listener_id": "ada", "x": "x" * 390_000}
    for n in range(4):
        clients.get_table("CoversTable").put_item(Item={**content, "cover_id": f"{n}", "status": "done"})
        clients.get_table("KeysTable").put_item(Item={**content, "key": f"idempotency#ada#{n}"})
        clients.get_table("ListenersTable").put_item(Item={**content, "item": f"playlist#{n}"})
        put_object(f"covers/ada/{n}/cover.jpg")
    assert ada.call("DELETE", "/api/me").status == 204
    assert list_items("ada") == list_images("ada") == []
