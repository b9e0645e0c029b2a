"""Gradients behind ribs of one direction or one center."""

import numpy as np

from generate.painter.kit.fields import sample, smoothstep
from generate.painter.kit.sheets import shade
from generate.painter.kit.types import Sheet
from generate.painter.scene import Scene
from generate.painter.techniques.glass.optics import (
    bend_ribs,
    choose_count,
    choose_points,
    count_ribs,
    look_through,
    mix_mesh,
)


def paint_ribs(scene: Scene) -> Sheet:
    """Upright ribs before a gradient with one glowing point and a dark third."""
    sheet = mix_mesh(scene, choose_points(scene))
    return look_through(scene, sheet, count_ribs(scene, 9, 20), axis=1)


def paint_rings(scene: Scene) -> Sheet:
    """Concentric ribs, like a lens or the grooves of a record, before a gradient."""
    sheet = mix_mesh(scene, choose_points(scene, dark_y=0.95))
    x, y = scene.grid
    center_x, center_y = 0.5 + scene.rng.uniform(-0.2, 0.2), 0.5 + scene.rng.uniform(-0.12, 0.12)
    distance = np.hypot(x - center_x, y - center_y) + np.float32(1e-4)
    push, light = bend_ribs(distance * choose_count(scene, 10, 18), 1 / choose_count(scene, 10, 18))
    sheet = sample(sheet, x - push * (x - center_x) / distance, y - push * (y - center_y) / distance)
    return shade(sheet, light * (1 + 0.25 * ((x - center_x) * (y - center_y) / (distance * distance))))


def paint_pleats(scene: Scene) -> Sheet:
    """Broad slanting pleats, each from light to dark, before a gradient."""
    sheet = mix_mesh(scene, choose_points(scene))
    x, y = scene.grid
    lean = float(scene.rng.choice((-1, 1)) * scene.rng.uniform(0.45, 0.8))
    count = choose_count(scene, 4, 8)
    phase = (x * np.cos(lean) + y * np.sin(lean) + 0.03 * np.sin(5 * (y * np.cos(lean) - x * np.sin(lean)))) * count
    part = phase % 1
    push = (part - 0.5) * np.float32(2.4 / count)
    sheet = sample(sheet, x - push * np.float32(np.cos(lean)), y - push * np.float32(np.sin(lean)))
    fold = smoothstep(part, 0, 0.012) * smoothstep(part, 1.0, 0.985)
    return shade(sheet, (0.62 + 0.52 * part) * (0.75 + 0.25 * fold) + 0.12 * np.exp(-(((part - 0.93) / 0.03) ** 2)))
