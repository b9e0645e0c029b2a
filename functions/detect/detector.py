"""Sees what is on pictures: SSDLite MobileNet v2, trained on COCO's 80 classes of everyday objects."""

import os
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from itertools import chain, islice
from typing import Any

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from PIL import Image

from coverart.errors import ModelError
from coverart.models import DetectedObject
from detector_model import LABELS, SIZE, detector_onnx

# Chosen on the demo's photographs, 300 to 1,400 pixels wide: each subject scores 0.62 and more (but for the horse, a
# silhouette, when its legs are cropped), what is not there stays below 0.6.
MIN_SCORE = 0.6
# Of two boxes of one class that share more of their union, the more certain stays.
MAX_OVERLAP = 0.5
MAX_OBJECTS = 10
# More at once are no faster, and the network's first layers take 17 MB for each.
_AT_ONCE = 1

Pixels = NDArray[np.uint8]
Outputs = NDArray[Any]


@cache
def session() -> onnxruntime.InferenceSession:
    """For several threads, each of which runs it alone: two cores do two pictures sooner than each of them together."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    return onnxruntime.InferenceSession(str(detector_onnx()), options, providers=["CPUExecutionProvider"])


def prepare(picture: Image.Image) -> Pixels:
    """(300, 300, 3) RGB, squeezed to a square.

    Bilinear without antialiasing, sampled where the network's training sampled it: at x * width / 300.
    """
    x, y = picture.width / SIZE, picture.height / SIZE
    # Pillow maps centres of pixels, hence the halves.
    corners = (x, 0, (1 - x) / 2, 0, y, (1 - y) / 2)
    small = picture.transform((SIZE, SIZE), Image.Transform.AFFINE, corners, Image.Resampling.BILINEAR)
    return np.asarray(small)


def detect(pictures: Iterable[Pixels]) -> list[list[DetectedObject]]:
    """What is on each (300, 300, 3) picture: at most MAX_OBJECTS, the most certain first.

    Begins with the first while others are still being made. Raises ModelError where the network gives what it cannot
    mean.
    """
    with ThreadPoolExecutor(_cores()) as lookers:
        return list(chain.from_iterable(lookers.map(_run, _batches(pictures))))


def _cores() -> int:
    """Those that we may use, not the host's. macOS knows no difference."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _batches(pictures: Iterable[Pixels]) -> Iterator[Pixels]:
    left = iter(pictures)
    while batch := list(islice(left, _AT_ONCE)):
        yield np.stack(batch)


def _run(batch: Pixels) -> list[list[DetectedObject]]:
    inputs = {
        "pictures": batch * np.float32(2 / 255) - np.float32(1),
        "score_threshold": np.array([MIN_SCORE], np.float32),
        "overlap_threshold": np.array([MAX_OVERLAP], np.float32),
    }
    boxes, scores, kept = session().run(["boxes", "scores", "kept"], inputs)
    _check(boxes, scores, kept)
    found: list[list[DetectedObject]] = [[] for _ in batch]
    for picture, label, anchor in kept:
        x0, y0, x1, y1 = (round(float(edge), 4) for edge in boxes[picture, anchor].clip(0, 1))
        score = round(float(scores[picture, label, anchor]), 4)
        found[picture].append(DetectedObject(label=LABELS[label], score=score, box=(x0, y0, x1, y1)))
    return [sorted(objects, key=lambda one: -one.score)[:MAX_OBJECTS] for objects in found]


def _check(boxes: Outputs, scores: Outputs, kept: Outputs) -> None:
    """Boxes have two corners each, scores are in [0, 1], what is kept is there; NaN is none of these."""
    are_boxes = np.isfinite(boxes).all() and (boxes[..., :2] <= boxes[..., 2:]).all()
    are_scores = ((scores >= 0) & (scores <= 1)).all()
    are_there = ((kept >= 0) & (kept < scores.shape)).all() and scores.shape[1] == len(LABELS)
    if not (are_boxes and are_scores and are_there):
        raise ModelError("The object detector failed on this artwork.")
