"""Batiks without a motif: blocks of patterns, kawung, parang, waves."""

import numpy as np

from generate.painter.kit.marks import Drawing
from generate.painter.kit.types import Field, Mask, Sheet
from generate.painter.scene import Scene
from generate.painter.techniques.batik.cloth import dye, fill, fill_dots, mix_dyes


def paint_blocks(scene: Scene) -> Sheet:
    """Squares in rows, each filled with a pattern of its own, as on adire cloth."""
    x, y = scene.grid
    rng = scene.rng
    count = 3 + round(1.4 * scene.energy)
    column, row = np.minimum(x * count, count - 1e-4), np.minimum(y * count, count - 1e-4)
    kinds = np.stack([rng.permutation(8) for _ in range(count)])[:, :count]
    # No square has the pattern of the one above it.
    for index in range(1, count):
        while (kinds[index] == kinds[index - 1]).any():
            kinds[index] = rng.permutation(8)[:count]
    kind = kinds[row.astype(int), column.astype(int)]
    u, v = (column % 1) * 2 - 1, (row % 1) * 2 - 1
    edge = np.maximum(np.abs(u), np.abs(v))
    light, middle = np.zeros_like(x), np.zeros_like(x)
    for index in range(8):
        selection = kind == index
        if not selection.any():
            continue
        first, second = _draw_block(index, u, v)
        light, middle = np.where(selection, first, light), np.where(selection, second, middle)
    inner = fill(edge - 0.86, u)
    border = fill(np.abs(edge - 0.925) - 0.022, u)
    light = np.maximum(light * inner, border)
    warm = (row.astype(int) + column.astype(int)) % 3 == rng.integers(3)
    middle = np.maximum(middle * inner, warm * inner * (1 - light))
    return dye(scene, mix_dyes(scene), light, middle)


def paint_kawung(scene: Scene) -> Sheet:
    """Kawung: four petals around every crossing of a slanted grid, dots and small crosses between them."""
    x, y = scene.grid
    rng = scene.rng
    count = 3.0 + round(scene.energy)
    shift_x, shift_y = rng.random(2)
    u, v = (x * count + shift_x) % 1 * 2 - 1, (y * count + shift_y) % 1 * 2 - 1
    # The petals lie on the diagonals: fold the cell onto one of them.
    along, across = (np.abs(u) + np.abs(v)) / 2**0.5, np.abs(np.abs(u) - np.abs(v)) / 2**0.5
    petal = np.hypot((along - 0.70) / 0.56, across / 0.36) - 1
    light = fill(petal * 0.36, u)
    core = fill(np.hypot((along - 0.70) / 0.40, across / 0.20) * 0.20 - 0.20, u)
    seed = fill_dots(along - 0.70, across + 0.085, 0.17, 0.042) * core
    middle = np.maximum(core, fill(np.hypot(u, v) - 0.10, u))
    star = np.minimum(np.hypot(np.abs(u) - 1, v), np.hypot(u, np.abs(v) - 1))
    light = np.maximum(light * (1 - core), np.maximum(seed, fill(star - 0.055, u)))
    ring = fill(np.abs(star - 0.14) - 0.016, u)
    light = np.maximum(light, ring)
    touched = fill(star - 0.07, u)
    return dye(scene, mix_dyes(scene), light, middle, touched)


