"""Shapes behind a subject: sun, arch, panel, rings, rays, a sun in bars."""

import numpy as np

from generate.painter.kit.shapes import cover
from generate.painter.kit.types import Field, Mask

Box = tuple[float, float, float, float]


def draw_backdrop(
    rng: np.random.Generator, grid: tuple[Field, Field], focus: tuple[float, float], frame: Box, energy: float
) -> Mask:
    """Return a shape by lot, (size, size), which holds what one looks at first, `focus`; wilder music has rays.

    `frame`: what the shape may fill; it may leave it where the sheet ends.
    """
    x, y = grid
    wide, high = frame[2] - frame[0], frame[3] - frame[1]
    middle = (frame[0] + frame[2]) / 2
    center_x, center_y = 0.5 * (focus[0] + middle), frame[1] + float(np.clip(focus[1] - frame[1], 0.38, 0.52)) * high
    radius = rng.uniform(0.36, 0.42) * min(wide, high)
    distance = np.hypot(x - center_x, y - center_y)
    kinds = ["sun", "sun", "arch", "panel", "bars", "rings"] + ["rays"] * (energy > 0.45) * 2
    kind = kinds[int(rng.integers(len(kinds)))]
    if kind == "arch":
        half, top = 0.37 * wide, frame[1] + 0.09 * high
        upper = np.hypot(x - middle, y - top - half) - half
        return cover(np.where(y < top + half, upper, np.abs(x - middle) - half).astype(np.float32))
    if kind == "panel":
        half = rng.uniform(0.26, 0.33) * wide
        return cover(np.asarray(np.maximum(np.abs(x - center_x) - half, frame[1] + 0.08 * high - y), np.float32))
    if kind == "rings":
        step = radius / rng.choice((2.5, 3.5))
        return cover(np.asarray(np.abs((distance / step) % 1 - 0.5) * step - 0.27 * step, np.float32))
    if kind == "rays":
        count = int(rng.choice((9, 12, 15)))
        turn = np.arctan2(y - center_y, x - center_x) * count / (2 * np.pi) + rng.random()
        wedge = np.abs(turn % 1 - 0.5) - 0.25
        return cover(np.asarray(wedge * distance * 2 * np.pi / count, np.float32))
    disc = cover(np.asarray(distance - radius, np.float32))
    if kind == "bars":
        pitch = radius * 0.24
        depth = (y - center_y) / pitch
        gap = (0.08 + 0.085 * np.floor(np.maximum(depth, 0))) * pitch
        bar = np.abs(depth % 1 - 0.5) * pitch
        return np.asarray(disc * (1 - cover(np.asarray(bar - gap / 2, np.float32)) * (depth > 0)), np.float32)
    return disc
