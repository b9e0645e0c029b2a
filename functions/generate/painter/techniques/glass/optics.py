"""A mesh of colors and what ribs of glass do to it."""

from typing import NamedTuple

import numpy as np

from coverart.images.color import from_oklab, to_oklab
from generate.painter.kit.color import get_chroma, tint, tone, vivid
from generate.painter.kit.fields import make_grid, make_noise, resize
from generate.painter.kit.single import GRAY_CHROMA
from generate.painter.kit.types import Color, Field, Sheet
from generate.painter.scene import Scene

_MESH_SIZE = 160
_FRINGE = 0.002


class ColorPoint(NamedTuple):
    """A color at a place and how far it reaches."""

    x: float
    y: float
    color: Color
    reach: float


def brighten(color: Color) -> Color:
    """Return the color at its strongest; the nearly gray stay so."""
    return vivid(color, 0.0 if _is_pale(color) else 0.12)


def choose_points(scene: Scene, dark_y: float = 0.9, glow: float = 1.0) -> list[ColorPoint]:
    """Return six points of color: a dark third, the palette's lightest color, the glowing one, and more."""
    rng, inks = scene.rng, scene.inks
    colors = [tone(color, None, 0.0, 0.22, 1.2) for color in inks.by_lightness]
    first, second = inks.by_prominence[0], inks.by_prominence[1 % len(inks.by_prominence)]
    hot = brighten(first)
    places = rng.random((6, 2))
    places[0], places[2] = (rng.uniform(0.2, 0.8), dark_y), (rng.uniform(0.25, 0.75), rng.uniform(0.25, 0.5))
    dark = 0.42 if scene.mood in ("dark", "melancholic", "epic") else 0.32
    deep = tint(inks.by_lightness[0], 0.16, 0.09)
    fills = (deep, colors[-1], hot, tint(inks.by_lightness[0], 0.21, 0.09), colors[len(colors) // 2], brighten(second))
    reaches = (dark, 0.24, 0.34 * glow, dark, 0.24, 0.25)
    return [
        ColorPoint(x, y, color, reach) for (x, y), color, reach in zip(places, fills, reaches, strict=True) if reach
    ]


def mix_mesh(scene: Scene, points: list[ColorPoint]) -> Sheet:
    """Return the points' colors, each spread over its reach and bent by noise."""
    x, y = make_grid(_MESH_SIZE)
    bend = 0.2 + 0.35 * scene.energy
    x = x + bend * (make_noise(scene.rng, _MESH_SIZE, 2, 2) - 0.5)
    y = y + bend * (make_noise(scene.rng, _MESH_SIZE, 2, 2) - 0.5)
    total, weights = np.zeros((*x.shape, 3), np.float32), np.zeros((*x.shape, 1), np.float32)
    for point in points:
        weight = np.exp(-((x - point.x) ** 2 + (y - point.y) ** 2) / (point.reach**2 * 0.5))[..., None] + 1e-4
        total += weight * to_oklab(point.color)
        weights += weight
    return resize(np.clip(from_oklab(total / weights), 0, 1).astype(np.float32), scene.size)


def choose_count(scene: Scene, low: int, high: int) -> int:
    """Return a count that grows with the energy; ribs of old panes are broader."""
    coarse = 0.65 if 0 < scene.decade < 1990 else 1.0
    return max(3, round(coarse * (low + (high - low) * scene.energy)))


def count_ribs(scene: Scene, low: int, high: int) -> Field:
    """Return the number of ribs before each pixel of one axis; they grow narrower to one side where it is wild."""
    centers = (np.arange(scene.size, dtype=np.float32) + np.float32(0.5)) / np.float32(scene.size)
    drift = 0.18 * scene.energy * float(scene.rng.choice((-1, 1))) * centers * (1 - centers)
    return np.asarray((centers + drift) * choose_count(scene, low, high), np.float32)


def look_through(scene: Scene, sheet: Sheet, phase: Field, axis: int, strength: float = 1.0) -> Sheet:
    """Return the sheet behind ribs across an axis: 0 for level ones, 1 for upright ones."""
    size = len(sheet)
    push, light = bend_ribs(phase, strength * size / float(phase[-1] - phase[0]) / size)
    result = np.empty_like(sheet)
    width = 0.0 if scene.inks.is_gray else _FRINGE
    for channel, fringe in enumerate((-width, 0.0, width)):
        place = np.clip(np.arange(size) - (push - fringe) * size, 0, size - 1.001)
        first = place.astype(np.int32)
        share = (place - first).astype(np.float32)
        plane = sheet[..., channel]
        if axis == 1:
            result[..., channel] = (plane[:, first] * (1 - share) + plane[:, first + 1] * share) * light
        else:
            columns = share[:, None]
            result[..., channel] = (plane[first] * (1 - columns) + plane[first + 1] * columns) * light[:, None]
    return result


def bend_ribs(phase: Field, width: float) -> tuple[Field, Field]:
    """Return how far each rib displaces what is behind it, in fractions of the side, and its light."""
    part = phase % 1
    push = (part - 0.5) * np.float32(1.26 * width) * (1 + 0.6 * np.sin(part * np.pi))
    light = 1 - 0.24 * np.clip(np.abs(part - 0.5) * 2, 0, 1) ** 6 - 0.07 * part
    return push.astype(np.float32), (light * (1 + 0.11 * np.exp(-(((part - 0.22) / 0.07) ** 2)))).astype(np.float32)


def _is_pale(color: Color) -> bool:
    return get_chroma(color) < 2 * GRAY_CHROMA
