"""The subject of the listener's own picture."""

import numpy as np
import pytest
from PIL import Image

from coverart.images.decode import decode_image
from coverart.models import WHOLE_PICTURE, DetectedObject
from detect import faces, own_picture, subject
from detect.app import handler
from detect.boxes import measure_overlaps
from detect.networks import load_session
from tests.unit.detect.conftest import MASK_KEY, PICTURE_EVENT


@pytest.mark.parametrize(
    ("name", "label", "face_boxes", "box"),
    [
        ("astronaut", "portrait", [(0.34, 0.13, 0.55, 0.34)], (0.0, 0.04, 0.99, 1)),
        ("rocket", "", [], (0.48, 0.3, 0.53, 0.96)),
        ("brick", "", [], None),
    ],
)
def test_picture_has_its_subject_and_faces_or_is_whole(bucket, store_picture, name, label, face_boxes, box):
    store_picture(name)
    result = handler(PICTURE_EVENT, None)["cut_out"]
    assert result["label"] == label
    assert result["faces"] == [pytest.approx(face_box, abs=0.02) for face_box in face_boxes]
    assert result["mask"] == (MASK_KEY if box else None)
    assert result["box"] == pytest.approx(box or WHOLE_PICTURE, abs=0.03)
    assert bucket.exists(MASK_KEY) == bool(box)


def test_mask_has_the_size_of_the_photograph_and_its_edges(bucket, store_picture):
    store_picture("coffee", (1920, 1280))
    result = handler(PICTURE_EVENT, None)["cut_out"]
    assert (result["label"], result["faces"]) == ("cup", [])
    assert result["box"] == pytest.approx((0.13, 0.05, 0.8, 0.97), abs=0.03)
    mask = np.asarray(decode_image(bucket.get(MASK_KEY)).getchannel("R"))
    assert mask.shape == (853, 1280)
    # The cup and its saucer, and the table in the corners.
    assert mask[425, 600] == 255
    assert {*mask[:20, :20].ravel(), *mask[-20:, -20:].ravel()} == {0}
    # Hardly anything is between subject and ground.
    assert ((mask > 25) & (mask < 230)).mean() < 0.03


def test_edge_of_the_mask_is_that_of_the_photograph():
    photograph = Image.new("RGB", (640, 640), "gray")
    photograph.paste("black", (0, 0, 324, 640))
    # Its edge is soft and four pixels of the photograph beside the other one.
    mask = np.tile(np.float32((160 - np.arange(320)) / 4 + 0.5).clip(0, 1), (320, 1))
    row = np.asarray(subject.refine(mask, photograph))[320]
    assert row[321] > 200 > 50 > row[326]


def test_subject_must_be_neither_tiny_nor_everything_nor_soft():
    y, x = np.mgrid[:320, :320] / np.float32(320)
    masks = {side: np.float32(np.maximum(abs(x - 0.5), abs(y - 0.5)) < side / 2) for side in (0.0, 0.1, 0.3, 0.98)}
    assert [subject.stands_out(mask) for mask in masks.values()] == [False, False, True, False]
    assert subject.find_box(masks[0.3]) == pytest.approx((0.35, 0.35, 0.65, 0.65), abs=0.01)
    assert not subject.stands_out(np.float32(x * 0.9))


def test_object_beside_the_subject_is_not_its_label():
    objects = [
        DetectedObject(label="cup", score=0.9, box=(0.8, 0.8, 1, 1)),
        DetectedObject(label="person", score=0.7, box=(0.1, 0, 0.6, 0.9)),
        DetectedObject(label="portrait", score=0.9, box=(0.3, 0.1, 0.4, 0.2)),
    ]
    assert own_picture.choose_label(objects, (0.1, 0, 0.6, 1), []) == "person"
    assert own_picture.choose_label(objects, (0.1, 0, 0.6, 1), [(0.3, 0.1, 0.4, 0.2)]) == "portrait"
    assert own_picture.choose_label(objects[:1], (0.1, 0, 0.6, 1), []) == ""


def test_face_counts_once_and_in_both_views_only(monkeypatch):
    edges = [(0.1, 0.8, 0.3, 1), (0.11, 0.8, 0.31, 1.1), (0.6, 0.6, 0.8, 0.8), (0.6, 0.1, 0.8, 0.3)]
    boxes = np.float32(edges)
    mirror = boxes[:3, [2, 1, 0, 3]] * (-1, 1, -1, 1) + (1, 0, 1, 0)
    views = iter([(np.float32([0.7, 0.8, 0.6, 0.6]), boxes), (np.float32([0.5, 0.6, 0.1]), mirror)])
    monkeypatch.setattr(faces, "_run", lambda _: next(views))
    assert faces.find_faces(np.zeros((192, 192, 3), np.uint8)) == [(0.7, (0.11, 0.8, 0.31, 1))]
    assert measure_overlaps(boxes[0], boxes) == pytest.approx([1, 0.613, 0, 0], abs=0.001)


def test_network_gives_its_memory_back():
    """With the arena, a function that once cut out a picture would keep 0.5 GB."""
    arenas = [load_session(name).get_session_options().enable_cpu_mem_arena for name in ("subject", "faces")]
    assert arenas == [False, True]
