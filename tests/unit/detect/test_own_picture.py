"""The subject of the listener's own picture."""

import io
import sys
from unittest.mock import Mock

import numpy as np
import pytest
from PIL import Image

from coverart.aws import clients
from coverart.aws.s3 import Bucket
from coverart.errors import ModelError, PictureNotFoundError, StorageUnavailableError
from coverart.images.decode import decode_image
from coverart.models import WHOLE_PICTURE, DetectedObject
from coverart.store.keys import cover_file_key, picture_file_key
from detect import faces, own_picture, subject
from detect.app import handler
from detect.boxes import measure_overlaps
from detect.networks import load_session
from scripts import assets
from tests.client_errors import client_error

PICTURE = "20261201T000000000-0123456789"
EVENT = {"listener_id": "ada", "cover_id": "c1", "songs": [], "options": {"picture": PICTURE}}
MASK_KEY = cover_file_key("ada", "c1", "mask.png")


@pytest.fixture
def bucket(covers):
    return Bucket(clients.get_client("s3"), "bucket")


def store_picture(bucket, name, size=None):
    image = Image.open(assets.fetch_photos()[name]).convert("RGB")
    buffer = io.BytesIO()
    (image.resize(size) if size else image).save(buffer, "JPEG", quality=92)
    bucket.put(picture_file_key("ada", PICTURE, "picture.jpg"), buffer.getvalue(), "image/jpeg")


@pytest.mark.parametrize(
    ("name", "label", "face_count", "box"),
    [
        ("astronaut", "portrait", 1, (0.0, 0.04, 0.99, 1)),
        ("chelsea", "cat", 0, (0.02, 0, 0.86, 1)),
        ("coffee", "cup", 0, (0.13, 0.05, 0.8, 0.97)),
        ("motorcycle_left", "motorcycle", 0, (0.15, 0.26, 0.92, 0.9)),
        ("rocket", "", 0, (0.48, 0.3, 0.53, 0.96)),
        *((name, "", 0, None) for name in ("brick", "grass", "gravel", "hubble_deep_field", "moon")),
    ],
)
def test_picture_has_its_subject_and_faces_or_is_whole(bucket, name, label, face_count, box):
    store_picture(bucket, name)
    result = handler(EVENT, None)["cut_out"]
    assert (result["label"], len(result["faces"])) == (label, face_count)
    assert result["mask"] == (MASK_KEY if box else None)
    assert result["box"] == pytest.approx(box or WHOLE_PICTURE, abs=0.03)
    assert bucket.exists(MASK_KEY) == bool(box)


def test_mask_has_the_size_of_the_photograph_and_its_edges(bucket):
    store_picture(bucket, "coffee", (1920, 1280))
    handler(EVENT, None)
    mask = np.asarray(decode_image(bucket.get(MASK_KEY)).getchannel("R"))
    assert mask.shape == (853, 1280)
    # The cup and its saucer, and the table in the corners.
    assert mask[425, 600] > 250
    assert {*mask[:20, :20].ravel(), *mask[-20:, -20:].ravel()} == {0}
    # Hardly anything is between subject and ground.
    assert ((mask > 25) & (mask < 230)).mean() < 0.03


def break_import(monkeypatch):
    monkeypatch.setitem(sys.modules, "detect.own_picture", None)


def fail_to_load(monkeypatch):
    monkeypatch.setattr(subject, "load_session", Mock(side_effect=RuntimeError("INVALID_PROTOBUF")))


def respond_with_nan(monkeypatch):
    run = Mock(return_value=[np.full((1, 1, 320, 320), np.nan, np.float32)])
    monkeypatch.setattr(subject, "load_session", Mock(return_value=Mock(run=run)))


def crash(_monkeypatch):
    return {"failure": {"Error": "Runtime.OutOfMemory"}}


@pytest.mark.parametrize("break_network", [break_import, fail_to_load, respond_with_nan, crash])
def test_failed_network_uses_the_whole_picture(bucket, monkeypatch, break_network):
    store_picture(bucket, "chelsea")
    changes = break_network(monkeypatch) or {}
    result = handler(EVENT | changes, None)
    assert (result["cut_out"]["mask"], result["cut_out"]["box"]) == (None, list(WHOLE_PICTURE))
    assert "the whole picture" in result["note"]
    bucket.delete([result["cut_out"]["key"]])
    with pytest.raises(PictureNotFoundError):
        handler(EVENT | changes, None)


