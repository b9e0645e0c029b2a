"""What the textiles share: yarns, and weaving a design of cells."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from generate.painter.kit.character import measure_age
from generate.painter.kit.color import get_lightness, is_gray, mix, neutralize, tone, vivid
from generate.painter.kit.fields import smoothstep
from generate.painter.kit.types import Color, Field, Mask, Sheet
from generate.painter.scene import Scene

Design = NDArray[np.intp]
# The places of the plain yarns in what choose_yarns returns.
LIGHT, DARK = 3, 4


def choose_yarns(scene: Scene) -> list[Color]:
    """Return three colored yarns, a light and a dark one. Old dyes have faded."""
    fade = 0.22 * measure_age(scene.decade)
    prominent = scene.inks.by_prominence
    light = tone(neutralize(scene.inks.by_lightness[-1]), 0.92, 0.0, 0.05)
    dark = tone(neutralize(scene.inks.by_lightness[0]), 0.23, 0.0, 0.06)
    colored = [mix(vivid(prominent[index % len(prominent)], 0.09, 0.21), light, fade * 0.5) for index in range(3)]
    if is_gray(prominent[0]):
        colored = [tone(color, lightness) for color, lightness in zip(colored, (0.62, 0.42, 0.76), strict=True)]
    return [*colored, light, dark]


def contrast(yarns: list[Color], ground: int, candidates: tuple[int, ...]) -> int:
    """Return the candidate whose lightness is farthest from the ground's."""
    return max(candidates, key=lambda index: abs(get_lightness(yarns[index]) - get_lightness(yarns[ground])))


def step(mask: Mask, columns: int, rows: int) -> NDArray[np.bool_]:
    """Return the mask on a grid of cells."""
    cells = Image.fromarray(mask).resize((columns, rows), Image.Resampling.BOX)
    return np.asarray(cells) > 0.46


def fade_threads(size: int, threads: float) -> float:
    """Return how strongly threads are shaded: not at all where they are finer than two pixels."""
    return float(np.clip(size / threads / 1.5 - 1.0, 0, 1))


def weave_cells(scene: Scene, design: Design, yarns: list[Color], *, wefts: int = 2, warps: int = 2) -> Sheet:
    """Return the cloth of a design (rows, columns) of yarn numbers; `wefts`, `warps`: threads to a cell."""
    rng, size = scene.rng, scene.size
    rows, columns = design.shape
    x, y = scene.grid
    sway = 0.5 + scene.energy
    column = np.clip(x + np.float32(0.005 * sway) * (scene.make_noise(3, 2) - np.float32(0.5)), 0, 0.9999) * columns
    row = np.clip(y + np.float32(0.006 * sway) * (scene.make_noise(3, 2) - np.float32(0.5)), 0, 0.9999) * rows
    sheet = np.stack(yarns).astype(np.float32)[design[row.astype(np.int32), column.astype(np.int32)]]
    shade = shade_threads(scene, column * warps, row * wefts, max(rows * wefts, columns * warps))
    abrash = 0.028 + 0.045 * measure_age(scene.decade)
    rows_of_yarn = (1 + abrash * rng.normal(0, 1, rows * wefts + 1)).astype(np.float32)
    fade = 0.35 + 0.65 * fade_threads(size, rows * wefts)
    shade *= 1 + (rows_of_yarn[(row * wefts).astype(np.int32)] - 1) * np.float32(fade)
    return np.asarray(sheet * shade[..., None], np.float32)


def shade_threads(scene: Scene, column: Field, row: Field, threads: float) -> Field:
    """Return the brightness of a rib weave: round weft yarns that dip under every second warp. Units: threads."""
    strength = np.float32(fade_threads(scene.size, threads))
    lift = np.abs(np.sin(np.pi * (column + 0.5 * (row.astype(np.int32) % 2)))).astype(np.float32)
    yarn = np.abs(np.sin(np.pi * row)).astype(np.float32)
    shade = np.float32(1.06) - strength * (np.float32(0.22) * (1 - yarn) + np.float32(0.20) * (1 - lift))
    return np.asarray(shade, np.float32)


def drape(scene: Scene, sheet: Sheet, depth: float = 0.16) -> Sheet:
    """Return the cloth with light from the upper left and soft folds."""
    x, y = scene.grid
    folds = scene.make_noise(2.2, 2) - np.float32(0.5)
    light = np.float32(1.06) - np.float32(depth) * smoothstep(np.hypot(x - 0.42, y - 0.38), 0.3, 0.95)
    return np.asarray(np.clip(sheet * (light + np.float32(0.10) * folds)[..., None], 0, 1), np.float32)
