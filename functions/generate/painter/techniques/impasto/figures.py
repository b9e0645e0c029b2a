"""Oil paintings of the motif: as large as the canvas, and dark before a great sun."""

import numpy as np

from generate.painter.kit.color import blend, mix, ramp, tone
from generate.painter.kit.fields import blur, get_slope, smoothstep
from generate.painter.kit.shapes import fill_inside, get_normals, inflate
from generate.painter.kit.types import Sheet
from generate.painter.scene import Scene
from generate.painter.techniques.impasto.canvas import (
    BRUSHES,
    Brush,
    make_goal_grid,
    make_goal_noise,
    mix_oils,
    paint_over,
    shrink,
)

# Around a figure the last brush is finer.
_FINE = (*BRUSHES, Brush(0.0105, 0.032, 0.0075, 1.0))


def paint_bloom(scene: Scene) -> Sheet:
    """The motif as large as the canvas, modeled in thick strokes along its form, before arcs in another color."""
    x, y = make_goal_grid()
    oils, drift = mix_oils(scene), make_goal_noise(scene, 3)
    motif = scene.place_motif(0.5, 0.5, 0.98, 0.98, turn=float(scene.rng.uniform(-5, 5)))
    ink = shrink(motif)
    body = fill_inside(ink)
    center_x, center_y = 0.5 + scene.rng.uniform(-0.2, 0.2), 0.5 + scene.rng.uniform(-0.2, 0.2)
    radius = np.hypot(x - center_x, y - center_y)
    rings = 0.5 + 0.5 * np.sin(34 * radius + 5 * drift)
    ground = ramp(
        np.asarray(np.clip(0.75 - 0.7 * radius + 0.30 * (rings - 0.5), 0, 1), np.float32),
        [tone(oils.second, 0.20), tone(oils.second, 0.32), tone(oils.second, 0.44)],
    )
    height = blur(inflate(body, 0.09), 0.008)
    across, down, _ = get_normals(height, 0.3)
    light = 0.62 - 0.55 * across - 0.60 * down + 0.25 * (drift - 0.5)
    form = ramp(
        np.asarray(np.clip(light, 0, 1), np.float32),
        [tone(oils.first, 0.50), oils.first, tone(oils.first, 0.78), mix(oils.first, oils.pale, 0.75), oils.pale],
    )
    goal = blend(ground, np.broadcast_to(tone(oils.second, 0.20), ground.shape), body)
    goal = blend(goal, form, ink)
    steep, fall = get_slope(height)
    angle = np.where(
        body > 0.5, np.arctan2(fall, steep) + np.pi / 2, np.arctan2(y - center_y, x - center_x) + np.pi / 2
    )
    return paint_over(scene, goal, np.asarray(angle, np.float32), _FINE)


def paint_sower(scene: Scene) -> Sheet:
    """The motif dark on the rim of a field, an enormous sun rising behind it, its light in rings."""
    x, y = make_goal_grid()
    rng, oils, drift = scene.rng, mix_oils(scene), make_goal_noise(scene, 3)
    ground = 0.80
    sun_x, sun_y, radius = 0.5 + rng.uniform(-0.08, 0.08), rng.uniform(0.42, 0.50), rng.uniform(0.30, 0.36)
    distance = np.hypot(x - sun_x, y - sun_y)
    rings = 0.5 + 0.5 * np.sin(distance * 60 + 3 * drift)
    sky = ramp(
        np.asarray(np.clip((distance - radius) / 0.45 + 0.25 * (rings - 0.5), 0, 1), np.float32),
        [tone(oils.second, 0.80), tone(oils.second, 0.66), oils.second],
    )
    light = 0.90 if rng.random() < 0.5 else 0.84
    disc = ramp(
        np.asarray(np.clip(distance / radius + 0.20 * (rings - 0.5), 0, 1), np.float32),
        [oils.pale, tone(oils.first, light), tone(oils.first, light - 0.10)],
    )
    goal = blend(sky, disc, smoothstep(distance, radius, radius * 0.985))
    rows = np.arctan2(y - ground + 0.12, x - sun_x)
    furrow = 0.5 + 0.5 * np.sin(rows * 30)
    land = ramp(np.asarray(furrow, np.float32), [oils.dark, tone(oils.dark, 0.32), tone(oils.second, 0.48)])
    soil = smoothstep(y + 0.02 * np.sin(7 * x + 6 * drift), ground, ground + 0.01)
    goal = blend(goal, land, soil)
    motif = shrink(scene.place_motif(0.5, ground - 0.34, 0.84, 0.72, stands=True))
    shape = ramp(
        np.asarray(np.clip(0.5 + 0.8 * (drift - 0.5) - 0.3 * (y - 0.5), 0, 1), np.float32),
        [tone(oils.dark, 0.16), oils.dark, tone(oils.dark, 0.34)],
    )
    goal = blend(goal, shape, motif)
    angle = np.arctan2(y - sun_y, x - sun_x) + np.pi / 2
    angle = np.where(soil > 0.5, rows, angle)
    angle = np.where(motif > 0.5, np.pi / 2 + 0.4 * np.sin(9 * x + 5 * drift), angle)
    return paint_over(scene, goal, np.asarray(angle, np.float32), _FINE)
