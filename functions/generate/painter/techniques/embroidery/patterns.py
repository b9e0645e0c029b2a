"""Embroideries without a motif: rosettes of a suzani, the white running stitch of sashiko."""

import numpy as np

from generate.painter.kit.color import choose_cold_hue, get_lightness, mix, tint, tone
from generate.painter.kit.marks import scatter
from generate.painter.kit.types import Points, Sheet
from generate.painter.scene import Scene
from generate.painter.techniques.embroidery.needle import (
    THREAD,
    Needle,
    choose_cloth,
    choose_threads,
    shade_thread,
    weave_cloth,
)


def paint_suzani(scene: Scene) -> Sheet:
    """Great rosettes in rings of satin stitch, vines with leaves winding between them."""
    rng = scene.rng
    cloth, dark = choose_cloth(scene)
    threads = choose_threads(scene, dark=dark)
    needle = Needle(scene)
    discs: list[tuple[float, float, float]] = []
    sizes = [0.27, 0.20, 0.165, 0.14, 0.12, 0.10, 0.085] if scene.energy < 0.5 else [0.20, 0.17, 0.15, 0.12, 0.10, 0.08]
    for size in sizes:
        for x, y in rng.uniform(0.02, 0.98, (60, 2)).tolist():
            if all(np.hypot(x - a, y - b) > size + radius + 0.035 for a, b, radius in discs):
                discs.append((x, y, size))
                if size > 0.18:
                    break
    for x, y, size in discs:
        petals = round(size * 60) + 4
        for index in range(petals):
            angle = index * 2 * np.pi / petals + rng.normal(0, 0.05)
            needle.leaf(x + size * np.cos(angle), y + size * np.sin(angle), angle + 0.5, 0.052, 0.024, threads[1])
    for index, (x, y, size) in enumerate(discs):
        first, second = threads[(0, 2, 3)[index % 3]], threads[(2, 0, 0)[index % 3]]
        rings = [
            (size * 0.70, size, first),
            (size * 0.50, size * 0.72, shade_thread(first, 0.12 if not dark else -0.12)),
        ]
        rings += [(size * 0.30, size * 0.53, second), (0.0, size * 0.33, threads[1])]
        needle.flower(x, y, rings, petals=round(8 + size * 30), width=THREAD * 1.35)
        for ring in (0.72, 0.51):
            bows = np.linspace(0, 2 * np.pi, 60)
            circle = np.stack([np.cos(bows), np.sin(bows)], axis=1) * (size * ring) + np.array([x, y])
            needle.chain(circle, threads[1] if ring > 0.6 else shade_thread(second, -0.1), 0.017)
        needle.knot(np.array([x, y]) + rng.normal(0, size * 0.09, (9, 2)), threads[3], 0.006)
    seeds = scatter(rng, 500, 0.042)
    free = np.ones(len(seeds), bool)
    for x, y, size in discs:
        free &= np.hypot(seeds[:, 0] - x, seeds[:, 1] - y) > size + 0.055
    needle.knot(seeds[free], shade_thread(threads[2], 0.04), 0.0075)
    return needle.sew_on(weave_cloth(scene, cloth), 0.0010)


def paint_sashiko(scene: Scene) -> Sheet:
    """White running stitch in a strict pattern on dyed cloth, one great disc of it in colored thread."""
    rng = scene.rng
    ground = tint(choose_cold_hue(scene.inks.by_prominence), 0.30, 0.10)
    needle = Needle(scene)
    white, accent = mix(scene.inks.paper, ground, 0.06), scene.inks.get_accent(0)
    accent = tone(accent, max(0.68, get_lightness(accent)))
    if scene.inks.is_gray:
        white, accent = tone(ground, 0.56), white
    cell = 0.185 - 0.065 * scene.energy
    lines = {"waves": _draw_waves, "stars": _draw_stars, "rings": _draw_rings}[
        str(rng.choice(["waves", "stars", "rings"]))
    ](cell)
    center_x, center_y, radius = rng.uniform(0.3, 0.7), rng.uniform(0.3, 0.7), rng.uniform(0.22, 0.30)
    starts, ends = _cut_into_stitches(lines, 0.017, 0.0085)
    middle = (starts + ends) / 2
    visible = (np.abs(middle - 0.5) < 0.54).all(axis=1)
    starts, ends, middle = starts[visible], ends[visible], middle[visible]
    inside = np.hypot(*(middle - (center_x, center_y)).T) < radius
    colors = np.where(inside[:, None], accent, white).astype(np.float32)
    for part, width in ((~inside, 1.0), (inside, 1.4)):
        needle.stitch(starts[part], ends[part], colors[part], THREAD * width, 0.03)
    return needle.sew_on(weave_cloth(scene, ground), 0.0010)


