"""Ornaments: the outlines of stars and rings, smooth curves, hatching."""

from collections.abc import Sequence

import numpy as np

from generate.painter.kit.shapes import cover
from generate.painter.kit.types import Field, Mask, Points

_STEPS_PER_RADIAN = 30


def outline_star(x: float, y: float, radius: float, tips: int = 4, waist: float = 0.3, turn: float = 0.0) -> Points:
    """Return a star's outline; `waist`: the radius between two tips, as a share; `turn`: of its first tip."""
    angles = turn - np.pi / 2 + np.arange(2 * tips) * np.pi / tips
    reach = np.where(np.arange(2 * tips) % 2, radius * waist, radius)
    return np.asarray(np.stack([x + reach * np.cos(angles), y + reach * np.sin(angles)], axis=1))


def outline_arc(
    x: float, y: float, radius: float, start: float = 0.0, stop: float = 2 * np.pi, aspect: float = 1.0
) -> Points:
    """Return points along an arc from one angle to another; `aspect`: its height over its width."""
    angles = np.linspace(start, stop, max(8, int(abs(stop - start) * _STEPS_PER_RADIAN)))
    return np.stack([x + radius * np.cos(angles), y + radius * aspect * np.sin(angles)], axis=1)


def outline_band(
    x: float, y: float, radius: float, width: float, start: float = 0.0, stop: float = 2 * np.pi
) -> Points:
    """Return the outline of an arc that is `width` wide, half of it on either side of `radius`."""
    outer = outline_arc(x, y, radius + width / 2, start, stop)
    return np.concatenate([outer, outline_arc(x, y, radius - width / 2, start, stop)[::-1]])


def bend(points: Sequence[tuple[float, float]] | Points, steps: int = 10) -> Points:
    """Return a smooth line through the points (a uniform Catmull-Rom spline), `steps` points for each of its pieces."""
    knots = np.asarray(points, np.float64)
    padded = np.concatenate([2 * knots[:1] - knots[1:2], knots, 2 * knots[-1:] - knots[-2:-1]])
    before, start, stop, after = padded[:-3, None], padded[1:-2, None], padded[2:-1, None], padded[3:, None]
    share = np.linspace(0, 1, steps, endpoint=False)[None, :, None]
    pieces = 0.5 * (
        2 * start
        + (stop - before) * share
        + (2 * before - 5 * start + 4 * stop - after) * share**2
        + (3 * start - before - 3 * stop + after) * share**3
    )
    return np.asarray(np.concatenate([pieces.reshape(-1, 2), knots[-1:]]))


def hatch(phase: Field, share: Field | float, frequency: float) -> Mask:
    """Return lines; `phase` counts them, `share` of each is inked (0 to 1), `frequency` of them fill a side."""
    position = np.abs(phase - np.floor(phase) - np.float32(0.5))
    lines = cover(np.asarray((position - np.asarray(share, np.float32) / 2) / np.float32(frequency), np.float32))
    # Where nothing is inked, no hairline stays.
    return np.asarray(lines * (np.asarray(share, np.float32) > 0.02), np.float32)
