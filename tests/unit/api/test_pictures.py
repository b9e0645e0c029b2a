"""The listener's own pictures: how many, what a fault leaves behind, and which covers may show them."""

from datetime import UTC, datetime, timedelta

import pytest
from botocore.exceptions import ClientError
from PIL import Image

from api import dependencies
from coverart.aws import clients
from coverart.aws.s3 import Bucket
from coverart.errors import TooManyPicturesError
from coverart.pipeline.start_cover import new_cover_id
from coverart.store import pictures as store
from coverart.store.demo import new_demo_listener_id
from coverart.store.keys import picture_count_key, upload_key
from coverart.store.listeners import Listeners
from coverart.store.pictures import MAX_PICTURES, Picture, Pictures
from settle.cleanup import Cleanup
from tests.images import encode
from tests.unit.api.conftest import COVER, COVER_REQUEST, assert_error, list_keys, log_in, save_listener

PHOTOGRAPH = encode(Image.linear_gradient("L").resize((640, 480)))
IMPORT = f"/api/pictures/{COVER}/import"


@pytest.fixture
def pictures(step_functions):
    return Pictures(clients.get_table("ListenersTable"))


def upload(listener_id="ada", content=PHOTOGRAPH):
    Bucket(clients.get_client("s3"), "bucket").put(upload_key(listener_id, COVER), content, "image/jpeg")


def make_picture(picture_id):
    return Picture(picture_id=picture_id, created_at=datetime.now(UTC), width=640, height=480)


def read_state(pictures):
    """The number of pictures that is counted, that of items, and the kinds of files."""
    item = pictures.table.get_item(Key=picture_count_key("ada")).get("Item", {"count": 0})
    folders = sorted(key.split("/")[0] for key in list_keys())
    return int(item["count"]), len(pictures.list_pictures("ada")), folders


NOTHING, COMPLETE = (0, 0, []), (1, 1, ["pictures", "pictures"])


def test_pictures_never_exceed_their_limit(ada, pictures, convert_function):
    start = datetime(2026, 12, 1, tzinfo=UTC)
    ids = [new_cover_id(start + timedelta(seconds=n)) for n in range(MAX_PICTURES + 1)]
    for picture_id in ids[:-1]:
        pictures.add("ada", make_picture(picture_id))
    assert pictures.add("ada", make_picture(ids[0])).picture_id == ids[0]
    assert [picture.picture_id for picture in pictures.list_pictures("ada")] == ids[-2::-1]
    # Two requests at once have both passed the first check.
    with pytest.raises(TooManyPicturesError):
        pictures.add("ada", make_picture(ids[-1]))
    assert_error(ada.call("POST", "/api/pictures"), 409, "too_many_pictures")
    upload()
    assert_error(ada.call("POST", IMPORT), 409, "too_many_pictures")
    assert list_keys() == []
    assert [ada.call("DELETE", f"/api/pictures/{ids[0]}").status for _ in range(2)] == [204, 404]
    assert read_state(pictures)[:2] == (MAX_PICTURES - 1, MAX_PICTURES - 1)
    upload()
    assert ada.call("POST", IMPORT).status == 200


def fail_once(monkeypatch, target, name, error, at=1, after=False):
    """Let the call number `at` of a method raise, before or after it has done its work."""
    method, calls = getattr(target, name), []

    def call(*args, **kwargs):
        calls.append(1)
        if len(calls) != at:
            return method(*args, **kwargs)
        if after:
            method(*args, **kwargs)
        raise error

    monkeypatch.setattr(target, name, call)


def aws_error(code, status=503):
    return ClientError({"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": status}}, "Operation")


# What fails, how, at which call and whether after it; the status and code of the response.
FAULTS = {
    "upload cannot be read": (Bucket, "get", aws_error("SlowDown"), 1, False, 503),
    "picture cannot be stored": (Bucket, "put", aws_error("SlowDown"), 1, False, 503),
    "crash between the files": (Bucket, "put", MemoryError(), 2, False, 500),
    "crash before the item": (Pictures, "add", MemoryError(), 1, False, 500),
    "item throttled": (Pictures, "add", aws_error("ThrottlingException", 400), 1, False, 503),
    "item conflicts": (store, "write_for_listener", aws_error("TransactionInProgressException", 400), 1, False, 503),
    "crash after the item": (Pictures, "add", MemoryError(), 1, True, 500),
    "upload cannot be deleted": (Bucket, "delete", aws_error("InternalError"), 1, False, 503),
}


@pytest.mark.parametrize("name", FAULTS)
def test_import_after_a_fault_can_be_repeated(ada, pictures, convert_function, monkeypatch, name):
    target, method, error, at, after, status = FAULTS[name]
    upload()
    with monkeypatch.context() as patch:
        fail_once(patch, target, method, error, at, after)
        try:
            assert ada.call("POST", IMPORT).status == status
        except MemoryError:  # the process of ConvertFunction ended, here the one of the test
            assert status == 500
    counted, items, _ = read_state(pictures)
    assert counted == items
    assert ada.call("POST", IMPORT).body["width"] == 640
    assert read_state(pictures) == COMPLETE


def test_files_of_an_import_that_crashed_are_deleted_after_a_day(ada, pictures, convert_function, monkeypatch):
    upload()
    with monkeypatch.context() as patch:
        fail_once(patch, Pictures, "add", MemoryError())
        assert ada.call("POST", IMPORT).status == 500
    bucket, listeners = dependencies.get_bucket(), Listeners(pictures.table)
    bucket.delete_prefix("uploads/")  # as its lifecycle does
    cleanup = Cleanup(dependencies.get_covers(), listeners, None, bucket)
    for now, count in ((datetime.now(UTC), 0), (datetime.now(UTC) + timedelta(days=2), 2)):
        assert cleanup.delete_orphans(now) == {"orphans_deleted": count}
    assert read_state(pictures) == NOTHING
    upload()
    ada.call("POST", IMPORT)
    assert cleanup.delete_orphans(datetime.now(UTC) + timedelta(days=2)) == {"orphans_deleted": 0}
    assert read_state(pictures) == COMPLETE