def test_deleted_picture_is_not_found(bucket):
    with pytest.raises(PictureNotFoundError):
        handler(EVENT, None)
    failure = {"Error": "PictureNotFoundError", "Cause": '{"errorMessage": "You have no such picture."}'}
    with pytest.raises(PictureNotFoundError, match="no such picture"):
        handler({**EVENT, "failure": failure}, None)


@pytest.mark.parametrize("method", ["get", "put"])
def test_bucket_that_does_not_answer_is_no_failed_network(bucket, monkeypatch, method):
    store_picture(bucket, "chelsea")
    monkeypatch.setattr(Bucket, method, Mock(side_effect=client_error("SlowDown", 503)))
    with pytest.raises(StorageUnavailableError):
        handler(EVENT, None)


def test_cover_that_was_deleted_meanwhile_leaves_no_mask(covers, bucket, monkeypatch):
    store_picture(bucket, "chelsea")
    store = Bucket.put

    def put_after_deletion(*arguments):
        clients.get_table("CoversTable").delete_item(Key={"listener_id": "ada", "cover_id": "c1"})
        store(*arguments)

    monkeypatch.setattr(Bucket, "put", put_after_deletion)
    with pytest.raises(Exception, match="deleted"):
        handler(EVENT, None)
    assert not bucket.exists(MASK_KEY)


def test_subject_must_be_neither_tiny_nor_everything_nor_soft():
    y, x = np.mgrid[:320, :320] / np.float32(320)
    masks = {side: np.float32(np.maximum(abs(x - 0.5), abs(y - 0.5)) < side / 2) for side in (0.0, 0.1, 0.3, 0.98)}
    assert [subject.stands_out(mask) for mask in masks.values()] == [False, False, True, False]
    assert subject.find_box(masks[0.3]) == pytest.approx((0.35, 0.35, 0.65, 0.65), abs=0.01)
    assert not subject.stands_out(np.float32(x * 0.9))


def test_object_beside_the_subject_is_not_its_label(monkeypatch):
    objects = [
        DetectedObject(label="cup", score=0.9, box=(0.8, 0.8, 1, 1)),
        DetectedObject(label="person", score=0.7, box=(0.1, 0, 0.6, 0.9)),
        DetectedObject(label="portrait", score=0.9, box=(0.3, 0.1, 0.4, 0.2)),
    ]
    assert own_picture.choose_label(objects, (0.1, 0, 0.6, 1), []) == "person"
    assert own_picture.choose_label(objects, (0.1, 0, 0.6, 1), [(0.3, 0.1, 0.4, 0.2)]) == "portrait"
    assert own_picture.choose_label(objects[:1], (0.1, 0, 0.6, 1), []) == ""


def test_face_counts_once_and_in_both_views_only(monkeypatch):
    boxes = np.float32([[0.1, 0.1, 0.3, 0.3], [0.11, 0.1, 0.31, 0.3], [0.6, 0.6, 0.8, 0.8]])
    mirror = boxes[:, [2, 1, 0, 3]] * (-1, 1, -1, 1) + (1, 0, 1, 0)
    views = iter([(np.float32([0.7, 0.8, 0.6]), boxes), (np.float32([0.5, 0.6, 0.1]), mirror)])
    monkeypatch.setattr(faces, "_run", lambda _: next(views))
    assert faces.find_faces(np.zeros((192, 192, 3), np.uint8)) == [(0.7, (0.11, 0.1, 0.31, 0.3))]
    assert measure_overlaps(boxes[0], boxes) == pytest.approx([1, 0.905, 0], abs=0.001)


def test_network_gives_its_memory_back():
    """With the arena, a function that once cut out a picture would keep 0.5 GB."""
    arenas = [load_session(name).get_session_options().enable_cpu_mem_arena for name in ("subject", "faces")]
    assert arenas == [False, True]


def test_network_without_a_mask_in_range_is_an_error(monkeypatch):
    respond_with_nan(monkeypatch)
    with pytest.raises(ModelError):
        subject.find_mask(subject.prepare(Image.new("RGB", (64, 64))))
