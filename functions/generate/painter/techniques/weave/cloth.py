"""Cloth of cells: kente, kilim, frieze."""

import numpy as np

from generate.painter.kit.color import get_lightness
from generate.painter.kit.types import Color, Sheet
from generate.painter.scene import Scene
from generate.painter.techniques.weave.loom import DARK, LIGHT, Design, choose_yarns, contrast, drape, step, weave_cells


def paint_kente(scene: Scene) -> Sheet:
    """Strips sewn side by side; striped parts alternate with figured blocks, each strip at its own beat."""
    rng = scene.rng
    width = 12 if scene.energy < 0.4 else 10 if scene.energy < 0.7 else 8
    cells = width * (80 // width)
    design = np.zeros((cells, cells), np.intp)
    yarns = choose_yarns(scene)
    first = int(rng.integers(0, 3))
    for strip in range(cells // width):
        top, kind = -int(rng.integers(0, 14)), strip % 2
        while top < cells:
            height = (round(width * 1.6), round(width * 1.2))[kind]
            block = (
                _weave_stripes(width, height, (strip // 2 + first) % 3)
                if kind == 0
                else _weave_block(rng, width, height)
            )
            low, high = max(0, top), min(cells, top + height)
            if high > low:
                design[low:high, strip * width : (strip + 1) * width] = block[low - top : high - top]
            top, kind = top + height, 1 - kind
    sheet = weave_cells(scene, design, yarns)
    x, _ = scene.grid
    seam = np.exp(-((((x * cells / width + 0.5) % 1 - 0.5) / 0.022) ** 2))
    return drape(scene, np.asarray(sheet * (1 - 0.4 * seam)[..., None], np.float32))


def _weave_stripes(width: int, height: int, base: int) -> Design:
    column = np.broadcast_to(np.arange(width), (height, width))
    block = np.where((column == 1) | (column == width - 2), LIGHT, base)
    block = np.where((column == 0) | (column == width - 1), DARK, block)
    return np.where(np.abs(column - width / 2 + 0.5) < 1, (base + 1) % 3, block)


def _weave_block(rng: np.random.Generator, width: int, height: int) -> Design:
    column, row = np.meshgrid(np.arange(width), np.arange(height))
    figure, ground, third = rng.permutation(5)[:3]
    across, down = np.abs(column - width / 2 + 0.5), np.abs(row - height / 2 + 0.5)
    away = across + down
    blocks = (
        np.where((row // 2) % 2, figure, ground),
        np.where(((column // 2) + (row // 2)) % 2, figure, ground),
        np.where(across * 2 < (row % 6) * 2 - 0.5, figure, ground),
        np.where(away < width / 2, figure, np.where(away < width / 2 + 2, third, ground)),
    )
    block = blocks[rng.integers(4)]
    block = np.where((row < 2) | (row >= height - 2), LIGHT, block)
    return np.where((row < 1) | (row >= height - 1), DARK, block)


def paint_kilim(scene: Scene) -> Sheet:
    """The motif, large and stepped, on a medallion with toothed steps around it, in a border."""
    cells = 92
    motif = scene.place_motif(0.5, 0.5, 0.60, 0.56)
    yarns = choose_yarns(scene)
    row, column = np.mgrid[:cells, :cells]
    center = (cells - 1) / 2
    across, down = np.abs(column - center), np.abs(row - center)
    # A hexagon of steps of two cells.
    away = np.maximum(across // 2 * 2 * 0.62 + down // 2 * 2 * 0.62, np.maximum(across, down) * 0.82)
    ring = ((away - 28) // 3).astype(int)
    order = np.array([DARK, LIGHT, 0, DARK, 1, LIGHT, 2, 0, DARK, 1, LIGHT, 2])
    design = order[np.clip(ring, 0, 11)]
    teeth = ((across // 4 + down // 4) % 2 == 0) & (ring % 3 == 2)
    design = np.where((ring >= 0) & teeth, LIGHT, design)
    field = int(scene.rng.choice([0, 1, DARK]))
    figure = contrast(yarns, field, (LIGHT, DARK))
    inside = ring < 0
    design = np.where(inside, field, design)
    # Small stars strewn over the field, where the motif is far enough.
    grown = step(motif, cells, cells)
    near = grown.copy()
    for shift in (-3, -2, -1, 1, 2, 3):
        near |= np.roll(grown, shift, 0) | np.roll(grown, shift, 1)
    u, v = column % 10 - 5, (row + 5 * (column // 10 % 2)) % 10 - 5
    star = (np.abs(u) + np.abs(v) <= 1) & inside & (away < 26) & ~near
    second = contrast(yarns, field, (0, 1, 2))
    design = np.where(star, second, design)
    design = np.where(grown, figure, design)
    edge = np.minimum(np.minimum(column, cells - 1 - column), np.minimum(row, cells - 1 - row))
    along = np.where(across > down, row, column)
    band = np.where((along + edge * np.where(along < center, 1, -1)) // 4 % 2, LIGHT, 0)
    design = np.where(edge < 8, np.where((edge == 0) | (edge == 7), DARK, band), design)
    return drape(scene, weave_cells(scene, design, yarns))


def paint_frieze(scene: Scene) -> Sheet:
    """Two or three rows of the motif that face each other, between bands of zigzag, bars and lozenges."""
    cells, yarns = 100, choose_yarns(scene)
    rows = 2 if scene.energy < 0.65 else 3
    figure, grounds = _choose_pair(yarns)
    height, band = cells // rows, 14 if rows == 2 else 10
    row, column = np.mgrid[:cells, :cells]
    design = np.zeros((cells, cells), np.intp)
    for index in range(rows):
        ground = grounds[index % 2]
        top = index * height + band // 2
        inner = height - band
        design[index * height : (index + 1) * height + 1] = ground
        size = (inner - 3) / cells
        count = 3 if rows == 2 else 4
        for place in range(count + 1):
            x = (place + 0.5 * (1 - index % 2)) / count
            motif = scene.place_motif(
                x, (top + inner / 2) / cells, 0.88 / count, size, face="right" if index % 2 else "left", stands=True
            )
            design = np.where(step(motif, cells, cells), figure, design)
    for index in range(rows + 1):
        middle = min(index * height, cells)
        low, high = max(0, middle - band // 2), min(cells, middle + band // 2)
        v, u = row[low:high] - middle, column[low:high]
        pattern = (
            np.where((np.abs(u % 12 - 6) + np.abs(v) < 5) & (np.abs(v) < 5), 0, LIGHT),
            np.where((u // 3 + v) % 4 < 2, LIGHT, DARK),
            np.where(np.abs(u % 8 - 4) > np.abs(v), 1, LIGHT),
        )[(index + rows) % 3]
        pattern = np.where(np.abs(v) >= band // 2 - 2, np.where(np.abs(v) >= band // 2 - 1, DARK, 2), pattern)
        design[low:high] = pattern
    return drape(scene, weave_cells(scene, design, yarns))


def _choose_pair(yarns: list[Color]) -> tuple[int, list[int]]:
    """Return the light or dark yarn for a figure and the two grounds that it stands out from most."""

    def rate(figure: int) -> list[int]:
        others = (0, 1, 2, DARK if figure == LIGHT else LIGHT)
        distance = {index: abs(get_lightness(yarns[index]) - get_lightness(yarns[figure])) for index in others}
        return sorted(
            (index for index in others if index < LIGHT and distance[index] > 0.28), key=lambda i: -distance[i]
        )

    figure = max((LIGHT, DARK), key=lambda number: len(rate(number)))
    grounds = [*rate(figure), DARK if figure == LIGHT else LIGHT]
    return figure, grounds[:2] if len(grounds) > 1 else grounds * 2