@pytest.mark.parametrize(
    ("payload", "error", "status", "code", "keeps_upload"),
    [
        (None, aws_error("TooManyRequestsException", 429), 503, "storage_unavailable", True),
        (None, aws_error("ResourceNotReadyException", 502), 503, "storage_unavailable", True),
        ({"errorMessage": "2026 Task timed out after 24.00 seconds"}, None, 422, "picture_unreadable", False),
        ({"errorType": "Runtime.OutOfMemory", "errorMessage": "x"}, None, 422, "picture_unreadable", False),
        ({"errorType": "StorageUnavailableError", "errorMessage": "Later."}, None, 503, "storage_unavailable", True),
        ({"errorType": "Runtime.ExitError", "errorMessage": "x"}, None, 500, "internal", True),
    ],
    ids=["throttled", "inactive", "timed out", "out of memory", "storage", "crash"],
)
def test_function_that_fails_gives_a_clear_error(
    ada, pictures, convert_function, payload, error, status, code, keeps_upload
):
    upload()
    convert_function.payload, convert_function.error = payload, error
    assert_error(ada.call("POST", IMPORT), status, code)
    assert read_state(pictures) == (0, 0, ["uploads"] * keeps_upload)


def test_listener_gone_during_an_import_leaves_nothing(ada, pictures, convert_function, monkeypatch):
    upload()

    def add_after_deletion(self, listener_id, picture, add=Pictures.add):
        Listeners(self.table).delete(listener_id)
        return add(self, listener_id, picture)

    monkeypatch.setattr(Pictures, "add", add_after_deletion)
    assert_error(ada.call("POST", IMPORT), 401, "listener_not_found")
    assert read_state(pictures) == NOTHING


@pytest.mark.parametrize("picture_id", ["x", "..", f"{COVER}%0A", "profile", "a" * 300])
def test_id_of_another_form_is_no_picture(ada, convert_function, picture_id):
    for method, path in (("POST", "/import"), ("GET", "/image"), ("DELETE", "")):
        assert_error(ada.call(method, f"/api/pictures/{picture_id}{path}"), 404, "picture_not_found")


def request(client, source=None, **options):
    return client.call("POST", "/api/covers", {"source": source or COVER_REQUEST["source"], "options": options})


def test_cover_may_show_pictures_that_are_there(ada, pictures, monkeypatch):
    pictures.add("ada", make_picture(COVER))
    missing = "20261122T120000000-ffffffffff"
    for options, status, code in (
        ({"picture": missing}, 404, "picture_not_found"),
        ({"style_pictures": [COVER, missing]}, 404, "picture_not_found"),
        ({"style_pictures": [COVER] * 4}, 422, "invalid_request"),
        ({"picture": "x"}, 422, "invalid_request"),
        ({"send_picture": True}, 422, "invalid_request"),
        ({"picture": COVER, "send_picture": True}, 403, "picture_sending_not_allowed"),
    ):
        assert_error(request(ada, **options), status, code)
    cover_id = request(ada, picture=COVER, style_pictures=[COVER]).body["cover_id"]
    stored = dependencies.get_covers().get("ada", cover_id)["request"]["options"]
    assert (stored["picture"], stored["style_pictures"], "send_picture" in stored) == (COVER, [COVER], False)
    plain = dependencies.get_covers().get("ada", request(ada).body["cover_id"])["request"]["options"]
    assert not {"picture", "style_pictures", "send_picture"} & plain.keys()


@pytest.mark.parametrize(("backend", "allowed", "may_send"), [("openai", "yes", True), ("painter", "yes", False)])
def test_owner_and_backend_decide_what_may_be_sent(ada, pictures, monkeypatch, backend, allowed, may_send):
    pictures.add("ada", make_picture(COVER))
    monkeypatch.setenv("IMAGE_BACKEND", backend)
    monkeypatch.setenv("ALLOW_SENDING_PICTURES", allowed)
    assert ada.call("GET", "/api/me").body["may_send_pictures"] == may_send
    assert request(ada, picture=COVER, send_picture=True).status == (202 if may_send else 403)


def test_picture_that_stays_has_the_painters_limit_and_candidates(ada, pictures, monkeypatch):
    pictures.add("ada", make_picture(COVER))
    monkeypatch.setenv("IMAGE_BACKEND", "openai")
    monkeypatch.setenv("FALLBACK_TO_PAINTER", "false")
    monkeypatch.setenv("MONTHLY_BUDGET_USD", "0")
    assert_error(request(ada), 429, "budget_spent")
    for _ in range(7):  # of four candidates each; DAILY_COVER_LIMIT is 3, the painter's ten times that
        cover_id = request(ada, picture=COVER).body["cover_id"]
        assert dependencies.get_covers().get("ada", cover_id)["request"]["options"]["candidates"] == 4
    assert_error(request(ada, picture=COVER), 429, "daily_limit_reached")


def test_demo_listener_has_no_pictures(step_functions, monkeypatch):
    monkeypatch.setenv("ALLOW_DEMO", "true")
    stranger = log_in(save_listener(new_demo_listener_id()))
    for method, path in (("POST", "/api/pictures"), ("GET", "/api/pictures"), ("POST", IMPORT)):
        assert_error(stranger.call(method, path), 403, "demo_only")
    assert_error(request(stranger, {"kind": "sample"}, picture=COVER), 403, "demo_only")
