"""Photographs of a dusk, a street and nothing at all."""

import numpy as np

from generate.painter.kit.color import blend, from_linear, tint, to_linear, tone
from generate.painter.kit.fields import blur, make_grid, make_noise, smoothstep
from generate.painter.kit.marks import draw_marks
from generate.painter.kit.types import Sheet
from generate.painter.scene import Scene
from generate.painter.techniques.film.darkroom import (
    GLOOMY,
    develop,
    finish,
    halve,
    smear,
)


def paint_dusk(scene: Scene) -> Sheet:
    """The motif, dark against a low sun that burns into its outline."""
    stands = scene.motif is not None and scene.motif.stands
    side = float(scene.rng.choice((-1, 1)))
    motif = halve(
        scene.place_motif(0.5 - 0.06 * side, 0.52 if stands else 0.56, 0.92, 0.84 if stands else 0.92, stands=stands)
    )
    size = len(motif)
    x, y = make_grid(size)
    ground, sun_x = 0.86, 0.5 + side * scene.rng.uniform(0.10, 0.2)
    distance = np.hypot(x - sun_x, y - 0.40)
    light = 0.42 + 0.50 * smoothstep(distance, 0.75, 0.0) + 1.4 * smoothstep(distance, 0.25, 0.17)
    light *= 0.55 + 0.45 * smoothstep(y, 0, 0.5)
    if scene.place == "sea":
        glitter = make_noise(scene.rng, size, 44, 2, aspect=7) * np.exp(-(((x - sun_x) / (0.1 + y - ground)) ** 2))
        light = np.where(y > ground, 0.30 + 1.5 * smoothstep(glitter, 0.35, 0.8), light)
    elif scene.place == "meadow":
        blades = draw_marks(scene.rng, 900, np.full_like(y, -1.45), 1.0 * (y > 0.86), 0.22, 0.012, jitter=0.22)
        light *= 1 - 0.9 * np.maximum(blur(blades, 0.003), smoothstep(y, ground + 0.08, ground + 0.16))
    else:
        for layer in range(3):
            ridge = ground - 0.06 * (2 - layer) + 0.14 * (make_noise(scene.rng, size, 2 + layer, 3)[size // 2] - 0.5)
            light *= 1 - (0.15 + 0.04 * layer) * smoothstep(y - ridge, -0.004, 0.006)
    light = (light + 0.2 * blur(light, 0.03)) * (1 - 0.97 * blur(motif, 0.004))
    light += 0.10 * blur(light, 0.035) * smoothstep(distance, 0.40, 0.08)
    moved = smear(light, 0.03 * scene.energy, 0.0)
    return finish(scene, develop(scene, 0.5 * (light + moved), np.zeros_like(light), halo=0.05))


def paint_bokeh(scene: Scene) -> Sheet:
    """A street at night, out of focus: lamps become discs of light, and the wet road doubles them."""
    size = max(96, scene.size // 2)
    x, y = make_grid(size)
    rng, horizon = scene.rng, 0.60
    lights = np.zeros((size, size, 3), np.float32)
    inks = scene.inks.by_prominence
    accents = [tint(inks[index % len(inks)], 0.72, 0.2) for index in (0, 0, 1, 0, 2)]
    hues = [to_linear(color) for color in (*accents, tone(scene.inks.by_lightness[-1], 0.92))]
    for _ in range(round(46 + 50 * scene.energy)):
        depth, side = rng.random() ** 0.7, rng.choice((-1, 1))
        radius = 0.014 + 0.072 * (1 - depth) ** 1.5
        center_x = 0.52 + side * (0.05 + 0.55 * (1 - depth) * rng.uniform(0.6, 1.2)) + rng.normal(0, 0.03)
        center_y = horizon - 0.02 - abs(rng.normal(0, 0.12 + 0.30 * (1 - depth)))
        color = hues[int(rng.integers(len(hues)))]
        for mirrored in (False, True):
            middle = 2 * horizon - center_y if mirrored else center_y
            stretch, power = (2.6, 0.16) if mirrored else (1.0, 0.9)
            # Only the lamp's own part of the sheet.
            columns = _find_range(center_x, 1.05 * radius, size)
            rows = _find_range(middle, 1.05 * radius * stretch, size)
            distance = np.hypot(x[rows, columns] - center_x, (y[rows, columns] - middle) / stretch) / radius
            disc = smoothstep(distance, 1.04, 0.20 if mirrored else 0.90)
            disc *= 0.7 + 0.3 * smoothstep(distance, 0.5, 0.98)
            lights[rows, columns] += (power * disc)[..., None] * color
    deep = to_linear(scene.inks.deep)
    haze = np.exp(-np.abs(y - horizon) / 0.10)[..., None] * hues[0]
    lights += 0.10 * haze + deep + 0.5 * blur(lights, 0.06)
    exposure = 1.9 if scene.mood not in GLOOMY else 1.3
    sheet = from_linear(1 - np.exp(-exposure * lights.clip(0)))
    if scene.weather == "rain":
        slant = np.full((size, size), 1.9, np.float32)
        rain = draw_marks(rng, 600, slant, np.full_like(x, 0.5), 0.11, 0.0028, jitter=0.03)
        sheet = blend(sheet, np.broadcast_to(scene.inks.pale, sheet.shape), blur(0.6 * rain, 0.0013))
    return finish(scene, sheet)


def paint_burn(scene: Scene) -> Sheet:
    """The burnt end of a roll: a bare horizon, and light that eats in from the side."""
    size = max(96, scene.size // 2)
    x, y = make_grid(size)
    side, horizon = scene.rng.choice((-1, 1)), float(scene.rng.uniform(0.52, 0.68))
    swell = 0.02 * (make_noise(scene.rng, size, 4, 3, aspect=3) - 0.5)
    sky = 0.26 + 0.26 * smoothstep(y, 0, horizon)
    land = 0.05 + 0.12 * make_noise(scene.rng, size, 40, 2, aspect=16) * smoothstep(y, 1.05, horizon)
    light = sky + (land - sky) * smoothstep(y + swell, horizon - 0.012, horizon + 0.012)
    across = x if side < 0 else 1 - x
    flame = make_noise(scene.rng, size, 3, 3, gain=0.45) - 0.5
    reach = 0.20 + 0.14 * scene.energy
    burn = smoothstep(
        across + 0.55 * flame + 0.10 * np.sin(5 * y + scene.rng.uniform(0, 6)), reach + 0.42, reach - 0.36
    )
    light = light * (1 - 0.4 * burn) + 1.45 * burn**1.5
    return finish(scene, develop(scene, blur(light, 0.004), 0.9 * burn * (1 - burn)))


def _find_range(center: float, reach: float, size: int) -> slice:
    """Return the pixels within reach of a place on one axis."""
    return slice(max(0, int((center - reach) * size)), max(0, int((center + reach) * size) + 2))
