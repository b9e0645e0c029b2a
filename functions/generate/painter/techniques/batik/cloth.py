"""What the batiks share: the dyes, the cloth, wax that cracks."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from generate.painter.kit.character import is_somber, measure_age
from generate.painter.kit.color import (
    choose_dark_hue,
    choose_hue,
    get_chroma,
    get_lightness,
    is_gray,
    is_yellow,
    tint,
    tone,
)
from generate.painter.kit.fields import blur, make_noise, sample, smoothstep
from generate.painter.kit.marks import Drawing
from generate.painter.kit.sheets import lay_over, make_sheet, shade
from generate.painter.kit.types import Color, Field, Mask, Sheet
from generate.painter.scene import Scene

_THREADS = 230


@dataclass(frozen=True)
class Dyes:
    """The undyed cloth, the first bath, the deep last bath, and a color that is painted on by hand."""

    cloth: Color
    middle: Color
    deep: Color
    touch: Color


def mix_dyes(scene: Scene) -> Dyes:
    """Return the dyes: the last bath is the palette's deep color, an old cloth has faded."""
    age, somber = measure_age(scene.decade), is_somber(scene.mood)
    own = scene.inks.by_prominence
    bold = [color for color in own if not is_yellow(color) and not is_gray(color)] or own
    darkest = choose_dark_hue(scene.inks.by_lightness)
    level = 0.25 + 0.06 * age - 0.04 * somber
    deep = tint(darkest, level, min(0.12, max(0.05, get_chroma(darkest) * 1.3)), 2.0)
    first = bold[0] if not is_gray(bold[0]) else scene.inks.by_lightness[len(scene.inks.by_lightness) // 2]
    middle = tint(first, 0.58 - 0.05 * somber, min(0.16, get_chroma(first) * 1.1), 1.8)
    other = next((color for color in own if color is not first), first)
    touch_level = float(np.clip(get_lightness(other), 0.72, 0.86))
    touch = tint(other, touch_level, min(0.17, max(0.05, get_chroma(other) * 1.1)), 1.8)
    cloth = tone(choose_hue(scene.inks.by_lightness[::-1]), 0.93 - 0.05 * age, 0.0, 0.02 + 0.03 * age)
    return Dyes(cloth, middle, deep, touch)


def dye(scene: Scene, dyes: Dyes, first_wax: Field, second_wax: Field, touched: Field | None = None) -> Sheet:
    """Return the cloth after both baths.

    `first_wax`: keeps the cloth light. `second_wax`: laid after the first bath, keeps the middle color. `touched`:
    light places that are painted by hand.
    """
    x, y = scene.grid
    shake = 0.0035 * (scene.make_noise(30, 3) - 0.5)
    waxes = [_settle(mask, x + shake, y - shake) for mask in (first_wax, second_wax)]
    light, remaining = waxes[0], np.maximum(*waxes)
    uneven = 0.80 + 0.28 * scene.make_noise(4, 4)
    sheet = make_sheet(scene.size, dyes.cloth)
    if touched is not None:
        sheet = lay_over(sheet, _settle(touched, x + shake, y - shake), dyes.touch, 0.95)
    sheet = lay_over(sheet, np.asarray((1 - light) * np.clip(uneven + 0.08, 0, 1), np.float32), dyes.middle)
    # Dye creeps below the edge of the wax.
    creep = 0.22 * np.clip(blur(1 - remaining, 0.005) * 2 - 0.2, 0, 1) * remaining
    sheet = lay_over(sheet, np.asarray((1 - remaining) * np.clip(uneven + 0.10, 0, 1) + creep, np.float32), dyes.deep)
    veins = crack(scene) * remaining * smoothstep(scene.make_noise(5, 2), 0.22, 0.70)
    sheet = lay_over(sheet, np.asarray(veins, np.float32), dyes.deep, 0.78)
    return shade(sheet, _weave(scene))


def crack(scene: Scene) -> Mask:
    """Return the veins of broken wax: long jagged lines with branches, more of them for wild music."""
    rng, drawing = scene.rng, Drawing(scene.size)
    leaning = rng.uniform(0, np.pi)
    for _ in range(80 + round(130 * scene.energy)):
        place, heading = rng.uniform(-0.05, 1.05, 2), leaning + rng.choice((0, np.pi / 2)) + rng.normal(0, 0.5)
        steps = int(rng.integers(5, 20))
        turns = heading + np.cumsum(rng.normal(0, 0.28, steps))
        path = place + np.cumsum(np.stack([np.cos(turns), np.sin(turns)], axis=1) * 0.020, axis=0)
        drawing.line(path, rng.choice((0.0010, 0.0014, 0.0022)), rng.uniform(0.5, 1))
        branch = path[int(rng.integers(steps))]
        turn = turns[-1] + rng.choice((-1, 1)) * rng.uniform(0.6, 1.3)
        reach = rng.uniform(0.02, 0.08)
        drawing.line([branch, branch + reach * np.array([np.cos(turn), np.sin(turn)])], 0.0012, 0.7)
    return blur(drawing.to_mask(), 0.0006)


def fill_dots(x: Field, y: Field, gap: float, radius: Field | float) -> Mask:
    """Return dots on a grid whose every second row is moved by half a gap; lengths in the units of x and y."""
    row = np.floor(y / gap)
    across = (x / gap + 0.5 * (row % 2)) % 1 - 0.5
    down = (y / gap) % 1 - 0.5
    return fill(np.hypot(across, down) * gap - radius, x)


def fill(distance: NDArray[np.floating], x: Field) -> Mask:
    """Return how much of each pixel is where a distance is negative, in the units of the coordinate x."""
    pixel = np.maximum(np.abs(np.diff(x[:1, :4], axis=1)).min(), 1e-4)
    return np.asarray(np.clip(0.5 - distance / pixel, 0, 1), np.float32)


def _settle(mask: Field, x: Field, y: Field) -> Mask:
    """Return wax as it lies on cloth: its edge a little soft and uneven."""
    return smoothstep(blur(sample(np.asarray(mask, np.float32), x, y), 0.0014), 0.15, 0.85)


def _weave(scene: Scene) -> Field:
    """Return the cloth's threads and its folds as a brightness."""
    steps = np.linspace(0, _THREADS - 1, scene.size)
    rows, columns = (np.interp(steps, np.arange(_THREADS), scene.rng.normal(0, 1, _THREADS)) for _ in range(2))
    threads = 0.010 * (rows[:, None] + columns[None, :])
    folds = 0.10 * (make_noise(scene.rng, scene.size, 2.5, 3) - 0.5)
    return np.asarray(1 + threads + folds, np.float32)
