"""Bounding boxes as arrays: x0, y0, x1, y1."""

import numpy as np
from numpy.typing import NDArray

Boxes = NDArray[np.floating]


def measure_overlaps(box: Boxes, others: Boxes) -> Boxes:
    """Return the intersection over union of a box, shape (4,), with others, (n, 4), shape (n,)."""
    corners = np.maximum(box[:2], others[:, :2]), np.minimum(box[2:], others[:, 2:])
    intersections = (corners[1] - corners[0]).clip(0).prod(axis=1)
    areas = (others[:, 2:] - others[:, :2]).prod(axis=1) + (box[2:] - box[:2]).prod()
    return np.asarray(intersections / (areas - intersections))
