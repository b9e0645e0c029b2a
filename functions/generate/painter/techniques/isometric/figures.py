"""Layouts that show a motif."""

import numpy as np

from generate.painter.kit.character import is_somber
from generate.painter.kit.color import WHITE, get_lightness, mix, neutralize, ramp, tone, vivid
from generate.painter.kit.fields import blur, resize, shift
from generate.painter.kit.shapes import fill_inside, inflate
from generate.painter.kit.sheets import lay_over, make_sheet
from generate.painter.kit.types import Sheet
from generate.painter.scene import Scene
from generate.painter.techniques.isometric.blocks import Blocks, fade_print, get_tones

_CELLS = 46
_LAYERS = 40


def paint_relief(scene: Scene) -> Sheet:
    """The motif as a heap of small blocks on a checkered floor; energy makes it higher."""
    _, y = scene.grid
    inks = scene.inks
    # Turned by an eighth, so that it stands upright on the grid.
    motif = scene.place_motif(width=0.78, height=0.78, turn=45)
    scene.motif_masks.clear()
    cells, heights = resize(motif, _CELLS), resize(inflate(fill_inside(motif), 0.10), _CELLS)
    dark = neutralize(tone(inks.by_lightness[0], 0.30, 0.0, 0.09))
    low = inks.pale if not (is_somber(scene.mood) or inks.is_dark) else dark
    body = vivid(inks.by_prominence[0], darker=0.04)
    if abs(get_lightness(body) - get_lightness(low)) < 0.22:
        low = dark if get_lightness(body) > 0.5 else inks.pale
    x, _ = scene.grid
    tile = (np.floor(23 * (x * 0.577 + y)) + np.floor(23 * (y - x * 0.577))) % 2
    ground = lay_over(make_sheet(scene.size, low), np.asarray(tile, np.float32), tone(low, get_lightness(low) - 0.035))
    field = Blocks(ground, 0.0215, 0.5, 0.06, low)
    silhouette = Blocks(np.zeros_like(ground), field.unit, field.x, field.y, WHITE)
    height = 4 + 5 * scene.energy
    for row in range(2 * _CELLS - 1):
        for i in range(max(0, row - _CELLS + 1), min(_CELLS, row + 1)):
            j = row - i
            if cells[j, i] <= 0.45:
                continue
            rise = float(heights[j, i])
            color = mix(body, inks.paper, float(np.clip(rise * 0.9 - 0.25, 0, 0.6)))
            field.draw_block(i, j, 0, 2.2 + height * rise, color)
            silhouette.draw_block(i, j, 0, 2.2 + height * rise, WHITE, fade=1)
    scene.motif_masks.append(silhouette.to_sheet()[..., 0])
    return fade_print(scene, field.to_sheet())


def paint_extrusion(scene: Scene) -> Sheet:
    """The motif as a slab: its face flat, its thickness in two darker tones, its shadow far below."""
    x, y = scene.grid
    inks = scene.inks
    motif = scene.place_motif(0.46, 0.42, 0.74, 0.70)
    depth = 0.10 + 0.08 * scene.energy
    first, second = inks.by_prominence[0], inks.by_prominence[1 % len(inks.by_prominence)]
    is_dark = is_somber(scene.mood)
    ground = neutralize(tone(inks.by_lightness[0], 0.24, 0.0, 0.08)) if is_dark else tone(second, 0.84, 0.0, 0.12)
    face = vivid(first)
    if abs(get_lightness(face) - get_lightness(ground)) < 0.2:
        ground = inks.paper if get_lightness(face) < 0.6 else neutralize(tone(inks.by_lightness[0], 0.24, 0.0, 0.08))
    sheet = ramp(np.clip(y, 0, 1), [mix(ground, inks.paper, 0.12), ground])
    tile = (np.floor(12 * (x * 0.577 + y)) + np.floor(12 * (y - x * 0.577))) % 2
    sheet = lay_over(sheet, tile.astype(np.float32), tone(ground, get_lightness(ground) - 0.03), 0.8)
    shadow = blur(shift(motif, depth * 1.9, depth * 1.9), 0.012)
    sheet = lay_over(sheet, shadow, tone(ground, get_lightness(ground) * 0.62), 0.75)
    _, middle, dark = get_tones(face)
    for layer in range(_LAYERS, 0, -1):
        distance = depth * layer / _LAYERS
        edge = shift(motif, distance * 0.87, distance * 0.5)
        sheet = lay_over(sheet, edge, mix(dark, middle, 0.55 * (1 - layer / _LAYERS)))
    sheet = fade_print(scene, sheet)
    return lay_over(sheet, motif, tone(face, min(0.95, get_lightness(face) + 0.08)))
