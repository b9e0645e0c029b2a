"""Stained glass of a motif: among shards of ground, before a halo, in a lancet."""

import numpy as np
from numpy.typing import NDArray

from generate.painter.kit.cells import find_cells
from generate.painter.kit.color import tone
from generate.painter.kit.fields import blur, smoothstep
from generate.painter.kit.marks import scatter
from generate.painter.kit.shapes import cover, fill_inside, measure_distance
from generate.painter.kit.types import Color, Field, Mask, Sheet
from generate.painter.scene import Scene
from generate.painter.techniques.stained_glass.glazing import Panes, choose_glass, glaze, split_radially


def _split_evenly(scene: Scene, gap: float) -> tuple[Panes, int]:
    """Return panes as Voronoi cells of points at least `gap` apart, and their number."""
    points = scatter(scene.rng, 900, gap)
    labels, _ = find_cells(points, scene.size, reach=2)
    return labels, len(points)


def _paint_motif(
    scene: Scene, motif: Mask, ground: Panes, ground_colors: NDArray[np.float32], light: tuple[float, float]
) -> Sheet:
    """Put the motif's panes into those of the ground and glaze both; the motif's outline is in heavy lead."""
    rng = scene.rng
    body = fill_inside(motif)
    distance = measure_distance(body)
    bright, _ = choose_glass(scene)
    inner, count = _split_evenly(scene, 0.17 - 0.06 * scene.energy)
    colors = _color_figure(rng, bright, count)
    panes = np.where(distance > 0, inner + len(ground_colors), ground)
    # Thin forms get a thin lead, most of it outside them.
    inside = distance[distance > 0]
    width = float(np.clip(0.26 * inside.mean(), 0.0042, 0.0085)) if inside.size else 0.0085
    outline = cover(np.abs(distance + np.float32(0.4 * width)) - np.float32(width))
    lines = np.clip(body - motif, 0, 1) * smoothstep(distance, 0.0, 0.004)
    heavy = np.maximum(outline, lines)
    return glaze(scene, panes, np.concatenate([ground_colors, colors]), 0.0085, heavy, light)


def _color_figure(rng: np.random.Generator, bright: list[Color], count: int) -> NDArray[np.float32]:
    """Return the panes' colors: mostly light glass with some of the strongest."""
    order = [len(bright) - 1, len(bright) - 2, len(bright) - 1, 0, len(bright) - 2]
    picks = rng.choice(order, count, p=[0.3, 0.25, 0.15, 0.12, 0.18])
    return np.asarray(np.stack(bright)[picks], np.float32)


def paint_window(scene: Scene) -> Sheet:
    """The motif in light glass, cut out of shards of deep glass that grow darker toward the edge."""
    rng = scene.rng
    motif = scene.place_motif(0.5, 0.5, 0.90, 0.86)
    ground, count = _split_evenly(scene, 0.15 - 0.05 * scene.energy)
    bright, deep = choose_glass(scene)
    colors = np.stack(deep).astype(np.float32)[rng.integers(0, len(deep), count)]
    chance = rng.random(count)
    for index, share in ((0, 0.12), (1 % len(bright), 0.20)):
        accents = (chance < share) & (chance >= 0.12 * index)
        colors[accents] = tone(bright[index], 0.46)
    return _paint_motif(scene, motif, ground, colors, (0.5, 0.45))


def paint_halo(scene: Scene) -> Sheet:
    """The motif before a halo of rings, from which rays of glass run to the edge."""
    rng = scene.rng
    x, y = scene.grid
    motif = scene.place_motif(0.5, 0.54, 0.80, 0.82)
    center = (0.5, 0.46)
    rays = 12 + 2 * round(4 * scene.energy)
    ground = split_radially(x, y, center, [0.30, 0.335, 0.41], [6, 36, 24, rays])
    bright, deep = choose_glass(scene)
    dark = np.stack(deep).astype(np.float32)
    strong = bright[0].astype(np.float32)
    second = bright[1 % (len(bright) - 2)].astype(np.float32)
    rim = np.where(np.arange(36)[:, None] % 2 == 0, strong * 0.75, second * 0.55)
    ring = np.where(np.arange(24)[:, None] % 2 == 0, dark[0], dark[1])
    outer = np.where(np.arange(rays)[:, None] % 2 == 0, dark[2] * 1.12, dark[0] * 0.8)
    colors = np.concatenate([dark[rng.integers(0, 4, 6)], rim, ring, outer]).astype(np.float32)
    return _paint_motif(scene, motif, ground, colors, center)


def paint_lancet(scene: Scene) -> Sheet:
    """The motif in a pointed window with a border of small panes, in a dark wall that catches some of the light."""
    rng = scene.rng
    x, y = scene.grid
    motif = scene.place_motif(0.5, 0.60, 0.66, 0.60)
    arch = _measure_arch(x, y, 0.425)
    bright, deep = choose_glass(scene)
    dark = np.stack(deep).astype(np.float32)
    field, count = _split_evenly(scene, 0.115 - 0.03 * scene.energy)
    pieces = 44
    turn = np.arctan2(y - 0.52, x - 0.5) / (2 * np.pi) + 0.5
    border = (turn * pieces).astype(np.int32) % pieces + count
    ground: Panes = np.where(arch > 0.062, field, border)
    shine = np.stack([bright[0] * 0.85, dark[1], bright[1 % len(bright)] * 0.7, dark[3]]).astype(np.float32)
    colors = np.concatenate([dark[rng.integers(0, 4, count)], shine[np.arange(pieces) % 4]]).astype(np.float32)
    sheet = _paint_motif(scene, motif, ground, colors, (0.5, 0.42))
    return _set_in_wall(scene, sheet, arch)


def _measure_arch(x: Field, y: Field, half: float) -> Field:
    """Return the distance inside a pointed arch, negative outside: two arcs above, straight sides below."""
    spring = 0.50
    u = np.abs(x - 0.5)
    # Each arc's center lies on the other side of the middle.
    arc = np.float32(half * 1.45) - np.hypot(u + np.float32(half * 0.45), y - spring)
    sides = np.where(y < spring, arc, half - u)
    return np.asarray(np.minimum(sides, 0.965 - y), np.float32)


def _set_in_wall(scene: Scene, sheet: Sheet, inside: Field) -> Sheet:
    """Return the window in a wall of dark stone, lit by the glass near the opening."""
    opening = cover(-inside)
    spill = blur(sheet * opening[..., None], 0.05)
    x, y = scene.grid
    course = np.floor(y * 11)
    joints = np.minimum(
        np.abs(y * 11 - course - 0.5) * -1 + 0.5, np.abs((x * 5 + 0.5 * (course % 2)) % 1 - 0.5) * -2.2 + 1.1
    )
    stone = np.float32(0.065) + np.float32(0.05) * scene.make_noise(9, 4)
    stone = stone * (np.float32(0.55) + np.float32(0.45) * smoothstep(joints, 0.02, 0.09))
    reveal = np.exp(-np.abs(inside + 0.018) / 0.014).astype(np.float32)
    wall = stone[..., None] + spill * (np.float32(0.60) + np.float32(0.65) * reveal)[..., None]
    frame = cover(np.abs(inside) - np.float32(0.007))
    result = wall + (sheet - wall) * opening[..., None]
    return np.asarray(np.clip(result * (1 - np.float32(0.85) * frame[..., None]), 0, 1), np.float32)
