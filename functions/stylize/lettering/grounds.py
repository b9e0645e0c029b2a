"""Grounds under letters that the picture does not carry: what the technique would leave or lay there anyway.

Most fade into the picture through the medium's own marks: solid under the letters, and farther away only where a
threshold field is low (gouges, grain, dither, brush hairs). Plates and labels are things of their own.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from stylize.lettering.fields import Field, Picture, blur, lay_over, make_noise, shift, smoothstep
from stylize.lettering.fills import Canvas
from stylize.lettering.manners import Manner

_PAD = 0.030  # of the side, between ink and the ground's edge


@dataclass(frozen=True)
class Area:
    """A rectangle in pixels."""

    left: float
    top: float
    right: float
    bottom: float

    def measure_distance(self, shape: tuple[int, int]) -> Field:
        """Return every pixel's distance outside the rectangle, negative inside."""
        height, width = shape
        x, y = np.arange(width, dtype=np.float32) + 0.5, np.arange(height, dtype=np.float32) + 0.5
        across, down = (
            np.maximum(self.left - x, x - self.right)[None],
            np.maximum(self.top - y, y - self.bottom)[:, None],
        )
        outside = np.hypot(np.maximum(across, 0), np.maximum(down, 0))
        return np.asarray(outside + np.minimum(np.maximum(across, down), 0), np.float32)


def find_area(box: tuple[float, float, float, float], edge: str, side: int, *, bleeds: bool) -> Area:
    """Return the ground's solid part under a box of ink (shares of the side), in pixels.

    `bleeds`: to the edges that the letters stand at.
    """
    far = 4.0 * side
    left, top = (box[0] - _PAD) * side, (box[1] - _PAD) * side
    right, bottom = (box[2] + _PAD) * side, (box[3] + _PAD) * side
    if bleeds:
        match edge:
            case "foot":
                left, right, bottom = -far, far, far
            case "head":
                left, right, top = -far, far, -far
            case "spine":
                top, right, bottom = -far, far, far
            case _:
                left, right = -far, far
    return Area(left, top, right, bottom)


def lay_ground(picture: Picture, manner: Manner, area: Area, color: Field, rule: Field, canvas: Canvas) -> Picture:
    """Return the picture with a ground. `rule`: the color of a plate's or label's lines."""
    distance = area.measure_distance(picture.shape[:2])
    match manner.ground:
        case "plate":
            return _lay_plate(picture, distance, color, rule)
        case "label":
            return _lay_label(picture, distance, color, rule)
    side = picture.shape[1]
    reach = max(manner.reach * side, 1.0)
    ramp = 1 - distance / np.float32(reach)
    mask = _cut_ramp(manner, ramp, canvas)
    ground = np.broadcast_to(color, picture.shape)
    if manner.ground == "cells":
        ground = _lay_cells(picture.shape, color, canvas)
    elif manner.ground != "smooth":
        ground = ground * (1 - 0.03 * make_noise(canvas.rng, mask.shape, 3, 3))[..., None]
    if manner.ground == "torn":
        picture = picture * (1 - 0.35 * np.clip(blur(shift(mask, 0, -4), 6), 0, 1) * (1 - mask))[..., None]
    return lay_over(picture, mask, np.asarray(ground, np.float32))


def _cut_ramp(manner: Manner, ramp: Field, canvas: Canvas) -> Field:
    """Return the ground's mask: 1 where the ramp is 1, and below that where it is above the medium's threshold."""
    rng, shape = canvas.rng, ramp.shape
    match manner.ground:
        case "straight":
            return np.asarray(np.clip(ramp, 0, 1), np.float32)
        case "smooth":
            return smoothstep(ramp, 0, 1) * np.float32(0.985)
        case "torn":
            wander = make_noise(rng, shape, 60, 60) * 0.6 + make_noise(rng, shape, 6, 6) * 0.4
            return smoothstep(ramp - wander, -0.03, 0.03)
        case "brush":
            hairs = make_noise(rng, shape, 180, 5) * 0.6 + make_noise(rng, shape, 60, 30) * 0.4
            return smoothstep(ramp - hairs, -0.10, 0.10)
        case "gouges":
            marks = make_noise(rng, shape, 5, 46) * 0.75 + make_noise(rng, shape, 24, 24) * 0.25
            return smoothstep(ramp - 0.15 - 0.85 * marks, -0.03, 0.03)
        case "grain":
            return smoothstep(ramp - 0.98 * make_noise(rng, shape, 1.6, 1.6), -0.10, 0.02)
        case "bayer":
            return _cut_cells(ramp, canvas.cells, _tile_bayer)
        case _:
            return _cut_cells(ramp, canvas.cells, lambda rows, columns: rng.random((rows, columns), np.float32))


def _cut_cells(ramp: Field, pixels: int, make_thresholds: Callable[[int, int], Field]) -> Field:
    """Return a mask of square cells: full where the ramp at a cell's center is above its threshold."""
    centers = [np.minimum(np.arange(0, length, pixels) + pixels // 2, length - 1) for length in ramp.shape]
    small = ramp[centers[0][:, None], centers[1][None]]
    cells = small > make_thresholds(*small.shape)[: small.shape[0], : small.shape[1]] + 0.01
    return np.kron(cells, np.ones((pixels, pixels), np.float32))[: ramp.shape[0], : ramp.shape[1]]


def _tile_bayer(rows: int, columns: int) -> Field:
    """Return the thresholds of an ordered dither of 64 levels (B. E. Bayer, 1973)."""
    pattern = np.zeros((1, 1), np.float32)
    for _ in range(3):
        pattern = np.block([[4 * pattern, 4 * pattern + 2], [4 * pattern + 3, 4 * pattern + 1]])
    return np.asarray(np.tile(pattern / 64, (rows // 8 + 1, columns // 8 + 1)), np.float32)


def _lay_cells(shape: tuple[int, ...], color: Field, canvas: Canvas) -> Picture:
    """Return tiles or stitches of a color, no two of one shade."""
    height, width = shape[:2]
    cells = canvas.cells
    rows, columns = -(-height // cells), -(-width // cells)
    shades = 0.92 + 0.16 * canvas.rng.random((rows, columns), np.float32)
    cell = np.ones((cells, cells), np.float32)
    cell[0], cell[:, 0] = 0.82, 0.82
    return np.asarray(np.clip(color * np.kron(shades, cell)[:height, :width, None], 0, 1), np.float32)


def _lay_plate(picture: Picture, distance: Field, color: Field, rule: Field) -> Picture:
    """An engraved or gilded plate: two rules around it, a thick one and a thin one."""
    picture = lay_over(picture, np.clip(0.5 - (distance - 9), 0, 1), color)
    thick = np.clip(2.6 - np.abs(distance - 4), 0, 1)
    thin = np.clip(1.3 - np.abs(distance + 4), 0, 1)
    return lay_over(picture, np.asarray(np.maximum(thick, thin), np.float32), rule)


def _lay_label(picture: Picture, distance: Field, color: Field, rule: Field) -> Picture:
    """A label with a dark rule and a hard shadow."""
    body = np.asarray(np.clip(0.5 - distance, 0, 1), np.float32)
    outline = np.asarray(np.clip(0.5 - (distance - 4), 0, 1), np.float32)
    picture = lay_over(picture, shift(outline, 10, 10), rule)
    return lay_over(lay_over(picture, outline, rule), body, color)
