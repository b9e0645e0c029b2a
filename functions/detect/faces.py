"""Face detection with MediaPipe's full-range face detector. It finds faces and does not know whose they are."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from coverart.errors import ModelError
from detect.networks import load_session

_SIDE_PIXELS = 192

Pixels = NDArray[np.uint8]


class Face(NamedTuple):
    """`box`: (x0, y0, x1, y1) in [0, 1]."""

    score: float
    box: tuple[float, float, float, float]

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
    inputs = {"pictures": pixels[None] / np.float32(127.5) - 1}
    scores, boxes = (output[0] for output in load_session("faces").run(["scores", "boxes"], inputs))
    if not (
        np.isfinite(boxes).all() and (boxes[:, :2] <= boxes[:, 2:]).all() and ((scores >= 0) & (scores <= 1)).all()
    ):
        raise ModelError("The face detector failed on this artwork.")
    best = int(scores.argmax())
    x0, y0, x1, y1 = (round(float(edge), 4) for edge in boxes[best].clip(0, 1))
    return Face(float(scores[best]), (x0, y0, x1, y1))
