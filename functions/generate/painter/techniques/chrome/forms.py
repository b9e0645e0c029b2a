"""Inflated motifs, cast and laid over a ground, and sparks."""

from typing import NamedTuple

import numpy as np

from generate.painter.kit.color import (
    tone,
)
from generate.painter.kit.fields import blur, make_grid, resize, sample, shift, smoothstep
from generate.painter.kit.shapes import fill_inside, get_normals, inflate
from generate.painter.kit.types import Color, Field, Mask, Sheet
from generate.painter.scene import Scene
from generate.painter.techniques.chrome.room import Room


class Form(NamedTuple):
    """An inflated motif in a square of the sheet: silhouette, inner lines and height, each (side, side)."""

    solid: Mask
    cuts: Mask
    height: Field
    top: int
    left: int


def inflate_motif(mask: Mask) -> Form:
    """Return the form of a motif on the sheet."""
    top, left, side = _find_square(mask)
    crop = np.pad(mask, side)[top + side : top + 2 * side, left + side : left + 2 * side]
    solid = fill_inside(crop)
    cuts = np.clip(solid - crop, 0, 1)
    height = blur(inflate(solid, 0.07, round_top=True) - 0.20 * blur(cuts, 0.004), 0.003)
    return Form(solid, cuts, height, top, left)


def copy_form(form: Form, size: int, place: tuple[float, float], scale: float, turn: float) -> Form:
    """Return the form about another place of a sheet of `size` pixels, at another scale, turned by radians."""
    side = round(len(form.solid) * scale * 1.3)
    x, y = make_grid(side)
    across, down = (x - 0.5) * 1.3, (y - 0.5) * 1.3
    source_x = 0.5 + across * np.cos(turn) - down * np.sin(turn)
    source_y = 0.5 + across * np.sin(turn) + down * np.cos(turn)
    fields = [sample(field, source_x, source_y) for field in form[:3]]
    left, top = (round(value * size) - side // 2 for value in place)
    return Form(fields[0], fields[1], fields[2], top, left)


def cast(sheet: Sheet, form: Form, room: Room, depth: float = 0.34, defocus: float = 0.0) -> Mask:
    """Lay the form, polished, over the sheet in place, with its shadow; return its silhouette.

    `defocus`: radius of a blur, in fractions of the form's square.
    """
    size, side = len(sheet), len(form.solid)
    body = room.reflect(*get_normals(form.height, depth))
    body *= 1 - 0.55 * blur(form.cuts, 0.0025)[..., None]
    solid = form.solid
    if defocus:
        solid, body = blur(solid, defocus), blur(body, defocus)
    rows = slice(max(0, form.top), min(size, form.top + side))
    columns = slice(max(0, form.left), min(size, form.left + side))
    part = (
        slice(rows.start - form.top, rows.stop - form.top),
        slice(columns.start - form.left, columns.stop - form.left),
    )
    silhouette = np.zeros((size, size), np.float32)
    silhouette[rows, columns] = solid[part]
    small = resize(silhouette, max(96, size // 4))
    shadow = resize(blur(shift(small, 0.008, 0.04), 0.036), size)
    sheet *= 1 - 0.5 * (np.clip(shadow, 0, 1) * (1 - silhouette))[..., None]
    share = solid[part][..., None]
    sheet[rows, columns] = sheet[rows, columns] * (1 - share) + body[part] * share
    return silhouette


def add_sparks(scene: Scene, sheet: Sheet, silhouette: Mask, count: int) -> None:
    """Add four-pointed sparks in place, where the metal within the silhouette is brightest."""
    size = len(sheet)
    rows, columns = (scene.rng.random((2, 600)) * size).astype(np.int32)
    brightness = sheet[rows, columns].sum(axis=-1) * (silhouette[rows, columns] > 0.9)
    white = tone(scene.inks.by_lightness[-1], 0.99, 0, 0.02)
    selection: list[int] = []
    for index in np.argsort(-brightness, kind="stable").tolist():
        if all(
            np.hypot(rows[index] - rows[other], columns[index] - columns[other]) > 0.16 * size for other in selection
        ):
            selection.append(index)
        if len(selection) == count:
            break
    for index in selection:
        _add_spark(sheet, (int(rows[index]), int(columns[index])), float(scene.rng.uniform(0.018, 0.05)), white)


def _add_spark(sheet: Sheet, place: tuple[int, int], radius: float, color: Color) -> None:
    size = len(sheet)
    reach = round(3 * radius * size)
    top, left = max(0, place[0] - reach), max(0, place[1] - reach)
    part = sheet[top : place[0] + reach + 1, left : place[1] + reach + 1]
    down = (np.arange(top, top + part.shape[0])[:, None] - place[0]) / (radius * size)
    across = (np.arange(left, left + part.shape[1])[None] - place[1]) / (radius * size)
    decay = np.abs(across * down) * 9 + (across**2 + down**2) * 0.8
    light = (0.95 * np.exp(-2.2 * np.minimum(decay, 9)) * smoothstep(np.hypot(across, down), 2.9, 1.5)).astype(
        np.float32
    )
    part += (color - part) * light[..., None]


def _find_square(mask: Mask) -> tuple[int, int, int]:
    """Return top, left and side of the square around the mask, which may reach beyond the sheet."""
    size = len(mask)
    rows, columns = (np.flatnonzero(mask.max(axis=axis) > 0.02) for axis in (1, 0))
    if not len(rows):
        return 0, 0, size
    side = min(size, max(int(rows[-1] - rows[0]), int(columns[-1] - columns[0])) + 1 + round(0.06 * size))
    return int(rows[0] + rows[-1] + 1 - side) // 2, int(columns[0] + columns[-1] + 1 - side) // 2, side