def paint_parang(scene: Scene) -> Sheet:
    """Parang: slanting bands of interlocked blades like breaking waves, rows of lozenges between them."""
    x, y = scene.grid
    rng = scene.rng
    tilt = float(rng.choice((-1, 1))) * np.pi / 4
    bands = 3.0 + 1.2 * scene.energy
    along = (x * np.cos(tilt) + y * np.sin(tilt)) * bands
    beside = (y * np.cos(tilt) - x * np.sin(tilt)) * bands + rng.random()
    number = np.floor(beside)
    v = (beside - number) * 2 - 1
    run = along * 2.1 + number * 0.5
    swing = 0.42 * np.sin(np.pi * v * 0.95) - 0.10 * np.sin(2 * np.pi * v)
    phase = (run + swing) % 1 - 0.5
    # A blade is wide at one side of the band and thin at the other, and its neighbor lies the other way.
    half = 0.30 - 0.10 * np.abs(v) ** 1.5
    inside = np.abs(v) < 0.74
    slope = 0.42 / bands
    blade = np.clip((half - np.abs(phase)) * slope * scene.size + 0.5, 0, 1) * inside
    vein = np.clip((0.040 - np.abs(np.abs(phase) - 0.13)) * slope * scene.size + 0.5, 0, 1) * (np.abs(v) < 0.60)
    eye = np.clip((0.10 - np.hypot(phase * 0.9, np.abs(v) - 0.56)) * scene.size * slope + 0.5, 0, 1)
    light = np.maximum(blade * (1 - vein) * (1 - eye), 0)
    lozenge = np.abs((along * 2.8) % 1 - 0.5) * 1.1 + np.abs(np.abs(v) - 1) * 2.6
    light = np.maximum(light, np.clip((0.30 - lozenge) * scene.size * slope * 0.6 + 0.5, 0, 1) * ~inside)
    rail = np.clip((0.030 - np.abs(np.abs(v) - 0.80)) * scene.size / bands / 2 + 0.5, 0, 1)
    light = np.maximum(light, rail)
    middle = np.maximum(vein * blade, eye) + inside * (np.abs(number % 2) < 0.5) * 1.0
    touched = np.asarray(blade * (number % 3 == 1), np.float32)
    return dye(scene, mix_dyes(scene), light, np.clip(middle, 0, 1), touched)


def paint_waves(scene: Scene) -> Sheet:
    """Rows of scalloped waves drawn in wax lines and dots, a sun with rays above them, or a moon and stars."""
    x, y = scene.grid
    rng = scene.rng
    night = scene.time == "night"
    horizon = rng.uniform(0.38, 0.46)
    sun_x, sun_y, radius = 0.5 + rng.uniform(-0.2, 0.2), horizon - rng.uniform(0.10, 0.16), rng.uniform(0.12, 0.15)
    light, middle, touched = np.zeros_like(x), np.zeros_like(x), np.zeros_like(x)
    occupied = np.zeros((scene.size, scene.size), bool)
    rows = 6
    for index in range(rows - 1, -1, -1):
        share = index / (rows - 1)
        width = 0.17 + 0.20 * share
        center_y = horizon + 0.07 + (1.08 - horizon) * share**1.15
        u = ((x + 0.5 * width * (index % 2) + 0.05 * np.sin(index * 2.1)) / width) % 1 * 2 - 1
        v = (y - center_y) / (width / 2)
        height = 1.0 + 0.5 * scene.energy
        around = np.hypot(u, v / height)
        inside = ((around < 1) | (v > 0)) & ~occupied & (y > horizon - 0.2)
        levels = (0.94, 0.74, 0.54, 0.34)
        lines = np.zeros_like(x)
        for level in levels:
            lines = np.maximum(lines, fill(np.abs(around - level) - 0.040, u))
        beads = np.clip((0.055 - np.hypot(around - 0.64, ((np.arctan2(v, u) * 3.4) % 1 - 0.5) * 0.30)) * 40 + 0.5, 0, 1)
        lines = np.maximum(lines, beads * (v < 0.2))
        light = np.where(inside, lines * (v < 0.9), light)
        middle = np.where(inside, 1.0 if index % 2 else 0.0, middle)
        touched = np.where(inside, fill(around - 0.30, u) * (index % 2 == 0), touched)
        occupied |= inside
    distance = np.hypot(x - sun_x, y - sun_y)
    angle = np.arctan2(y - sun_y, x - sun_x)
    disc = fill(distance - radius, x)
    sky_light, sky_middle = disc, np.zeros_like(x) if night else np.ones_like(x)
    if night:
        stars = Drawing(scene.size)
        for left, top, chance in rng.random((80, 3)):
            stars.disc(left, top * (horizon + 0.08), 0.003 + 0.007 * chance**3)
        sky_light = np.maximum(disc, stars.to_mask() * (distance > radius + 0.05))
        for ring in (0.03, 0.055):
            sky_light = np.maximum(sky_light, fill(np.abs(distance - radius - ring) - 0.004, x))
        face = np.zeros_like(x)
    else:
        rays = fill(np.abs((angle * 24 / (2 * np.pi)) % 1 - 0.5) * distance * 0.26 - 0.0062, x)
        sky_light = np.maximum(disc, rays * (distance > radius + 0.03) * (distance < radius + 0.16))
        sky_light = np.maximum(sky_light, _scatter_dots(scene, horizon) * (distance > radius + 0.2))
        face = fill(distance - radius * 0.8, x)
    light, middle = np.where(occupied, light, sky_light), np.where(occupied, middle, sky_middle)
    return dye(scene, mix_dyes(scene), light, middle, np.where(occupied, touched, face))


