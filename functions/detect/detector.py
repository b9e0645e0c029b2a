"""Object detection with SSDLite MobileNet v2, trained on the 80 classes of everyday objects in COCO."""

import os
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from itertools import batched, chain
from typing import Any

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from PIL import Image

from coverart.errors import ModelError
from coverart.models import DetectedObject
from detector_model import INPUT_SIDE_PIXELS, LABELS, get_model_path

# Measured on the demo's photographs, 300 to 1,400 pixels wide. Every subject scores at least 0.62, except the horse, a
# silhouette, when its legs are cropped. Objects that are not there score less than 0.6.
MIN_SCORE = 0.6
# Intersection over union above which the less certain of two boxes of one class is suppressed. 0.5 is the default of
# coco-ssd for TensorFlow.js, whose weights these are.
MAX_OVERLAP = 0.5
MAX_OBJECTS = 10
# Larger batches are not faster, and the network's first layers need 17 MB for each image.
BATCH_SIZE = 1

Pixels = NDArray[np.uint8]
Outputs = NDArray[Any]


@cache
def load_session() -> onnxruntime.InferenceSession:
    """Return the session, which several threads may share.

    Each call uses one thread: two cores process two images sooner in parallel than one after the other.
    """
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    return onnxruntime.InferenceSession(str(get_model_path()), options, providers=["CPUExecutionProvider"])


def prepare(image: Image.Image) -> Pixels:
    """Return the network's input for an image: RGB, shape (300, 300, 3). The proportions are not preserved.

    Pixel x is sampled at x * width / 300, bilinearly and without antialiasing, as TensorFlow's ResizeBilinear samples
    it. The network was trained on images that were resized in this way.
    """
    x_scale, y_scale = image.width / INPUT_SIDE_PIXELS, image.height / INPUT_SIDE_PIXELS
    # Pillow samples at the centers of pixels, TensorFlow at their corners.
    coefficients = (x_scale, 0, (1 - x_scale) / 2, 0, y_scale, (1 - y_scale) / 2)
    size = (INPUT_SIDE_PIXELS, INPUT_SIDE_PIXELS)
    return np.asarray(image.transform(size, Image.Transform.AFFINE, coefficients, Image.Resampling.BILINEAR))


def detect(images: Iterable[Pixels]) -> list[list[DetectedObject]]:
    """Return the objects on each image, at most MAX_OBJECTS with a score above MIN_SCORE, best score first.

    `images`: as `prepare` returns them, shape (300, 300, 3). Detection begins while further images are still being
    prepared. Raises ModelError where the network's output is invalid.
    """
    with ThreadPoolExecutor(os.process_cpu_count() or 1) as executor:
        return list(chain.from_iterable(executor.map(_run, _stack(images))))


def _stack(images: Iterable[Pixels]) -> Iterator[Pixels]:
    """Yield batches of shape (n, 300, 300, 3)."""
    for batch in batched(images, BATCH_SIZE, strict=False):
        yield np.stack(batch)


def _run(batch: Pixels) -> list[list[DetectedObject]]:
    """Return the objects on each image of a batch of shape (n, 300, 300, 3).

    Outputs of the network: boxes (n, 1917, 4), scores (n, 80, 1917), and kept (k, 3), the image, label and anchor of
    each object that non-maximum suppression keeps.
    """
    inputs = {
        # From [0, 255] to [-1, 1].
        "pictures": batch * np.float32(2 / 255) - np.float32(1),
        "score_threshold": np.array([MIN_SCORE], np.float32),
        "overlap_threshold": np.array([MAX_OVERLAP], np.float32),
    }
    boxes, scores, indices = load_session().run(["boxes", "scores", "kept"], inputs)
    _check(boxes, scores, indices)
    objects_by_image: list[list[DetectedObject]] = [[] for _ in batch]
    for image, label, anchor in indices:
        x0, y0, x1, y1 = (round(float(edge), 4) for edge in boxes[image, anchor].clip(0, 1))
        score = round(float(scores[image, label, anchor]), 4)
        objects_by_image[image].append(DetectedObject(label=LABELS[label], score=score, box=(x0, y0, x1, y1)))
    return [sorted(objects, key=lambda detected: -detected.score)[:MAX_OBJECTS] for objects in objects_by_image]


def _check(boxes: Outputs, scores: Outputs, indices: Outputs) -> None:
    """Raise ModelError unless boxes are finite and ordered, scores are in [0, 1] and indices exist. NaN is invalid."""
    boxes_are_valid = np.isfinite(boxes).all() and (boxes[..., :2] <= boxes[..., 2:]).all()
    scores_are_valid = ((scores >= 0) & (scores <= 1)).all() and scores.shape[1] == len(LABELS)
    indices_are_valid = ((indices >= 0) & (indices < scores.shape)).all()
    if not (boxes_are_valid and scores_are_valid and indices_are_valid):
        raise ModelError("The object detector failed on this artwork.")
