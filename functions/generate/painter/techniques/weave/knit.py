"""Knitwear with a motif, as in a Fair Isle or Norwegian sweater."""

import numpy as np

from generate.painter.kit.fields import blur
from generate.painter.kit.types import Sheet
from generate.painter.scene import Scene
from generate.painter.techniques.weave.loom import (
    DARK,
    LIGHT,
    choose_yarns,
    contrast,
    drape,
    fade_threads,
    step,
)

_COLUMNS, _ROWS = 54, 61
_STAR = (
    "........1........",
    ".......111.......",
    "...1...111...1...",
    "..111..111..111..",
    "..1111.111.1111..",
    "...11111.11111...",
    "....111...111....",
    ".11111.....11111.",
    "1111....1....1111",
)


def paint_knit(scene: Scene) -> Sheet:
    """The motif in V-shaped stitches, bands of stars and teeth above and below it."""
    rng, size = scene.rng, scene.size
    yarns = choose_yarns(scene)
    motif = scene.place_motif(0.5, 0.515, 0.84, 0.51)
    ground = int(rng.choice([0, DARK, LIGHT, 1]))
    figure = contrast(yarns, ground, (LIGHT, DARK, 0, 1))
    row, column = np.mgrid[:_ROWS, :_COLUMNS]
    design = np.full((_ROWS, _COLUMNS), ground)
    lice = ((row % 6 == 1) & (column % 6 == 0)) | ((row % 6 == 4) & (column % 6 == 3))
    cells = step(motif, _COLUMNS, _ROWS)
    near = cells.copy()
    for reach in (-3, -2, -1, 1, 2, 3):
        near |= np.roll(cells, reach, 0) | np.roll(cells, reach, 1)
    second = contrast(yarns, ground, tuple(yarn for yarn in (0, 1, 2) if yarn != figure))
    # The motif alone is in its yarn, or its feet would be lost in the band.
    rest = contrast(yarns, figure, tuple(yarn for yarn in range(len(yarns)) if yarn not in (figure, second)))
    if scene.energy > 0.3:
        design = np.where(lice & ~near, second, design)
    design = np.where(cells, figure, design)
    star = np.array([[letter == "1" for letter in line] for line in _STAR])
    star = np.vstack([star, star[-2::-1]])
    for top, flip in ((-6, 1), (_ROWS - 11, -1)):
        low, high = max(0, top), min(_ROWS, top + 17)
        band = np.tile(star, (1, 4))[:, 3 : 3 + _COLUMNS][low - top : high - top]
        design[low:high] = np.where(band, second, rest)
        edge = top + 17 if flip == 1 else top - 1
        design[edge] = second
        design[edge + flip] = np.where(column[0] % 2 == 0, second, ground)
        design[edge + 2 * flip] = np.where(column[0] % 4 == 0, second, ground)
    x, y = scene.grid
    sway = np.float32(0.005) * (scene.make_noise(3, 2) - np.float32(0.5))
    across = np.clip(x + sway, 0, 0.9999) * _COLUMNS
    side = (across % 1 - 0.5) * 2
    leg = np.abs(side)
    # The legs of a stitch rise outward.
    down = np.clip(y + sway, 0, 0.9999) * _ROWS + 0.55 * leg - 0.25
    stitch_row = np.clip(np.floor(down), 0, _ROWS - 1).astype(np.int32)
    sheet = np.stack(yarns).astype(np.float32)[design[stitch_row, across.astype(np.int32)]]
    sheet = blur(sheet, 0.0010)
    along = down % 1
    strength = fade_threads(size, _ROWS * 2)
    plump = (np.sin(np.pi * along) ** 0.55) * (np.sin(np.pi * np.clip(leg, 0.02, 0.98)) ** 0.45)
    twist = 0.05 * np.sin(2 * np.pi * (along * 1.6 + leg * 2.4)) * fade_threads(size, _ROWS * 4)
    wool = 0.07 * (scene.make_noise(160, 2) - 0.5)
    shade = 1.08 - strength * 0.42 * (1 - plump) + twist + wool - 0.16 * (1 - strength)
    return drape(scene, np.asarray(sheet * shade[..., None], np.float32), 0.12)
