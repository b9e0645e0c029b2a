"""Face detection with MediaPipe's full-range face detector. It finds faces and does not know whose they are."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from coverart.errors import ModelError
from coverart.models import Box
from detect.boxes import measure_overlaps
from detect.networks import load_session

_SIDE_PIXELS = 192
# The mean score of a picture and its mirror image, and the overlap above which two boxes are of one face.
_MIN_SCORE, _MAX_OVERLAP = 0.42, 0.3

Pixels = NDArray[np.uint8]
Outputs = NDArray[np.float32]


class Face(NamedTuple):
    """`box`: (x0, y0, x1, y1) in [0, 1]."""

    score: float
    box: Box

    @property
    def width(self) -> float:
        """In widths of the image."""
        return self.box[2] - self.box[0]


def prepare(image: Image.Image) -> Pixels:
    """Return the network's input for an image: RGB, shape (192, 192, 3). The proportions are not preserved."""
    return np.asarray(image.resize((_SIDE_PIXELS, _SIDE_PIXELS), Image.Resampling.BILINEAR, reducing_gap=1.0))


def find_face(pixels: Pixels) -> Face:
    """Return the most certain face, however uncertain. `pixels`: as `prepare` returns them.

    Raises ModelError where the network's output is invalid.
    """
    scores, boxes = _run(pixels)
    best = int(scores.argmax())
    return Face(float(scores[best]), _to_box(boxes[best]))


def find_faces(pixels: Pixels) -> list[Face]:
    """Return all faces in a picture that its mirror image shows, too, the most certain one first.

    `pixels`: as `prepare` returns them. Raises ModelError where the network's output is invalid.
    """
    scores, boxes = _run(pixels)
    mirror_scores, mirror_boxes = _run(pixels[:, ::-1])
    mirror_boxes = mirror_boxes[:, [2, 1, 0, 3]] * (-1, 1, -1, 1) + (1, 0, 1, 0)
    candidates = np.flatnonzero(scores >= _MIN_SCORE / 2)
    agreement = [mirror_scores[measure_overlaps(boxes[index], mirror_boxes) > _MAX_OVERLAP] for index in candidates]
    means = {
        int(index): float(scores[index] + others.max(initial=0)) / 2
        for index, others in zip(candidates, agreement, strict=True)
    }
    best: list[int] = []
    for index in sorted(means, key=lambda index: -means[index]):
        is_new = (measure_overlaps(boxes[index], boxes[best]) < _MAX_OVERLAP).all()
        if means[index] >= _MIN_SCORE and is_new:
            best.append(index)
    return [Face(round(means[index], 4), _to_box(boxes[index])) for index in best]


def _run(pixels: Pixels) -> tuple[Outputs, Outputs]:
    """Return the scores, shape (2304,), and the boxes, (2304, 4)."""
    inputs = {"pictures": pixels[None] / np.float32(127.5) - 1}
    scores, boxes = (output[0] for output in load_session("faces").run(["scores", "boxes"], inputs))
    if not (
        np.isfinite(boxes).all() and (boxes[:, :2] <= boxes[:, 2:]).all() and ((scores >= 0) & (scores <= 1)).all()
    ):
        raise ModelError("The face detector failed on this artwork.")
    return scores, boxes


def _to_box(edges: Outputs) -> Box:
    x0, y0, x1, y1 = (round(float(edge), 4) for edge in edges.clip(0, 1))
    return x0, y0, x1, y1