def _scatter_dots(scene: Scene, horizon: float) -> Mask:
    x, y = scene.grid
    return fill_dots(x, y, 0.045, 0.0055) * (y < horizon + 0.1)


def _draw_block(kind: int, u: Field, v: Field) -> tuple[Field, Field]:
    """Return the two waxes of a square's pattern; u and v run from -1 to 1."""
    radius, angle = np.hypot(u, v), np.arctan2(v, u)
    if kind == 0:
        dots = fill_dots(u, v + 0.01, 0.25, 0.072)
        return dots, np.zeros_like(u)
    if kind == 1:
        rings = fill(np.abs((radius / 0.26) % 1 - 0.5) * 0.26 - 0.055, u) * (radius < 0.84)
        return rings, fill(radius - 0.84, u)
    if kind == 2:
        rays = fill(np.abs((angle * 16 / (2 * np.pi)) % 1 - 0.5) * radius * 0.4 - 0.036, u)
        return np.maximum(rays * (radius > 0.32) * (radius < 0.84), fill(radius - 0.20, u)), fill(radius - 0.28, u)
    if kind == 3:
        checks = ((np.floor(u * 3.5 + 0.5) + np.floor(v * 3.5 + 0.5)) % 2).astype(np.float32)
        return checks * (1 - fill_dots(u * 1.0, v, 0.2857, 0.04)), np.zeros_like(u)
    if kind == 4:
        bend = np.abs(u) * 0.55 + v
        leaf = fill(np.abs((bend / 0.24) % 1 - 0.5) * 0.22 - 0.042, u) * (np.abs(u) < 0.80) * (np.abs(u) > 0.09)
        return np.maximum(leaf, fill(np.abs(u) - 0.035, u)), np.zeros_like(u)
    if kind == 5:
        row = np.floor(v / 0.28)
        across = ((u / 0.5 + 0.5 * (row % 2)) % 1 - 0.5) * 0.5
        scale = np.hypot(across, v - row * 0.28)
        return fill(np.abs(scale - 0.235) - 0.034, u), fill(scale - 0.11, u)
    if kind == 6:
        spiral = (radius / 0.27 - angle / (2 * np.pi)) % 1 - 0.5
        return fill(np.abs(spiral) * 0.27 - 0.058, u) * (radius < 0.82), np.zeros_like(u)
    star = np.maximum(np.abs(u), np.abs(v)) * 0.55 + np.minimum(np.abs(u), np.abs(v)) * 1.2
    lines = fill(np.abs((star / 0.22) % 1 - 0.5) * 0.20 - 0.046, u) * (star < 0.86)
    return np.maximum(lines, fill_dots(u, v, 0.4, 0.05) * (star > 0.9)), fill(star - 0.22, u)
