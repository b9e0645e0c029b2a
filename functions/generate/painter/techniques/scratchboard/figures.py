"""Scratchboards of a motif."""

import numpy as np

from generate.painter.kit.character import is_somber
from generate.painter.kit.fields import blur, smoothstep
from generate.painter.kit.marks import draw_marks
from generate.painter.kit.shapes import measure_distance
from generate.painter.kit.types import Sheet
from generate.painter.scene import Scene
from generate.painter.techniques.scratchboard.scratching import draw_disc, draw_stars, finish, light_form, scratch


def paint_emerge(scene: Scene) -> Sheet:
    """The motif, huge and cropped, comes out of the dark with one side lit."""
    x, y = scene.grid
    motif = scene.place_motif(0.53, 0.53, 1.10, 1.10)
    below = is_somber(scene.mood)
    light, angle, body = light_form(motif, (-0.75, 0.55 if below else -0.45, 0.44))
    lamp_y = 0.95 if below else 0.08
    glow = np.exp(-((x - 0.08) ** 2 + (y - lamp_y) ** 2) / (0.75 - 0.2 * below))
    light = np.clip(light * glow * 1.6 + 0.06 * body, 0, 1)
    depth = measure_distance(body)
    rim = np.exp(-(((depth - 0.004) / 0.0032) ** 2)) * smoothstep(light, 0.10, 0.32) * (scene.make_noise(40, 1) > 0.2)
    scratches = np.maximum(scratch(scene, light, angle, count=34000, coarseness=0.85) * (depth > 0), rim)
    return finish(
        scene, np.asarray(scratches, np.float32), (0.75 * np.clip(1.2 * glow - 0.35, 0, 1)).astype(np.float32)
    )


def paint_moon(scene: Scene) -> Sheet:
    """The motif, black before a huge scratched moon, its edge just lit."""
    x, y = scene.grid
    motif = scene.place_motif(0.5, 0.55, 0.80, 0.70)
    moon_x, moon_y, radius = 0.5 + scene.rng.uniform(-0.05, 0.05), 0.49, 0.43
    distance = np.hypot(x - moon_x, y - moon_y)
    outside = -measure_distance(motif)
    clear = smoothstep(outside, 0.002, 0.008)
    across = 0.5 + 2.2 * (x - moon_x) + 0.6 * np.sin(9 * (y - moon_y))
    around = np.arctan2(y - moon_y, x - moon_x) + np.pi / 2
    disc = draw_disc(scene, distance, radius, np.asarray(across, np.float32)) * clear
    beyond = distance > radius + 0.016
    halo = (0.30 + 0.25 * scene.energy) * np.exp(-(distance - radius).clip(0) / 0.09)
    near = 0.95 * np.exp(-np.clip(outside - 0.035, 0, 1) / 0.03)
    light, form, body = light_form(motif, (-0.55, 0.6 if is_somber(scene.mood) else -0.6, 0.1))
    edge = 0.55 * light * np.exp(-(((outside + 0.012) / 0.014) ** 2)) * (motif > 0.5)
    light = np.where(body * (motif > 0.5) > 0.5, edge, np.maximum(halo, near) * beyond * clear)
    scratches = scratch(scene, np.clip(light, 0, 1).astype(np.float32), np.where(body > 0.5, form, around), count=14000)
    scratches = np.maximum(scratches * (beyond | (motif > 0.5)), disc)
    stars = draw_stars(scene, 120, 1.0) * (distance > radius + 0.12) * clear
    return finish(scene, np.maximum(scratches, stars), 0.9 * np.exp(-((distance / 0.5) ** 2)))


def paint_rain(scene: Scene) -> Sheet:
    """The motif, white, under a storm of slanting scratches that break at its outline."""
    x, y = scene.grid
    motif = scene.place_motif(0.5, 0.55, 0.86, 0.80, stands=True)
    light, form, body = light_form(motif, (-0.55, -0.55, 0.62))
    outside = -measure_distance(body)
    clear = smoothstep(outside, 0.012, 0.07)
    gusts = smoothstep(scene.make_noise(3, 3, aspect=0.6), 0.30, 0.75)
    slant = np.asarray(1.85 + 0.2 * (scene.make_noise(2, 2) - 0.5), np.float32)
    storm = np.asarray((0.12 + 0.55 * gusts) * (0.5 + 0.8 * scene.energy) * clear, np.float32)
    drops = draw_marks(scene.rng, 600, slant, storm * (y < 0.95), 0.16, 0.0072, jitter=0.02, bluntness=0.7)
    ground = smoothstep(y, 0.93, 0.96) * 0.7 * clear
    light = np.where(body > 0.5, np.clip(0.12 + light * 1.35, 0, 1) * (motif > 0.5), ground)
    angle = np.where(body > 0.5, form, 0.05 * np.sin(9 * x))
    rim = np.exp(-(((-outside - 0.004) / 0.0036) ** 2)) * (scene.make_noise(40, 1) > 0.15)
    scratches = np.maximum(
        scratch(scene, np.asarray(light, np.float32), angle, count=9000, coarseness=1.65), np.maximum(rim, drops)
    )
    tint = np.where(body > 0.5, 0.1, 0.9)
    return finish(scene, np.asarray(scratches, np.float32), blur(tint.astype(np.float32), 0.004), fall=False)
