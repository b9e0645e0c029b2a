"""The listener's own pictures: how many, what a fault leaves behind, and which covers may show them."""

import io
import json
from datetime import UTC, datetime, timedelta

import pytest
from PIL import Image

from api import dependencies
from coverart.aws.s3 import Bucket
from coverart.errors import TooManyPicturesError
from coverart.pipeline.start_cover import new_cover_id
from coverart.store import pictures as store
from coverart.store.keys import picture_count_key, upload_key
from coverart.store.pictures import Picture, Pictures
from settle.cleanup import Cleanup
from tests.client_errors import client_error
from tests.images import encode
from tests.stored_files import list_keys, put_object
from tests.stored_secrets import store_secret
from tests.unit.api.conftest import COVER, assert_error, request_cover

PHOTOGRAPH = encode(Image.linear_gradient("L").resize((128, 96)))
IMPORT = f"/api/pictures/{COVER}/import"
NOTHING, COMPLETE = (0, 0, []), (1, 1, ["pictures", "pictures"])


@pytest.fixture
def pictures(step_functions):
    return dependencies.get_pictures()


@pytest.fixture
def upload(ada, convert_function):
    """A function that stores the file of Ada's upload. It is called once already."""

    def upload():
        put_object(upload_key("ada", COVER), PHOTOGRAPH)

    upload()
    return upload


def make_picture(picture_id):
    return Picture(picture_id=picture_id, created_at=datetime.now(UTC), width=640, height=480)


def read_state(pictures):
    """The number of pictures that is counted, that of items, and the kinds of files."""
    item = pictures.table.get_item(Key=picture_count_key("ada")).get("Item", {"count": 0})
    folders = sorted(key.split("/")[0] for key in list_keys())
    return int(item["count"]), len(pictures.list_pictures("ada")), folders


def test_pictures_never_exceed_their_limit(ada, pictures, upload, monkeypatch):
    monkeypatch.setattr(store, "MAX_PICTURES", limit := 3)
    ids = [new_cover_id(datetime(2026, 12, 1, second=n, tzinfo=UTC)) for n in range(limit + 1)]
    for picture_id in (*ids[:-1], ids[0]):
        assert pictures.add("ada", make_picture(picture_id)).picture_id == picture_id
    assert [picture.picture_id for picture in pictures.list_pictures("ada")] == ids[-2::-1]
    # Two requests at once have both passed the first check.
    with pytest.raises(TooManyPicturesError):
        pictures.add("ada", make_picture(ids[-1]))
    for path in ("/api/pictures", IMPORT):
        assert_error(ada.call("POST", path), 409, "too_many_pictures")
    assert list_keys() == []
    assert [ada.call("DELETE", f"/api/pictures/{ids[0]}").status for _ in range(2)] == [204, 404]
    assert read_state(pictures)[:2] == (limit - 1, limit - 1)
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


# What fails, how, at which call and whether after it; the status and code of the response.
FAULTS = {
    "upload cannot be read": (Bucket, "get", client_error("SlowDown", 503), 1, False, 503),
    "picture cannot be stored": (Bucket, "put", client_error("SlowDown", 503), 1, False, 503),
    "crash between the files": (Bucket, "put", MemoryError(), 2, False, 500),
    "crash before the item": (Pictures, "add", MemoryError(), 1, False, 500),
    "item throttled": (Pictures, "add", client_error("ThrottlingException"), 1, False, 503),
    "item conflicts": (store, "write_for_listener", client_error("TransactionInProgressException"), 1, False, 503),
    "crash after the item": (Pictures, "add", MemoryError(), 1, True, 500),
    "upload cannot be deleted": (Bucket, "delete", client_error("InternalError", 503), 1, False, 503),
}


@pytest.mark.parametrize("name", FAULTS)
def test_import_after_a_fault_can_be_repeated(ada, pictures, upload, monkeypatch, name):
    target, method, error, at, after, status = FAULTS[name]
    with monkeypatch.context() as patch:
        fail_once(patch, target, method, error, at, after)
        try:
            assert ada.call("POST", IMPORT).status == status
        except MemoryError:  # the process of ConvertFunction ended, here the one of the test
            assert status == 500
    counted, items, _ = read_state(pictures)
    assert counted == items
    assert ada.call("POST", IMPORT).body["width"] == 128
    assert read_state(pictures) == COMPLETE


