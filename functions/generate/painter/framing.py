"""Where a photograph lies on the sheet: its scale and its corner.

What touches the picture's edge is cut there, so it is placed at an edge of the sheet, where the cut cannot be seen. No
face is cut. Where nothing stands out, the whole picture fills a window.
"""

import numpy as np
from numpy.typing import NDArray

from generate.painter.kit.backdrops import Box
from generate.painter.kit.types import Mask

Boxes = tuple[Box, ...]

_LEAST_CONTACT = 0.10  # of the subject's side: how much of it touches an edge that cuts it
_BORDER = 0.02  # of the picture: nearer to its edge is at its edge
_LEAST_FACE, _MOST_FACES = 0.26, 0.86  # of the frame: a face's height where there is room, and the faces' width
_LEAST_BESIDE, _MOST_LOST = 0.72, 1.8  # of the frame: its width there, and its height beyond the lower edge
_FACE_MARGIN, _HAIR = 0.25, 0.60  # of a face's box, around and above it
_BEYOND = 0.04  # of the frame: how far a cut edge lies outside it, as masks are ragged there
_MAX_ZOOM = 3.0  # sheet's sides per side of the picture
_WINDOW_MARGIN = 0.075


def fit_subject(boxes: Boxes, mask: Mask, frame: Box, width: float, height: float) -> tuple[float, tuple[float, float]]:
    """Return the sheet's sides per pixel, and where the picture's upper left corner lies on the sheet."""
    left, top, right, bottom = find_box(mask, _BORDER)
    rows, columns = mask.shape
    cuts = _find_cuts(mask, (left, top, right, bottom))
    wide, high = frame[2] - frame[0], frame[3] - frame[1]
    span_x, span_y = (right - left) * columns, (bottom - top) * rows
    scale = min((1.0 if cuts[0] or cuts[2] else width) * wide / span_x, (1.0 if cuts[1] else height) * high / span_y)
    if cuts[0] and cuts[2]:
        scale = max(scale, (1 + 2 * _BEYOND) * wide / span_x)
    if cuts[1] and cuts[3]:
        scale = max(scale, (1 + 2 * _BEYOND) * high / span_y)
    faces = np.array(boxes).reshape(-1, 4)
    if len(faces) and cuts[3]:
        # A portrait comes nearer until its face reads at 64 pixels.
        tall = float((faces[:, 3] - faces[:, 1]).max()) * rows
        across = float(faces[:, 2].max() - faces[:, 0].min()) * columns * (1 + _FACE_MARGIN)
        scale = max(scale, min(_LEAST_FACE * high / tall, _MOST_FACES * wide / across))
    if cuts[3] and cuts[0] != cuts[2]:
        # Beside one edge it would leave most of the sheet empty.
        scale = max(scale, min(_LEAST_BESIDE * wide / span_x, _MOST_LOST * high / span_y))
    scale = min(scale, _MAX_ZOOM / max(rows, columns))
    x = _align(frame[0], frame[2], left * columns * scale, right * columns * scale, cuts[0], cuts[2], 0.5)
    y = _align(frame[1], frame[3], top * rows * scale, bottom * rows * scale, cuts[1], cuts[3], 0.56)
    if len(faces):
        x = _keep_inside(frame[0], frame[2], x, faces[:, [0, 2]] * columns * scale)
        y = _keep_inside(frame[1], frame[3], y, faces[:, [1, 3]] * rows * scale, _HAIR)
    return scale, (x, y)


def _align(start: float, end: float, low: float, high: float, cut_low: bool, cut_high: bool, share: float) -> float:
    """Return the offset that puts the subject, from `low` to `high`, at the edges that cut it, else at `share`."""
    free = end - start - (high - low)
    beyond = _BEYOND * (end - start)
    if cut_low and cut_high:
        return start - low + min(free, 0) * 0.5
    if cut_low:
        return start - low - beyond
    if cut_high:
        # Larger than the frame: its head stays inside, its foot is out of sight.
        return max(end - high, start - low + 0.06 * (end - start)) if free < 0 else end - high + beyond
    return start - low + free * share


def _keep_inside(
    start: float, end: float, offset: float, faces: NDArray[np.float64], before: float = _FACE_MARGIN
) -> float:
    """Return the offset at which the faces lie inside the frame, with as much of their margins as fits."""
    low, high = float(faces[:, 0].min()), float(faces[:, 1].max())
    largest = float((faces[:, 1] - faces[:, 0]).max())
    share = min(1.0, max(0.0, end - start - (high - low)) / ((before + _FACE_MARGIN) * largest))
    low, high = low - share * before * largest, high + share * _FACE_MARGIN * largest
    if high - low > end - start:
        return (start + end - low - high) / 2
    return min(max(offset, start - low), end - high)


def _find_cuts(mask: Mask, box: Box) -> tuple[bool, bool, bool, bool]:
    """Return for the left, upper, right and lower edge whether the picture cuts the subject there."""
    rows, columns = mask.shape
    deep, wide = max(1, int(_BORDER * rows)), max(1, int(_BORDER * columns))
    inside = mask > 0.5
    across, down = _LEAST_CONTACT * (box[2] - box[0]), _LEAST_CONTACT * (box[3] - box[1])
    return (
        bool(inside[:, :wide].any(1).mean() > down),
        bool(inside[:deep].any(0).mean() > across),
        bool(inside[:, -wide:].any(1).mean() > down),
        bool(inside[-deep:].any(0).mean() > across),
    )


def find_box(mask: Mask, border: float = 0.0) -> Box:
    """Return the box around a mask; what is nearer to an edge than `border` reaches it."""
    inside = mask > 0.5
    edges: list[float] = []
    for axis in (0, 1):
        places = np.flatnonzero(inside.any(axis))
        low, high = (places[0], places[-1] + 1) if len(places) else (0, inside.shape[1 - axis])
        low, high = low / inside.shape[1 - axis], high / inside.shape[1 - axis]
        edges += [0.0 if low <= border else low, 1.0 if high >= 1 - border else high]
    return edges[0], edges[2], edges[1], edges[3]


def choose_window(frame: Box, aspect: float) -> Box:
    """Return the window for a whole picture: nearly of its shape, in the middle of the frame."""
    wide, high = frame[2] - frame[0] - 2 * _WINDOW_MARGIN, frame[3] - frame[1] - 2 * _WINDOW_MARGIN
    aspect = float(np.clip(aspect, 0.72, 1.36))
    width, height = min(wide, high * aspect), min(high, wide / aspect)
    x, y = (frame[0] + frame[2]) / 2, (frame[1] + frame[3]) / 2
    return (x - width / 2, y - height / 2, x + width / 2, y + height / 2)


def fill_window(boxes: Boxes, shape: tuple[int, int], window: Box) -> tuple[float, tuple[float, float]]:
    """Return the scale and corner as `fit_subject` does; the window shows the picture's middle, or its faces."""
    rows, columns = shape
    scale = max((window[2] - window[0]) / columns, (window[3] - window[1]) / rows)
    x = (window[0] + window[2] - columns * scale) / 2
    y = (window[1] + window[3] - rows * scale) / 2
    faces = np.array(boxes).reshape(-1, 4)
    if len(faces):
        x = _keep_inside(window[0], window[2], x, faces[:, [0, 2]] * columns * scale)
        y = _keep_inside(window[1], window[3], y, faces[:, [1, 3]] * rows * scale, _HAIR)
        x = min(max(x, window[2] - columns * scale), window[0])
        y = min(max(y, window[3] - rows * scale), window[1])
    return scale, (x, y)
