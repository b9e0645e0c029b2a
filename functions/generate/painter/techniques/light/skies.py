"""Long exposures of the night sky over a dark land."""

import numpy as np

from generate.painter.kit.color import BLACK, mix
from generate.painter.kit.fields import make_noise, smoothstep
from generate.painter.kit.marks import Drawing
from generate.painter.kit.sheets import lay_over
from generate.painter.kit.types import Field, Mask, Sheet
from generate.painter.scene import Scene
from generate.painter.techniques.light.plate import Plate, choose_darkness, develop


def paint_aurora(scene: Scene) -> Sheet:
    """Curtains of light that fold across the sky."""
    rng = scene.rng
    plate = Plate(scene)
    count = 500_000
    for curtain in range(2 + round(1.4 * scene.energy)):
        phases = rng.uniform(0, 2 * np.pi, 5).astype(np.float32)
        along = rng.random(count, np.float32) * np.float32(1.6) - np.float32(0.3)
        fold = np.float32(0.07 + 0.05 * scene.energy)
        x = along + fold * np.sin(9 * along + phases[0]) + np.float32(0.6) * fold * np.sin(17 * along + phases[1])
        base = np.float32(0.60 - 0.11 * curtain) + np.float32(0.08) * np.sin(3.3 * along + phases[2])
        base += np.float32(0.035) * np.sin(9 * along + phases[0] + np.float32(1.6))
        # Rays: brightness and height vary along the curtain.
        rays = np.sin(61 * along + phases[3]) * np.sin(143 * along + phases[4]) * np.float32(0.5) + np.float32(0.5)
        height = rng.exponential(1, count).astype(np.float32) * (np.float32(0.09) + np.float32(0.11) * rays)
        sink = np.abs(rng.standard_normal(count, np.float32)) * np.float32(0.006)
        plate.add(
            x - np.float32(0.12) * height, base - height + sink, np.clip(height * 5 - 0.2, 0, 1), 0.35 + 0.65 * rays
        )
    _add_stars(scene, plate, 240)
    light, shades = plate.read(1.3, 99.5)
    return _put_land(scene, light, shades)


def paint_stars(scene: Scene) -> Sheet:
    """Star trails around the pole."""
    rng = scene.rng
    plate = Plate(scene)
    stars, count = 420, 1_400_000
    pole_x, pole_y = rng.uniform(0.3, 0.7), rng.uniform(0.42, 0.62)
    radius = (1.05 * np.sqrt(rng.random(stars))).astype(np.float32)
    start, brightness = (
        rng.uniform(0, 2 * np.pi, stars).astype(np.float32),
        (0.15 + rng.random(stars) ** 3).astype(np.float32),
    )
    shade = rng.random(stars).astype(np.float32) ** 2
    star = rng.choice(stars, count, p=radius / radius.sum())
    sweep = np.float32(0.5 + 1.3 * scene.energy)
    angle = start[star] + sweep * rng.random(count, np.float32)
    wide = rng.normal(0, 0.0007, count).astype(np.float32)
    x = np.float32(pole_x) + (radius[star] + wide) * np.cos(angle)
    y = np.float32(pole_y) + (radius[star] + wide) * np.sin(angle)
    plate.add(x, y, shade[star], brightness[star])
    light, shades = plate.read(0.5, 99.7)
    return _put_land(scene, light, shades)


def _put_land(scene: Scene, light: Field, shades: Field) -> Sheet:
    """Develop the sky, brighter towards the horizon, behind a dark land."""
    _, down = scene.grid
    sky = develop(scene, light + np.float32(0.30) * smoothstep(down, 0.25, 0.95) + np.float32(0.05), shades)
    return lay_over(sky, _draw_land(scene), mix(choose_darkness(scene), BLACK, 0.4))


def _add_stars(scene: Scene, plate: Plate, count: int) -> None:
    x, y, light = scene.rng.random((3, count))
    jitter = scene.rng.normal(0, 0.0007, (2, 60, count))
    shape = np.broadcast_to((light**4).astype(np.float32), (60, count)).ravel()
    plate.add((x + jitter[0]).ravel().astype(np.float32), (y + jitter[1]).ravel().astype(np.float32), shape * 0, shape)


def _draw_land(scene: Scene) -> Mask:
    """Return the dark land: mountains, hills with fir trees, or hills."""
    rng, size = scene.rng, scene.size
    x, y = scene.grid
    steep = scene.place == "mountains"
    rough = make_noise(rng, 256, 3 if steep else 2, 6 if steep else 2, 0.52)[120]
    ridge = 0.93 - (0.34 if steep else 0.10) * rough
    line = np.interp(x[0], np.linspace(0, 1, 256), ridge).astype(np.float32)
    land = smoothstep(y - line[None], -0.0012, 0.0012)
    if scene.place == "forest":
        firs = Drawing(size)
        for place, tall, slim in rng.random((90, 3)):
            foot = float(np.interp(place, np.linspace(0, 1, 256), ridge)) + 0.02
            _draw_fir(firs, rng, float(place), foot, 0.05 + 0.15 * tall**2, 0.30 + 0.12 * slim)
        land = np.maximum(land, firs.to_mask())
    return np.asarray(land, np.float32)


def _draw_fir(firs: Drawing, rng: np.random.Generator, x: float, foot: float, height: float, breadth: float) -> None:
    tiers = 7
    for tier in range(tiers):
        top = foot - height * (1 - tier / (tiers + 1.5))
        half = height * breadth * 0.5 * (tier + 1) / tiers * rng.uniform(0.8, 1.15)
        firs.polygon([(x, top), (x + half, top + height * 0.24), (x - half, top + height * 0.24)])
