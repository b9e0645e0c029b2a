"""Plotter drawings without a motif and without ribbons: raked lines, squares, hatched discs."""

import numpy as np
from numpy.typing import NDArray

from generate.painter.kit.fields import make_noise
from generate.painter.kit.marks import Drawing
from generate.painter.kit.types import Sheet
from generate.painter.scene import Scene
from generate.painter.techniques.plotter.pens import choose_pens, draw_levels, draw_with, lay_ground


def paint_raked(scene: Scene) -> Sheet:
    """Parallel lines, as raked into gravel, that flow past a few discs of color."""
    x, y = scene.grid
    rng, pens = scene.rng, choose_pens(scene)
    count = 2 + round(3 * scene.energy)
    tilt = rng.uniform(-0.6, 0.6)
    stream = (y - 0.5) * np.cos(tilt) - (x - 0.5) * np.sin(tilt)
    stream = stream + 0.05 * (make_noise(rng, scene.size, 1.6, 2, 0.3) - 0.5)
    discs: list[tuple[float, float, float]] = []
    for _ in range(60):
        radius = rng.uniform(0.05, 0.19) if discs else rng.uniform(0.17, 0.24)
        center_x, center_y = rng.uniform(0.12, 0.88, 2)
        if all(np.hypot(center_x - a, center_y - b) > radius + r + 0.09 for a, b, r in discs):
            discs.append((center_x, center_y, radius))
        if len(discs) == count:
            break
    inside = np.zeros((scene.size, scene.size), bool)
    for center_x, center_y, radius in discs:
        right, down = x - center_x, y - center_y
        distance = np.hypot(right, down)
        beside = down * np.cos(tilt) - right * np.sin(tilt)
        # The stream function of a flow past a disc.
        stream = stream - beside * np.minimum(radius**2 / np.maximum(distance, radius) ** 2, 1) * np.exp(
            -np.maximum(distance / radius - 1, 0) * 0.35
        )
        inside |= distance < radius + 0.010
    spacing = 0.0215 - 0.0035 * scene.energy
    lines = draw_levels(np.asarray(stream, np.float32), spacing, 0.0056) * ~inside
    number = np.floor(stream / spacing + 0.5)
    sheet = lay_ground(scene, pens)
    colored = number % 7 == 3
    sheet = draw_with(scene, sheet, np.asarray(lines * ~colored, np.float32), pens.main)
    sheet = draw_with(scene, sheet, np.asarray(lines * colored, np.float32), pens.colors[1 % len(pens.colors)])
    for index, (center_x, center_y, radius) in enumerate(discs):
        distance = np.hypot(x - center_x, y - center_y)
        disc = np.clip((radius - 0.006 - distance) * scene.size + 0.5, 0, 1)
        sheet = draw_with(scene, sheet, np.asarray(disc, np.float32), pens.colors[index % len(pens.colors)])
    return sheet


def paint_squares(scene: Scene) -> Sheet:
    """Squares within squares on a grid, orderly in one corner, out of order in the other."""
    rng, pens = scene.rng, choose_pens(scene)
    cells = 5 + round(2 * scene.energy)
    border = 0.07
    cell = (1 - 2 * border) / cells
    colors = [pens.main, *pens.colors[:3]]
    outlines = [Drawing(scene.size) for _ in colors]
    solids = [Drawing(scene.size) for _ in colors]
    corner = rng.choice((0.0, 1.0), 2)
    corners = np.array([(-1, -1), (1, -1), (1, 1), (-1, 1)])
    for row in range(cells):
        for column in range(cells):
            center = border + cell * (np.array([column, row]) + 0.5)
            chaos = float(np.clip(np.hypot(*(center - corner)) / 1.25, 0, 1)) ** 1.6 * (0.10 + 0.20 * scene.energy)
            rings = 5 + int(rng.integers(0, 3))
            pen = int(rng.choice(len(colors), p=_share_pens(len(colors))))
            for ring in range(rings):
                half = cell * 0.47 * (1 - ring / rings)
                if rng.random() < 0.10 + chaos:
                    continue
                square = center + corners * half + rng.normal(0, chaos * cell * 0.45, (4, 2))
                if ring == rings - 2 and rng.random() < 0.30:
                    solids[pen].polygon(square)
                    break
                closed = np.concatenate([square, square[:2]])
                outlines[pen].line(closed, 0.0058)
    sheet = lay_ground(scene, pens)
    for solid, outline, color in zip(solids, outlines, colors, strict=True):
        sheet = draw_with(scene, sheet, np.maximum(solid.to_mask(), outline.to_mask()), color)
    return sheet


def paint_hatch(scene: Scene) -> Sheet:
    """Discs packed from large to small, each hatched in a direction and a color of its own."""
    x, y = scene.grid
    rng, pens, size = scene.rng, choose_pens(scene), scene.size
    colors = [*pens.colors, pens.main]
    sheet = lay_ground(scene, pens)
    discs: list[tuple[float, float, float]] = []
    largest = 0.30 - 0.09 * scene.energy
    for number in range(1400):
        wish = max(0.028, largest * (1 - number / 1400) ** 2.2)
        center_x, center_y = rng.uniform(0.0, 1.0, 2)
        room = min((np.hypot(center_x - a, center_y - b) - r for a, b, r in discs), default=1.0) - 0.012
        if room >= wish:
            discs.append((center_x, center_y, wish))
    main_turn = rng.uniform(0, np.pi)
    for index, (center_x, center_y, radius) in enumerate(discs):
        rows = slice(max(0, int((center_y - radius) * size) - 1), max(1, int((center_y + radius) * size) + 2))
        columns = slice(max(0, int((center_x - radius) * size) - 1), max(1, int((center_x + radius) * size) + 2))
        right, down = x[rows, columns] - center_x, y[rows, columns] - center_y
        turn = main_turn + np.pi / 4 * rng.integers(0, 4)
        along = down * np.cos(turn) - right * np.sin(turn)
        spacing = rng.choice((0.021, 0.026, 0.034)) * (0.75 if radius < 0.06 else 1)
        disc = np.clip((radius - np.hypot(right, down)) * size + 0.5, 0, 1)
        line = np.abs((along / spacing) % 1 - 0.5) * spacing
        mask = disc * np.clip((spacing * 0.27 - line) * size + 0.5, 0, 1)
        if rng.random() < 0.16:
            mask = disc
        color = colors[index % len(colors)]
        sheet[rows, columns] += (color - sheet[rows, columns]) * mask[..., None]
    return np.asarray(sheet, np.float32)


def _share_pens(count: int) -> NDArray[np.float64]:
    chances: NDArray[np.float64] = np.array([0.62, 0.20, 0.12, 0.06][:count])
    return np.asarray(chances / chances.sum(), np.float64)
