"""Shapes: coverage of distances, distance fields of masks, relief and light."""

import contourpy
import edt
import numpy as np
from PIL import Image, ImageDraw

from generate.painter.kit.fields import blur, get_slope, resize, smoothstep
from generate.painter.kit.types import Field, Mask, Points

_DISTANCE_SIZE = 512  # pixels at which distances are measured
_FILL_SIZE, _FILL_MARGIN = 400, 8  # pixels at which areas are filled, and of the empty margin around them
# Coverage of a blurred mask at which its outline is filled, so that narrow gaps close.
_FILL_LEVEL = 0.40
_OUTLINE_SIZE = 320  # pixels at which outlines are traced


def cover(distance: Field) -> Mask:
    """Return how much of each pixel lies where the signed distance, in fractions of the side, is negative."""
    return np.asarray(np.clip(np.float32(0.5) - distance * np.float32(len(distance)), 0, 1), np.float32)


def measure_distance(mask: Mask) -> Field:
    """Return the signed distance to the mask's outline: positive inside, smooth at the outline.

    The Euclidean distance transform is the library edt's, at 512 pixels.
    """
    small = resize(mask, _DISTANCE_SIZE)
    inside = small > 0.5
    if not inside.any():
        return np.full(mask.shape, -1, np.float32)
    distance = edt.edt(inside, parallel=1) - edt.edt(~inside, parallel=1)
    # Within a pixel of the outline, the coverage says more exactly where it is.
    near = np.abs(distance) < 1.1
    distance = np.where(near, small - 0.5, distance - np.sign(distance) * 0.5) / _DISTANCE_SIZE
    return resize(blur(distance.astype(np.float32), 1 / _DISTANCE_SIZE), len(mask))


def fill_inside(mask: Mask, gap: float = 0.006) -> Mask:
    """Return the silhouette without its inner lines: all that is unreachable from outside, gaps of `gap` closed.

    That is what the outlines enclose (contourpy), holes included.
    """
    small = np.pad(resize(mask, _FILL_SIZE), _FILL_MARGIN)
    grown = blur(small, max(1, int(gap * _FILL_SIZE)) / len(small))
    canvas = Image.new("L", grown.shape)
    draw = ImageDraw.Draw(canvas)
    for outline in contourpy.contour_generator(z=grown).lines(_FILL_LEVEL):
        draw.polygon(np.asarray(outline).ravel().tolist(), fill=1)
    inner = slice(_FILL_MARGIN, -_FILL_MARGIN)
    solid = np.asarray(canvas, np.float32)[inner, inner]
    rounded = smoothstep(blur(resize(solid, len(mask)), 2 / 1280), 0.55, 0.95)
    return np.asarray(np.clip(np.maximum(rounded, mask), 0, 1), np.float32)


def inflate(mask: Mask, radius: float = 0.07, *, round_top: bool = False) -> Field:
    """Return a cushion over the mask as heights in [0, 1], from blurs wide to narrow.

    `round_top`: as round as the shape is wide, so that nothing is flat on top.
    """
    if round_top:
        inner = measure_distance(mask).max()
        radius = float(np.clip(inner * 1.15, radius, 0.26))
    height = np.zeros_like(mask)
    for divisor, weight in ((1, 0.5), (2, 0.3), (4, 0.2), (9, 0.12)):
        height += np.float32(weight) * np.clip(blur(mask, radius / divisor) * 2 - 1, 0, 1) * mask
    height = blur(height, 4 / 1280) * mask
    return np.asarray(np.sqrt(np.clip(height / (height.max() + 1e-6), 0, 1)), np.float32)


def get_normals(height: Field, depth: float) -> tuple[Field, Field, Field]:
    """Return the unit normals (x, y, z) of a relief; `depth`: of height 1, in fractions of the side."""
    across, down = get_slope(height)
    across, down = across * np.float32(depth), down * np.float32(depth)
    z = np.asarray(1 / np.sqrt(1 + across * across + down * down), np.float32)
    return -across * z, -down * z, z


def trace_outlines(mask: Mask) -> list[Points]:
    """Return the mask's closed outlines, the longest first, each (count, 2) and smooth (contourpy)."""
    small = np.pad(resize(mask, _OUTLINE_SIZE), 2)
    lines = contourpy.contour_generator(z=small).lines(0.5)
    outlines = [(np.asarray(line) - 2 + 0.5) / _OUTLINE_SIZE for line in lines if len(line) > 8]
    return sorted(outlines, key=len, reverse=True)


def resample(points: Points, count: int) -> Points:
    """Return `count` points at equal distances along a line; a closed line's first point is not repeated."""
    steps = np.hypot(*np.diff(points, axis=0).T)
    along = np.concatenate([[0], np.cumsum(steps)])
    places = np.linspace(0, along[-1], count, endpoint=False)
    return np.stack([np.interp(places, along, points[:, axis]) for axis in (0, 1)], axis=1)
