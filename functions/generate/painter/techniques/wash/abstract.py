"""Watercolors without a motif: blots, bands, sprigs."""

import numpy as np

from generate.painter.kit.color import get_lightness, tone
from generate.painter.kit.fields import make_noise, smoothstep
from generate.painter.kit.marks import Drawing, scatter
from generate.painter.kit.types import Sheet
from generate.painter.scene import Scene
from generate.painter.techniques.wash.glazes import Painting, get_pigments, make_circle


def paint_blooms(scene: Scene) -> Sheet:
    """Blots of the palette over each other around one corner of the sheet, the rest left white."""
    rng, painting, pigments = scene.rng, Painting(scene), get_pigments(scene)
    heart = np.array([rng.choice((0.32, 0.68)), rng.choice((0.35, 0.62))])
    count = 9 + round(4 * scene.energy)
    for index in range(count):
        radius = 0.29 - 0.20 * index / count + rng.uniform(-0.03, 0.03)
        spot = heart + rng.normal(0, 0.21, 2)
        ink = pigments[(0, 1, 0, 2, 1, 0, 3)[index % 7]]
        # Many dark glazes over each other would be black.
        thickness = 0.62 * (0.35 + 0.65 * float(smoothstep(np.array(get_lightness(ink)), 0.3, 0.65)))
        painting.blot(make_circle(spot, radius), ink, thickness, 9, 0.24)
    painting.spatter(pigments[0], 10 + round(50 * scene.energy))
    return painting.finish()


def paint_bands(scene: Scene) -> Sheet:
    """Wide bands that run into each other, one of them thin and strong, on a sheet turned to the side or not."""
    x, y = scene.grid
    rng, painting, pigments = scene.rng, Painting(scene), get_pigments(scene)
    if rng.random() < 0.4:
        x, y = y, x
    wander = 0.16 * (make_noise(rng, scene.size, 2.2, 4, 0.5) - 0.5) + rng.uniform(-0.12, 0.12) * (x - 0.5)
    level = np.asarray(y + wander, np.float32)
    cuts = np.sort(np.array([0.06, 0.32, 0.50, 0.70, 0.95]) + rng.uniform(-0.05, 0.05, 5))
    order = [0, 1, 2, 0] if rng.random() < 0.5 else [1, 0, 2, 1]
    for index, ink in enumerate(order):
        soft = rng.choice((0.006, 0.05, 0.10))
        top, bottom = cuts[index] - 0.03, cuts[index + 1] + 0.03
        band = smoothstep(level, top - soft, top + soft) * smoothstep(level, bottom + soft, bottom - soft)
        ends = smoothstep(np.asarray(x + 0.3 * wander, np.float32), 0.03, 0.05)
        ends = ends * smoothstep(np.asarray(x - 0.3 * wander, np.float32), 0.97, 0.95)
        painting.glaze(np.asarray(band * ends, np.float32), pigments[ink], 0.95 + 0.25 * scene.energy, 1.0)
    where = rng.uniform(0.38, 0.62)
    line = (
        smoothstep(np.asarray(np.abs(level - where), np.float32), 0.030, 0.020)
        * smoothstep(x, 0.06, 0.07)
        * smoothstep(x, 0.95, 0.93)
    )
    painting.glaze(np.asarray(line, np.float32), pigments[3], 1.1, 1.0)
    drips = Drawing(scene.size)
    for start, length in rng.random((4 + round(10 * scene.energy), 2)):
        at = 0.1 + 0.8 * start
        drips.line([(at, where), (at + 0.003, where + 0.4 * length)], 0.004 + 0.003 * length)
    if y is scene.grid[1]:
        painting.glaze(drips.to_mask(), pigments[3], 0.55)
    return painting.finish()


def paint_sprigs(scene: Scene) -> Sheet:
    """Sprigs of leaves that cross the sheet, each leaf one press of the brush, glaze over glaze."""
    rng, painting, pigments = scene.rng, Painting(scene), get_pigments(scene)
    for index, spot in enumerate(scatter(rng, 3, 0.4)):
        painting.blot(make_circle(spot, rng.uniform(0.16, 0.30)), tone(pigments[index % 3], 0.88), 0.6, 7)
    lean = float(rng.choice((-1, 1)))
    for index in range(6):
        layer, later = Drawing(scene.size), Drawing(scene.size)
        root = np.array([0.5 + lean * (0.15 * index - 0.42) + rng.normal(0, 0.04), 1.05])
        angle = -np.pi / 2 - lean * rng.uniform(-0.30, 0.45)
        length, curl = rng.uniform(0.75, 1.15), rng.uniform(-0.8, 0.8)
        steps = np.linspace(0, 1, 14 + round(5 * scene.energy))
        turns = angle + curl * steps
        step = length / len(steps)
        stem = root + np.cumsum(np.stack([np.cos(turns), np.sin(turns)], axis=1) * step, axis=0)
        layer.line(stem, 0.004)
        wide, long = rng.uniform(0.22, 0.42), rng.uniform(0.10, 0.17)
        for number, (point, turn) in enumerate(zip(stem, turns, strict=True)):
            if number < 2:
                continue
            reach = long * (1.15 - 0.75 * steps[number]) * rng.uniform(0.85, 1.15)
            for side in (-1, 1):
                heading = turn + side * rng.uniform(0.65, 0.95)
                drawing = layer if (number + (side > 0)) % 2 else later
                drawing.polygon(_shape_leaf(point, heading, reach, wide))
        ink = pigments[(2, 0, 1, 0, 3, 1)[index]]
        strength = 0.45 + 0.11 * index
        painting.glaze(layer.to_mask(), ink, strength)
        painting.glaze(later.to_mask(), ink, strength * 0.8)
    return painting.finish()


def _shape_leaf(base: np.ndarray, heading: float, length: float, wide: float) -> np.ndarray:
    """Return the outline of a leaf that starts at `base`, (24, 2)."""
    along = np.linspace(0, 1, 12)
    half = wide * length * np.sin(np.pi * along**0.8) ** 0.9 * 0.5
    ahead = np.concatenate([along, along[::-1]]) * length
    across = np.concatenate([half, -half[::-1]])
    cosine, sine = np.cos(heading), np.sin(heading)
    return np.asarray(
        np.stack([base[0] + ahead * cosine - across * sine, base[1] + ahead * sine + across * cosine], axis=1)
    )
