"""Layouts that show a motif."""

import numpy as np
from numpy.typing import NDArray

from generate.painter.kit.character import is_somber
from generate.painter.kit.color import WHITE, get_lightness, mix, neutralize, ramp, tone, vivid
from generate.painter.kit.fields import blur, resize, shift
from generate.painter.kit.shapes import fill_inside, inflate
from generate.painter.kit.sheets import lay_over, make_sheet
from generate.painter.kit.types import Color, Sheet
from generate.painter.scene import Scene
from generate.painter.techniques.isometric.blocks import Blocks, fade_print, get_tones

_CELLS = 42
_LAYERS = 40
# Light falls to the back on the right: where a block's shadow lies for every unit of its height.
_SHADOW = (0.62, -0.42)


def paint_relief(scene: Scene) -> Sheet:
    """The motif as a standing figure of small blocks, thick where its form is, on a checkered floor.

    Energy makes it thicker.
    """
    inks = scene.inks
    motif = scene.place_motif(width=1, height=1, stands=True)
    scene.motif_masks.clear()
    cells = resize(motif, _CELLS) > 0.45
    forms = resize(inflate(fill_inside(motif), 0.10), _CELLS)
    dark = neutralize(tone(inks.by_lightness[0], 0.30, 0.0, 0.09))
    floor = inks.pale if not (is_somber(scene.mood) or inks.is_dark) else dark
    body = vivid(inks.by_prominence[0], darker=0.04)
    if abs(get_lightness(body) - get_lightness(floor)) < 0.22:
        floor = dark if get_lightness(body) > 0.5 else inks.pale
    field = _place_figure(_lay_floor(scene, floor), cells, floor)
    silhouette = Blocks(np.zeros_like(field.ground), field.unit, field.x, field.y, WHITE)
    bottom, places = np.nonzero(cells)[0].max(), np.argwhere(cells.T).tolist()
    shade = tone(floor, get_lightness(floor) * 0.72)
    for i, row in places:
        k = bottom - row
        x, y = i + _SHADOW[0] * k, _SHADOW[1] * k
        field.draw_block(x, y - 2, 0, 0, shade, size=(1.7, 4), fade=0)
    # From the back to the front: to the right, then up.
    for i, row in sorted(places, key=lambda place: (place[0], -place[1])):
        k, rise = int(bottom - row), float(forms[row, i])
        reach = 1.2 + (2 + 3 * scene.energy) * rise
        color = mix(body, inks.paper, float(np.clip(rise * 0.9 - 0.25, 0, 0.6)))
        field.draw_block(i, -reach, k, k + 1, color, size=(1, 2 * reach))
        silhouette.draw_block(i, -reach, k, k + 1, WHITE, size=(1, 2 * reach), fade=1)
    scene.motif_masks.append(silhouette.to_sheet()[..., 0])
    return fade_print(scene, field.to_sheet())


def _lay_floor(scene: Scene, color: Color) -> Sheet:
    x, y = scene.grid
    tile = (np.floor(23 * (x * 0.577 + y)) + np.floor(23 * (y - x * 0.577))) % 2
    light = tone(color, get_lightness(color) - 0.035)
    return lay_over(make_sheet(scene.size, color), np.asarray(tile, np.float32), light)


def _place_figure(ground: Sheet, cells: NDArray[np.bool_], haze: Color) -> Blocks:
    """Return a grid on which a standing figure of these cells fills the middle of the picture."""
    rows, columns = (np.nonzero(cells.any(axis))[0] for axis in (1, 0))
    tall, wide = len(rows), len(columns)
    unit = min(0.80 / (0.866 * (wide + 6)), 0.84 / (tall + 0.5 * wide + 3))
    across, down = 0.866 * (columns[0] + wide / 2), 0.5 * (columns[0] + wide / 2) - tall / 2
    return Blocks(ground, unit, 0.5 - unit * across, 0.5 - unit * down, haze)


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