def _cut_into_stitches(lines: list[Points], length: float, gap: float) -> tuple[Points, Points]:
    """Return the starts and ends of running stitches, a whole number of them on every line."""
    starts: list[Points] = []
    ends: list[Points] = []
    for line in lines:
        along = np.concatenate([[0], np.cumsum(np.hypot(*np.diff(line, axis=0).T))])
        count = max(1, round(float(along[-1]) / (length + gap)))
        step = along[-1] / count
        rest = gap * 0.5 * step / (length + gap)
        heads = np.arange(count) * step + rest
        for at, remaining in ((heads, starts), (heads + step - 2 * rest, ends)):
            remaining.append(np.stack([np.interp(at, along, line[:, axis]) for axis in (0, 1)], axis=1))
    return np.concatenate(starts), np.concatenate(ends)


def _draw_waves(cell: float) -> list[Points]:
    """Return overlapping waves (seigaiha): rows of concentric half circles."""
    lines = []
    angle = np.linspace(np.pi, 2 * np.pi, 24)
    for row in range(-1, int(4 / cell) + 5):
        for column in range(-1, int(1 / cell) + 2):
            x, y = (column + 0.5 * (row % 2)) * cell, (row + 1) * cell * 0.25
            for share in (0.5, 0.36, 0.22):
                radius = cell * share
                arc = np.stack([x + radius * np.cos(angle), y + radius * np.sin(angle)], axis=1)
                lines.append(_hide_behind(arc, x, y, cell))
    return [line for line in lines if len(line) > 3]


def _hide_behind(arc: Points, x: float, y: float, cell: float) -> Points:
    """Return the part of a wave's arc that the waves of the row below leave visible."""
    free = np.ones(len(arc), bool)
    for dx, dy in ((-0.5, 0.25), (0.5, 0.25), (0, 0.5)):
        free &= np.hypot(arc[:, 0] - x - dx * cell, arc[:, 1] - y - dy * cell) > cell * 0.5
    return np.asarray(arc[free])


def _draw_stars(cell: float) -> list[Points]:
    """Return hemp leaves (asanoha): six-pointed stars of rhombs."""
    side = cell * 1.15
    height = side * 3**0.5 / 2
    lines = []
    for row in range(-1, int(1 / height) + 2):
        for column in range(-1, int(1 / side) + 2):
            x, y = (column + 0.5 * (row % 2)) * side, row * height
            corners = np.array([(x, y), (x + side, y), (x + side / 2, y + height), (x - side / 2, y + height)])
            for a, b, c in ((0, 1, 2), (0, 2, 3)):
                triangle = corners[[a, b, c]]
                middle = triangle.mean(axis=0)
                lines += [np.stack([corner, middle]) for corner in triangle]
            lines += [corners[[0, 1]], corners[[0, 2]], corners[[0, 3]]]
    return lines


def _draw_rings(cell: float) -> list[Points]:
    """Return interlocked rings (shippo), with a small cross in each."""
    lines = []
    angle = np.linspace(0, 2 * np.pi, 49)
    radius = cell * 0.72
    step = radius * 2**0.5
    for row in range(-1, int(1 / step) + 3):
        for column in range(-1, int(1 / step) + 3):
            for half in (0, 0.5):
                x, y = (column + half) * step, (row + half) * step
                lines.append(np.stack([x + radius * np.cos(angle), y + radius * np.sin(angle)], axis=1))
    return lines
