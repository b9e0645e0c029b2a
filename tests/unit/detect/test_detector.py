from unittest.mock import Mock

import numpy as np
import pytest
from PIL import Image, ImageOps

from coverart.errors import ModelError
from coverart.images.decode import decode_image
from detect import classifier, detector, faces, subject
from detector_model import LABELS
from scripts import assets
from tests.images import encode

# The best object on each of the demo's photographs: label, score, box.
OBJECTS = {
    "astronaut": ("person", 0.646, (0.035, 0.027, 0.739, 0.993)),
    "chelsea": ("cat", 0.975, (0.000, 0.177, 0.882, 0.846)),
    "coffee": ("cup", 0.981, (0.288, 0.214, 0.688, 0.584)),
    "motorcycle_left": ("motorcycle", 0.972, (0.126, 0.220, 0.940, 0.775)),
}
BLANK = Image.new("RGB", (300, 300))


def load_artwork(photograph):
    """Return a photograph as an album's artwork: a JPEG of 640x640 pixels with white margins."""
    image = Image.open(assets.fetch_photos()[photograph]).convert("RGB")
    return decode_image(encode(ImageOps.pad(image, (640, 640), color="white"), quality=90))


@pytest.fixture
def set_output(monkeypatch):
    """Replaces the network by one with a fixed output for one image. `objects`: label and score of each box."""

    def set_fixed_output(boxes, objects):
        scores = np.zeros((1, len(LABELS), len(boxes)), np.float32)
        for anchor, (label, score) in enumerate(objects):
            scores[0, LABELS.index(label), anchor] = score
        indices = np.array([(0, LABELS.index(label), anchor) for anchor, (label, _) in enumerate(objects)])
        outputs = [np.array([boxes], np.float32), scores, indices]

        monkeypatch.setattr(detector, "load_session", lambda _: Mock(**{"run.return_value": outputs}))

    return set_fixed_output


@pytest.mark.parametrize("photograph", OBJECTS)
def test_object_on_photograph_is_detected(photograph):
    artwork = load_artwork(photograph)
    (detected, *_), scores = detector.find_objects(artwork)
    label, score, box = OBJECTS[photograph]
    assert detected.label == label
    assert detected.score == pytest.approx(score, abs=0.02)
    assert detected.box == pytest.approx(box, abs=0.01)
    assert scores[label] == pytest.approx(detected.score, abs=1e-4)
    assert detector.score_labels(artwork) == pytest.approx(scores, abs=1e-4)


def test_image_is_sampled_as_by_tensorflow():
    """ResizeBilinear without align_corners samples pixel x at x * width / 300."""
    ramp = np.repeat(np.arange(600, dtype=np.uint16)[None] // 4, 450, axis=0).astype(np.uint8)
    pixels = detector.prepare(Image.fromarray(ramp).convert("RGB"))
    assert pixels.shape == (300, 300, 3)
    np.testing.assert_array_equal(pixels[0, :, 0], ramp[0, ::2])


def test_boxes_are_clipped_to_the_image(set_output):
    set_output([[-0.2, 0.1, 1.3, 0.9]], [("dog", 0.8)])
    assert detector.find_objects(BLANK).objects[0].box == (0, 0.1, 1, 0.9)


@pytest.mark.parametrize(
    ("edge", "score"), [(float("nan"), 0.9), (float("inf"), 0.9), (0.5, float("nan")), (0.5, -0.1), (0.5, 1.1)]
)
def test_invalid_output_is_an_error(set_output, edge, score):
    set_output([[0, 0, edge, 1]], [("cat", score)])
    with pytest.raises(ModelError, match="object detector failed"):
        detector.find_objects(BLANK)


@pytest.mark.parametrize("value", [float("nan"), -0.5, 1.5])
@pytest.mark.parametrize("network", [classifier, faces, subject])
def test_invalid_score_of_another_network_is_an_error(monkeypatch, network, value):
    shapes = {classifier: [(1, 1000)], faces: [(1, 4), (1, 4, 4)], subject: [(1, 1, 320, 320)]}[network]
    outputs = [np.full(shape, value, np.float32) for shape in shapes]
    monkeypatch.setattr(network, "load_session", lambda _: Mock(**{"run.return_value": outputs}))
    run = {classifier: classifier.classify, faces: faces.find_face, subject: subject.find_mask}[network]
    with pytest.raises(ModelError):
        run(network.prepare(BLANK))
