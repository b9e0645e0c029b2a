"""A block of land."""

import numpy as np

from generate.painter.kit.character import is_somber
from generate.painter.kit.color import get_lightness, neutralize, ramp, tone, vivid
from generate.painter.kit.fields import resize
from generate.painter.kit.marks import Drawing
from generate.painter.kit.sheets import lay_over
from generate.painter.kit.types import Sheet
from generate.painter.scene import Scene
from generate.painter.techniques.isometric.blocks import Blocks, fade_print

_CELLS = 13
_TREE_SHARE = {"forest": 0.55, "hills": 0.12, "meadow": 0.18, "sea": 0.05, "": 0.2}


def paint_terraces(scene: Scene) -> Sheet:
    """Terraces around a pond; a forest is full of trees, a sea nearly all water, and snow lies on every roof."""
    _, y = scene.grid
    inks, rng = scene.inks, scene.rng
    first, second = inks.by_prominence[0], inks.by_prominence[1 % len(inks.by_prominence)]
    third = inks.by_prominence[2 % len(inks.by_prominence)]
    sky = neutralize(tone(inks.by_lightness[0], 0.22, 0.0, 0.08)) if is_somber(scene.mood) else inks.paper
    soil, grass = tone(third, 0.42, 0.0, 0.10), vivid(first, darker=0.03)
    water = tone(second, 0.70, 0.0, 0.14)
    if abs(get_lightness(grass) - get_lightness(water)) < 0.12:
        water = tone(second, 0.86, 0.0, 0.10)
    tree = tone(first, 0.36, 0.0, 0.13)
    cover = neutralize(inks.paper) if scene.weather == "snow" else None
    land = Blocks(ramp(y, [sky, tone(sky, get_lightness(sky) * 0.94)]), 0.040, 0.5, 0.36, sky)
    land.draw_disc(0.5 + rng.uniform(-0.25, 0.25), 0.2, 0.09, vivid(second))
    relief = resize(scene.make_noise(2.2 + 2 * scene.energy, 3), _CELLS)
    relief = (relief - relief.min()) / (relief.max() - relief.min() + 1e-6)
    sea_level = {"sea": 0.62, "hills": 0.15}.get(scene.place, 0.34)
    steps = 9 if scene.place == "hills" else 6
    for row in range(2 * _CELLS - 1):
        for i in range(max(0, row - _CELLS + 1), min(_CELLS, row + 1)):
            j = row - i
            level = float(relief[j, i])
            is_edge = i == _CELLS - 1 or j == _CELLS - 1
            if level < sea_level:
                land.draw_block(i, j, -4 if is_edge else 0, 0.3, water)
                continue
            height = 0.7 + np.floor((level - sea_level) / (1 - sea_level) * steps) * 0.55
            land.draw_block(i, j, -4, height - 0.25, soil)
            land.draw_block(i, j, height - 0.25, height, grass if cover is None else cover)
            if rng.random() < _TREE_SHARE.get(scene.place, 0.2):
                for size, base in ((0.62, 0.0), (0.44, 0.55), (0.24, 1.05)):
                    margin = (1 - size) / 2
                    color = tree if cover is None or base < 1 else cover
                    land.draw_block(i + margin, j + margin, height + base, height + base + 0.5, color, (size, size))
    sheet = fade_print(scene, land.to_sheet())
    if cover is None:
        return sheet
    flakes = Drawing(scene.size)
    for x, top, radius in zip(*rng.random((2, 170)), rng.uniform(0.002, 0.006, 170), strict=True):
        flakes.disc(float(x), float(top), float(radius))
    return lay_over(sheet, flakes.to_mask(), cover if is_somber(scene.mood) else tone(second, 0.75, 0.0, 0.08))
