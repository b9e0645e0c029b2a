"""Exposure, development and print."""

import numpy as np

from generate.painter.kit.color import blend, choose_dark_hue, mix, ramp, tint, tone
from generate.painter.kit.fields import blur, make_grid, resize, sample, shift, smoothstep
from generate.painter.kit.marks import draw_marks
from generate.painter.kit.shapes import fill_inside, get_normals, inflate
from generate.painter.kit.types import Field, Mask, Sheet
from generate.painter.scene import Scene

GLOOMY = ("dark", "melancholic")


def halve(mask: Mask) -> Mask:
    """Return the mask at half the size."""
    return resize(mask, max(96, len(mask) // 2))


def enlarge(mask: Mask, scale: float) -> Mask:
    """Return the mask seen closer, about its middle."""
    x, y = make_grid(len(mask))
    return sample(mask, 0.5 + (x - 0.5) / scale, 0.5 + (y - 0.5) / scale)


def light_form(motif: Mask, floor: float = 0.32) -> Field:
    """Return the motif lit as a rounded body from the upper left, its dark side at `floor`."""
    normal_x, normal_y, _ = get_normals(blur(inflate(fill_inside(motif), 0.10), 0.016), 0.30)
    return np.asarray(motif * (floor + np.clip(0.42 - 0.65 * normal_x - 0.7 * normal_y, 0, 1) ** 1.2), np.float32)


def defocus(light: Field, radius: float) -> Field:
    """Return light through a soft lens: an image and a wider halo."""
    return np.asarray(0.68 * blur(light, radius) + 0.32 * blur(light, radius * 4), np.float32)


def smear(light: Field, dx: float, dy: float) -> Field:
    """Return light that moved by (dx, dy) and was brightest at first: running means of doubled lengths."""
    steps = 7
    mean, total = light, np.zeros_like(light)
    for step in range(steps):
        part = 2.0 ** (step - steps)
        mean = 0.5 * (mean + shift(mean, dx * part, dy * part))
        total += mean * np.float32(1 / steps)
    return total


def develop(scene: Scene, light: Field, under: Field, halo: float = 0.22) -> Sheet:
    """Map the exposures to the palette: the first hue for `light`, the second for `under`, white where it burns."""
    inks = scene.inks
    first, second = inks.by_prominence[0], choose_dark_hue(inks.by_prominence[1:] or inks.by_prominence)
    light = light + halo * blur(light, 0.05)
    exposure = 0.66 if scene.mood in GLOOMY else 0.78
    darkest = tint(inks.by_lightness[0], 0.16, 0.07)
    burnt = tone(inks.by_lightness[-1], 0.98, 0.0, 0.03)
    middle = [tint(first, 0.44, 0.19), tint(first, 0.67, 0.2), tint(first, 0.87, 0.09)]
    sheet = ramp(exposure * light, [darkest, *middle, burnt])
    back = [darkest, mix(tint(second, 0.34, 0.14), darkest, 0.2), tint(second, 0.52, 0.15), tint(second, 0.76, 0.12)]
    # The first exposure covers the second as it grows: their mixture would be a hue that neither has.
    return blend(ramp(under, back), sheet, smoothstep(light, 0.02, 0.30))


def finish(scene: Scene, sheet: Sheet) -> Sheet:
    """Enlarge the sheet; add vignette, grain and dust, more of them the older the film is."""
    size = scene.size
    half = len(sheet)
    x, y = make_grid(half)
    sheet = sheet * (1 - 0.4 * smoothstep(np.hypot(x - 0.5, y - 0.5), 0.35, 0.78))[..., None]
    age = float(np.clip((2000 - scene.decade) / 40, 0, 1)) if scene.decade else 0.5
    grain = scene.rng.standard_normal((half, half)).astype(np.float32)
    sheet = sheet * (1 - 0.05 * age) + 0.05 * age * scene.inks.pale
    sheet = sheet + ((0.024 + 0.016 * age) * grain * (1.15 - sheet[..., 1]))[..., None]
    dust = draw_marks(scene.rng, round(8 + 26 * age), x * 6.3, np.full((half, half), 0.8, np.float32), 0.02, 0.002)
    return resize(np.asarray(np.clip(sheet + 0.4 * dust[..., None], 0, 1), np.float32), size)
