import io
from itertools import chain
from unittest.mock import Mock

import numpy as np
import pytest
from PIL import Image, ImageOps

from coverart.errors import ModelError
from coverart.images.decode import decode_image
from coverart.models import ArtworkObjects, DetectResult
from detect import detector
from detector_model import LABELS
from scripts import assets

# The one object on each of the demo's photographs: label, score, box.
OBJECTS = {
    "astronaut": ("person", 0.646, (0.035, 0.027, 0.739, 0.993)),
    "chelsea": ("cat", 0.975, (0.000, 0.177, 0.882, 0.846)),
    "coffee": ("cup", 0.981, (0.288, 0.214, 0.688, 0.584)),
    "horse": ("horse", 0.873, (0.048, 0.111, 0.982, 0.867)),
    "motorcycle_left": ("motorcycle", 0.972, (0.126, 0.220, 0.940, 0.775)),
}
WITHOUT_OBJECTS = (
    *("brick", "clock_motion", "color", "grass", "gravel", "hubble_deep_field", "ihc", "moon", "retina", "rocket"),
)
BLANK = np.zeros((300, 300, 3), np.uint8)


def prepare_artwork(photograph):
    """Prepare a photograph as an album's artwork: a JPEG of 640x640 pixels with white margins."""
    image = Image.open(assets.fetch_photos()[photograph]).convert("RGB")
    buffer = io.BytesIO()
    ImageOps.pad(image, (640, 640), color="white").save(buffer, "JPEG", quality=90)
    return detector.prepare(decode_image(buffer.getvalue()))


def list_labels(objects):
    return [detected.label for detected in objects]


@pytest.fixture
def set_output(monkeypatch):
    """Replaces the network by one with a fixed output for one image. `objects`: label and score of each box."""

    def set_fixed_output(boxes, objects):
        scores = np.zeros((1, len(LABELS), len(boxes)), np.float32)
        for anchor, (label, score) in enumerate(objects):
            scores[0, LABELS.index(label), anchor] = score
        indices = np.array([(0, LABELS.index(label), anchor) for anchor, (label, _) in enumerate(objects)])
        outputs = [np.array([boxes], np.float32), scores, indices]

        monkeypatch.setattr(detector, "load_session", lambda: Mock(**{"run.return_value": outputs}))

    return set_fixed_output


@pytest.mark.parametrize("photograph", OBJECTS)
def test_object_on_photograph_is_detected(photograph):
    ((detected,),) = detector.detect([prepare_artwork(photograph)])
    label, score, box = OBJECTS[photograph]
    assert detected.label == label
    assert detected.score == pytest.approx(score, abs=0.02)
    assert detected.box == pytest.approx(box, abs=0.01)


@pytest.mark.parametrize("photograph", WITHOUT_OBJECTS)
def test_nothing_is_detected_without_objects(photograph):
    assert detector.detect([prepare_artwork(photograph)]) == [[]]


def test_images_together_have_the_objects_of_each_alone():
    images = [prepare_artwork(photograph) for photograph in ("moon", *OBJECTS, "grass")]
    together = detector.detect(images)
    assert detector.detect([]) == []
    alone = [detector.detect([image])[0] for image in images]
    assert [list_labels(objects) for objects in together] == [list_labels(objects) for objects in alone]
    for detected, expected in zip(chain(*together), chain(*alone), strict=True):
        assert detected.score == pytest.approx(expected.score, abs=1e-4)
        assert detected.box == pytest.approx(expected.box, abs=2e-4)


def test_image_is_sampled_as_by_tensorflow():
    """ResizeBilinear without align_corners samples pixel x at x * width / 300."""
    ramp = np.repeat(np.arange(600, dtype=np.uint16)[None] // 4, 450, axis=0).astype(np.uint8)
    pixels = detector.prepare(Image.fromarray(ramp).convert("RGB"))
    assert pixels.shape == (300, 300, 3)
    np.testing.assert_array_equal(pixels[0, :, 0], ramp[0, ::2])


def test_boxes_are_clipped_to_the_image(set_output):
    set_output([[-0.2, 0.1, 1.3, 0.9]], [("dog", 0.8)])
    ((dog,),) = detector.detect([BLANK])
    assert dog.box == (0, 0.1, 1, 0.9)


def test_ten_objects_with_best_scores_are_returned(set_output):
    set_output([[0, 0, 1, 1]] * 12, [("bird", 0.6 + i / 100) for i in range(12)])
    (birds,) = detector.detect([BLANK])
    assert [bird.score for bird in birds] == pytest.approx([0.71 - i / 100 for i in range(10)])


def test_objects_of_fifty_albums_fit_between_states(set_output):
    set_output([[0.12345, 0.12345, 0.98765, 0.98765]] * 12, [("parking meter", 0.98765)] * 12)
    (objects,) = detector.detect([BLANK])
    result = DetectResult(artworks=[ArtworkObjects(album_id="a" * 22, objects=objects)] * 50)
    assert len(result.model_dump_json()) < 100_000


@pytest.mark.parametrize(("edge", "score"), [(float("nan"), 0.9), (float("inf"), 0.9), (0.5, float("nan"))])
def test_invalid_output_is_an_error(set_output, edge, score):
    set_output([[0, 0, edge, 1]], [("cat", score)])
    with pytest.raises(ModelError, match="object detector failed"):
        detector.detect([BLANK])
