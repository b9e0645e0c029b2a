"""Object detection with SSDLite MobileNet v2, trained on the 80 classes of everyday objects in COCO."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from coverart.errors import ModelError
from coverart.models import DetectedObject
from detect.networks import load_session
from detector_model import INPUT_SIDE_PIXELS, LABELS

# Of each box; detect/sight.py decides what counts.
MIN_SCORE = 0.3
# Intersection over union above which the less certain of two boxes of one class is suppressed. 0.5 is the default of
# coco-ssd for TensorFlow.js, whose weights these are.
MAX_OVERLAP = 0.5

_FAILURE = "The object detector failed on this artwork."

Pixels = NDArray[np.uint8]
Outputs = NDArray[Any]


class Detection(NamedTuple):
    """`objects`: those with a score above MIN_SCORE. `scores`: the best score of each of COCO's labels."""

    objects: list[DetectedObject]
    scores: dict[str, float]


def prepare(image: Image.Image) -> Pixels:
    """Return the network's input for an image: RGB, shape (300, 300, 3). The proportions are not preserved.

    Pixel x is sampled at x * width / 300, bilinearly and without antialiasing, as TensorFlow's ResizeBilinear samples
    it. The network learned from images resized in this way.
    """
    x_scale, y_scale = image.width / INPUT_SIDE_PIXELS, image.height / INPUT_SIDE_PIXELS
    # Pillow samples at the centers of pixels, TensorFlow at their corners.
    coefficients = (x_scale, 0, (1 - x_scale) / 2, 0, y_scale, (1 - y_scale) / 2)
    size = (INPUT_SIDE_PIXELS, INPUT_SIDE_PIXELS)
    return np.asarray(image.transform(size, Image.Transform.AFFINE, coefficients, Image.Resampling.BILINEAR))


def find_objects(image: Image.Image) -> Detection:
    """Return what the network sees in an image. Raises ModelError where its output is invalid.

    Outputs of the network: boxes (1, 1917, 4), scores (1, 80, 1917), and kept (k, 3), the image, label and anchor of
    each object that non-maximum suppression keeps.
    """
    boxes, scores, indices = _run(image, "boxes", "scores", "kept")
    best_scores = _find_best(scores)
    _check(boxes, indices, scores.shape)
    objects = []
    for _, label, anchor in indices:
        x0, y0, x1, y1 = (round(float(edge), 4) for edge in boxes[0, anchor].clip(0, 1))
        score = round(float(scores[0, label, anchor]), 4)
        objects.append(DetectedObject(label=LABELS[label], score=score, box=(x0, y0, x1, y1)))
    return Detection(objects, best_scores)


def score_labels(image: Image.Image) -> dict[str, float]:
    """Return the best score of each label, faster than `find_objects`. Raises ModelError on invalid output."""
    (scores,) = _run(image, "scores")
    return _find_best(scores)


def _find_best(scores: Outputs) -> dict[str, float]:
    # NaN is invalid, too.
    if not (((scores >= 0) & (scores <= 1)).all() and scores.shape[1] == len(LABELS)):
        raise ModelError(_FAILURE)
    return dict(zip(LABELS, scores[0].max(axis=1).tolist(), strict=True))


def _run(image: Image.Image, *outputs: str) -> list[Outputs]:
    inputs = {
        # From [0, 255] to [-1, 1].
        "pictures": prepare(image)[None] * np.float32(2 / 255) - np.float32(1),
        "score_threshold": np.array([MIN_SCORE], np.float32),
        "overlap_threshold": np.array([MAX_OVERLAP], np.float32),
    }
    return list(load_session("detector").run(list(outputs), inputs))


def _check(boxes: Outputs, indices: Outputs, shape: tuple[int, ...]) -> None:
    """Raise ModelError unless boxes are finite and ordered, and indices exist."""
    boxes_are_valid = np.isfinite(boxes).all() and (boxes[..., :2] <= boxes[..., 2:]).all()
    if not (boxes_are_valid and ((indices >= 0) & (indices < shape)).all()):
        raise ModelError(_FAILURE)
