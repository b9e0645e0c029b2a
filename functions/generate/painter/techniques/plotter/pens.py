"""What the plotter's layouts share: the paper, the pens, lines of constant width."""

from dataclasses import dataclass

import numpy as np

from generate.painter.kit.character import is_somber, measure_age
from generate.painter.kit.color import choose_dark_hue, choose_hue, get_chroma, get_lightness, tint, tone
from generate.painter.kit.fields import get_slope, smoothstep
from generate.painter.kit.sheets import lay_over, make_sheet, shade
from generate.painter.kit.types import Color, Field, Mask, Sheet
from generate.painter.scene import Scene


@dataclass(frozen=True)
class Pens:
    """The paper's color, the main pen and the colored pens, the strongest first; `is_dark`: pens on black paper."""

    ground: Color
    main: Color
    colors: list[Color]
    is_dark: bool


def choose_pens(scene: Scene) -> Pens:
    """Return the paper and the pens: black paper for a somber mood or a dark artwork, an older one is yellower."""
    own = scene.inks.by_prominence
    is_dark = is_somber(scene.mood) or get_lightness(scene.inks.palette[0]) < 0.35
    age = measure_age(scene.decade)
    light = tone(choose_hue(scene.inks.by_lightness[::-1]), 0.955 - 0.04 * age, 0.0, 0.014 + 0.03 * age)
    dark = tint(choose_dark_hue(scene.inks.by_lightness), 0.19, 0.022, 1.2)
    colors = []
    for index in range(min(4, len(own))):
        color = own[index]
        level = get_lightness(scene.inks.get_accent(index))
        level = max(level, 0.62) if is_dark else min(level, 0.80)
        colors.append(tint(color, level, min(0.2, max(0.06, get_chroma(color) * 1.15)), 1.9))
    return Pens(dark, light, colors, True) if is_dark else Pens(light, dark, colors, False)


def choose_strong(pens: Pens) -> Color:
    """Return the first colored pen that stands out from the paper, or the main one."""
    level = get_lightness(pens.ground)
    return next((color for color in pens.colors if abs(get_lightness(color) - level) > 0.2), pens.main)


def lay_ground(scene: Scene, pens: Pens) -> Sheet:
    """Return the paper."""
    grain = 1 + 0.012 * (scene.make_noise(120, 2) - 0.5)
    return shade(make_sheet(scene.size, pens.ground), np.asarray(grain, np.float32))


def draw_levels(values: Field, spacing: float, width: Field | float) -> Mask:
    """Return lines at the levels of a smooth field, `spacing` apart in its values and at most `width` wide."""
    across, down = get_slope(values)
    slope = np.hypot(across, down) + np.float32(1e-3)
    # Where the levels crowd, the pen is finer: lines stay apart.
    width = np.minimum(width, np.float32(0.45 * spacing) / slope)
    distance = np.abs((values / spacing + 0.5) % 1 - 0.5) * spacing / slope
    return np.asarray(np.clip((width / 2 - distance) * len(values) + 0.5, 0, 1), np.float32)


def draw_with(scene: Scene, sheet: Sheet, mask: Mask, pen: Color) -> Sheet:
    """Return the sheet with a pen's marks; an old pen ran dry here and there."""
    dry = 0.16 * measure_age(scene.decade) * smoothstep(scene.make_noise(40, 2), 0.45, 0.95)
    return lay_over(sheet, np.asarray(mask * (1 - dry), np.float32), pen)