def test_files_of_an_import_that_crashed_are_deleted_after_a_day(ada, pictures, upload, monkeypatch):
    with monkeypatch.context() as patch:
        fail_once(patch, Pictures, "add", MemoryError())
        assert ada.call("POST", IMPORT).status == 500
    bucket = dependencies.get_bucket()
    bucket.delete_prefix("uploads/")  # as its lifecycle does
    cleanup = Cleanup(dependencies.get_covers(), dependencies.get_listeners(), None, bucket)
    for days, count in ((0, 0), (2, 2)):
        assert cleanup.delete_orphans(datetime.now(UTC) + timedelta(days=days)) == {"orphans_deleted": count}
    assert read_state(pictures) == NOTHING
    upload()
    ada.call("POST", IMPORT)
    assert cleanup.delete_orphans(datetime.now(UTC) + timedelta(days=2)) == {"orphans_deleted": 0}
    assert read_state(pictures) == COMPLETE


@pytest.mark.parametrize(
    ("failure", "status", "code"),
    [
        pytest.param(client_error("TooManyRequestsException", 429), 503, "storage_unavailable", id="throttled"),
        pytest.param(client_error("ResourceNotReadyException", 502), 503, "storage_unavailable", id="inactive"),
        pytest.param({"errorMessage": "2026 Task timed out after 24.00 seconds"}, 422, "picture_unreadable", id="late"),
        pytest.param({"errorType": "Runtime.OutOfMemory"}, 422, "picture_unreadable", id="out of memory"),
        pytest.param({"errorType": "StorageUnavailableError"}, 503, "storage_unavailable", id="storage"),
        pytest.param({"errorType": "Runtime.ExitError"}, 500, "internal", id="crash"),
    ],
)
def test_function_that_fails_gives_a_clear_error(ada, pictures, upload, convert_function, failure, status, code):
    if isinstance(failure, dict):
        payload = json.dumps({"errorMessage": "Later.", **failure}).encode()
        failure = {"Payload": io.BytesIO(payload)}
    convert_function.invoke.side_effect = [failure]
    assert_error(ada.call("POST", IMPORT), status, code)
    # The same file would fail again.
    assert read_state(pictures) == (0, 0, [] if status == 422 else ["uploads"])


def test_listener_gone_during_an_import_leaves_nothing(ada, pictures, upload, monkeypatch):
    def add_after_deletion(self, listener_id, picture, add=Pictures.add):
        dependencies.get_listeners().delete(listener_id)
        return add(self, listener_id, picture)

    monkeypatch.setattr(Pictures, "add", add_after_deletion)
    assert_error(ada.call("POST", IMPORT), 401, "listener_not_found")
    assert read_state(pictures) == NOTHING


def test_id_of_another_form_is_no_picture(ada, convert_function):
    for picture_id in ("x", "..", f"{COVER}%0A", "profile", "a" * 300):
        for method, path in (("POST", "/import"), ("GET", "/image"), ("DELETE", "")):
            assert_error(ada.call(method, f"/api/pictures/{picture_id}{path}"), 404, "picture_not_found", picture_id)


def test_cover_may_show_pictures_that_are_there(ada, pictures):
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
        assert_error(request_cover(ada, **options), status, code, options)
    cover_id = request_cover(ada, picture=COVER, style_pictures=[COVER]).body["cover_id"]
    stored = dependencies.get_covers().get("ada", cover_id)["request"]["options"]
    assert (stored["picture"], stored["style_pictures"], "send_picture" in stored) == (COVER, [COVER], False)
    plain = dependencies.get_covers().get("ada", request_cover(ada).body["cover_id"])["request"]["options"]
    assert not {"picture", "style_pictures", "send_picture"} & plain.keys()


def test_owner_and_backend_decide_what_may_be_sent(ada, pictures, monkeypatch):
    pictures.add("ada", make_picture(COVER))
    monkeypatch.setenv("ALLOW_SENDING_PICTURES", "yes")
    store_secret("openai_api_key")
    for backend, may_send in (("openai", True), ("painter", False), ("auto", True)):
        monkeypatch.setenv("IMAGE_BACKEND", backend)
        assert ada.call("GET", "/api/me").body["may_send_pictures"] == may_send
        assert request_cover(ada, picture=COVER, send_picture=True).status == (202 if may_send else 403)


def test_picture_that_stays_has_the_painters_limit_and_candidates(ada, pictures, monkeypatch):
    pictures.add("ada", make_picture(COVER))
    monkeypatch.setenv("IMAGE_BACKEND", "openai")
    monkeypatch.setenv("FALLBACK_TO_PAINTER", "false")
    monkeypatch.setenv("MONTHLY_BUDGET_USD", "0")
    monkeypatch.setenv("DAILY_COVER_LIMIT", "1")  # the painter's is ten times that, for covers of four candidates each
    assert_error(request_cover(ada), 429, "budget_spent")
    for _ in range(2):
        cover_id = request_cover(ada, picture=COVER).body["cover_id"]
        assert dependencies.get_covers().get("ada", cover_id)["request"]["options"]["candidates"] == 4
    assert_error(request_cover(ada, picture=COVER), 429, "daily_limit_reached")
