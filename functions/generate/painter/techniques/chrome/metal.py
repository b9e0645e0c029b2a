"""Metal, its ground and its sparks."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from generate.painter.kit.color import (
    GRAY_CHROMA,
    choose_dark_hue,
    get_chroma,
    get_hue,
    get_lightness,
    ramp,
    tint,
    tone,
    vivid,
)
from generate.painter.kit.fields import blur, make_grid, make_noise, resize, sample, shift, smoothstep
from generate.painter.kit.shapes import fill_inside, get_normals, inflate
from generate.painter.kit.types import Color, Field, Mask, Sheet
from generate.painter.scene import Scene

GLOOMY = ("dark", "melancholic", "epic")


def glow(color: Color) -> Color:
    """Return the color at its strongest; the nearly gray stay so."""
    return vivid(color, 0.0 if get_chroma(color) < 2 * GRAY_CHROMA else 0.12)


@dataclass
class Room:
    """The colors of a picture: a ground of one hue, and what the metal reflects, which has none of that hue.

    Where the palette has one hue only, ground and metal differ in lightness: `pale` says which is light.
    `alone`: there is only metal, which may have both hues.
    """

    scene: Scene
    phase: float
    alone: bool = False

    @property
    def ground(self) -> Color:
        """The hue of the ground."""
        return self.scene.inks.by_prominence[0]

    @property
    def metal(self) -> Color | None:
        """The hue of the metal: the palette's next that is far from the ground's, or None."""
        others = self.scene.inks.by_prominence[1:]
        far = (color for color in others if get_chroma(color) > 2 * GRAY_CHROMA and _get_gap(color, self.ground) > 40)
        return next(far, None) if get_chroma(self.ground) > 2 * GRAY_CHROMA else None

    @property
    def pale(self) -> bool:
        """Whether a ground without a hue of its own is light."""
        light = get_lightness(self.scene.inks.palette[0]) > 0.66
        return self.metal is None and light and self.scene.mood not in GLOOMY

    @property
    def colors(self) -> list[Color]:
        """What the metal reflects from above to below: sky, horizon, ground, and once more."""
        inks = self.scene.inks
        white, deep = tone(inks.by_lightness[-1], 0.985, 0, 0.02), tint(inks.by_lightness[0], 0.14, 0.06)
        hue = self.metal if self.metal is not None else self.ground
        full = glow(hue)
        light, bright = tint(hue, max(0.86, get_lightness(full)), 0.10), tint(hue, 0.74, 0.18)
        if self.alone:
            other, dark = glow(self.ground), tint(choose_dark_hue(inks.by_prominence), 0.40, 0.2)
            return [white, light, other, deep, dark, other, white, full, deep, dark]
        if self.pale:
            dark = tint(hue, 0.34, 0.14)
            return [bright, tint(hue, 0.56, 0.2), dark, deep, dark, deep, white, tint(hue, 0.5, 0.2), dark, deep]
        if self.metal is None:
            return [white, white, light, bright, tint(hue, 0.36, 0.16), light, white, bright, light, white]
        return [white, light, full, deep, tint(choose_dark_hue([hue, hue]), 0.5, 0.2), light, white, bright, full, deep]

    def reflect(self, normal_x: Field, normal_y: Field, normal_z: Field) -> Sheet:
        """Return polished metal with these normals."""
        colors = self.colors
        wobble = 0.6 + 0.8 * self.scene.energy
        across, down = 2 * normal_z * normal_x, 2 * normal_z * normal_y
        place = down * 0.55 + 0.5 + wobble * 0.10 * np.sin(across * 5 + self.phase)
        place += wobble * 0.05 * np.sin(across * 11 + down * 4)
        body = ramp(place, colors) * (0.72 + 0.28 * normal_z[..., None])
        key = np.clip(normal_x * -0.5 + normal_y * -0.62 + normal_z * 0.6, 0, 1)
        fill = np.clip(normal_x * 0.6 + normal_y * 0.5 + normal_z * 0.55, 0, 1)
        body += (_raise(key, 5) * key**6)[..., None] * np.float32(0.95)
        body += _raise(fill, 4)[..., None] * (fill**6 * np.float32(0.3))[..., None] * colors[1]
        return np.clip(body, 0, 1)


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


def make_ground(scene: Scene, room: Room) -> Sheet:
    """Return an airbrushed ground of the room's hue, light behind the motif and darker around it."""
    rng, hue = scene.rng, room.ground
    small = max(96, scene.size // 4)
    x, y = make_grid(small)
    center = 0.5 + rng.uniform(-0.15, 0.15)
    distance = np.hypot(x - center, y - 0.42) * 1.25 + 0.25 * (make_noise(rng, small, 2, 2) - 0.5)
    if room.pale:
        colors = [tint(hue, 0.96, 0.03), tint(hue, 0.91, 0.05), tint(hue, 0.84, 0.08)]
    elif room.metal is None:
        colors = [tint(hue, 0.34, 0.13), tint(hue, 0.27, 0.11), tint(hue, 0.15, 0.06)]
    else:
        full = glow(hue)
        darker = -0.08 if scene.mood in GLOOMY else 0.0
        colors = [tint(hue, get_lightness(full) + change + darker, 0.25) for change in (0.05, 0.0, -0.08, -0.2)]
    return resize(ramp(distance, colors), scene.size)


def add_sparks(scene: Scene, sheet: Sheet, silhouette: Mask, count: int) -> None:
    """Add four-pointed sparks in place, where the metal within the silhouette is brightest."""
    size = len(sheet)
    rows, columns = (scene.rng.random((2, 600)) * size).astype(np.int32)
    brightness = sheet[rows, columns].sum(axis=-1) * (silhouette[rows, columns] > 0.9)
    white = tone(scene.inks.by_lightness[-1], 0.99, 0, 0.02)
    chosen: list[int] = []
    for index in np.argsort(-brightness, kind="stable").tolist():
        if all(np.hypot(rows[index] - rows[other], columns[index] - columns[other]) > 0.16 * size for other in chosen):
            chosen.append(index)
        if len(chosen) == count:
            break
    for index in chosen:
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


def _raise(field: Field, doublings: int) -> Field:
    """Return the field to the power of 2**doublings."""
    for _ in range(doublings):
        field = field * field
    return field


def _get_gap(first: Color, second: Color) -> float:
    return abs((get_hue(first) - get_hue(second) + 180) % 360 - 180)


def _find_square(mask: Mask) -> tuple[int, int, int]:
    """Return top, left and side of the square around the mask, which may reach beyond the sheet."""
    size = len(mask)
    rows, columns = (np.flatnonzero(mask.max(axis=axis) > 0.02) for axis in (1, 0))
    if not len(rows):
        return 0, 0, size
    side = min(size, max(int(rows[-1] - rows[0]), int(columns[-1] - columns[0])) + 1 + round(0.06 * size))
    return int(rows[0] + rows[-1] + 1 - side) // 2, int(columns[0] + columns[-1] + 1 - side) // 2, side
