"""The colors of metal and its ground, and what polish makes of them."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from generate.painter.kit.color import (
    choose_dark_hue,
    get_chroma,
    get_hue,
    get_lightness,
    ramp,
    tint,
    tone,
    vivid,
)
from generate.painter.kit.fields import make_grid, make_noise, resize
from generate.painter.kit.single import GRAY_CHROMA
from generate.painter.kit.types import Color, Field, Sheet
from generate.painter.scene import Scene

GLOOMY = ("dark", "melancholic", "epic")


def glow(color: Color) -> Color:
    """Return the color at its strongest; the nearly gray stay so."""
    return vivid(color, 0.0 if get_chroma(color) < 2 * GRAY_CHROMA else 0.12)


@dataclass
class Room:
    """The colors of a picture: a ground of one hue, and what the metal reflects, which has none of that hue.

    Where the palette has one hue only, ground and metal differ in lightness: `pale` says which is light.
    `setting`: the metal is in a studio, whose ground may be light, in a dark land, or there is nothing but metal.
    """

    scene: Scene
    phase: float
    setting: Literal["studio", "land", "metal"] = "studio"

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
        return self.metal is None and light and self.setting == "studio" and self.scene.mood not in GLOOMY

    @property
    def colors(self) -> list[Color]:
        """What the metal reflects from above to below: sky, horizon, ground, and once more."""
        inks = self.scene.inks
        white, deep = tone(inks.by_lightness[-1], 0.985, 0, 0.02), tint(inks.by_lightness[0], 0.14, 0.06)
        hue = self.metal if self.metal is not None else self.ground
        full = glow(hue)
        light, bright = tint(hue, max(0.86, get_lightness(full)), 0.10), tint(hue, 0.74, 0.18)
        if self.setting == "metal":
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
        # Airbrushed chrome has one level horizon; what came after it runs like liquid.
        decade = self.scene.decade
        era = 0.35 if 0 < decade < 1990 else 1.3 if decade >= 2010 else 1.0
        wobble = era * (0.6 + 0.8 * self.scene.energy)
        across, down = 2 * normal_z * normal_x, 2 * normal_z * normal_y
        place = down * 0.55 + 0.5 + wobble * 0.10 * np.sin(across * 5 + self.phase)
        place += wobble * 0.05 * np.sin(across * 11 + down * 4)
        body = ramp(place, colors) * (0.72 + 0.28 * normal_z[..., None])
        key = np.clip(normal_x * -0.5 + normal_y * -0.62 + normal_z * 0.6, 0, 1)
        fill = np.clip(normal_x * 0.6 + normal_y * 0.5 + normal_z * 0.55, 0, 1)
        body += (_raise(key, 5) * key**6)[..., None] * np.float32(0.95)
        body += _raise(fill, 4)[..., None] * (fill**6 * np.float32(0.3))[..., None] * colors[1]
        return np.asarray(np.clip(body, 0, 1))


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


def _get_gap(first: Color, second: Color) -> float:
    return abs((get_hue(first) - get_hue(second) + 180) % 360 - 180)


def _raise(field: Field, doublings: int) -> Field:
    """Return the field to the power of 2**doublings."""
    for _ in range(doublings):
        field = field * field
    return field
