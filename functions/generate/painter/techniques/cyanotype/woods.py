"""A print from a negative: bare trees, dark on pale."""

import numpy as np

from generate.painter.kit.fields import blur, smoothstep
from generate.painter.kit.marks import Drawing
from generate.painter.kit.types import Sheet
from generate.painter.scene import Scene
from generate.painter.techniques.cyanotype.paper import Print
from generate.painter.techniques.cyanotype.plants import draw_tree


def paint_forest(scene: Scene) -> Sheet:
    """Bare trees, row behind row, fainter and fainter; at night, under a moon."""
    rng = scene.rng
    x, y = scene.grid
    night, mist = scene.time == "night", scene.weather == "mist"
    sky = 0.10 + 0.22 * smoothstep(y, 0.6, 0.0) + 0.10 * (scene.make_noise(3, 3, aspect=2) - 0.5)
    if night:
        sky = 0.62 + 0.28 * smoothstep(y, 0.8, 0.0) - 0.10 * scene.make_noise(3, 3, aspect=2)
        moon_x, moon_y = rng.uniform(0.3, 0.7), rng.uniform(0.24, 0.34)
        distance = np.hypot(x - moon_x, y - moon_y)
        sky = sky - 0.35 * np.exp(-((distance / 0.22) ** 2))
        sky = sky * (1 - smoothstep(distance, 0.103, 0.099))
    tone = sky
    for layer, (ground, height, width, count) in enumerate(
        ((0.72, 0.50, 0.016, 7), (0.80, 0.68, 0.026, 4), (0.95, 1.02, 0.052, 2))
    ):
        drawing = Drawing(scene.size)
        places = (np.arange(count) + rng.uniform(0.2, 0.8, count)) / count
        if layer == 2:
            places = np.array([rng.uniform(0.08, 0.24), rng.uniform(0.76, 0.92)])[: 1 + round(scene.energy)]
        for place in places:
            draw_tree(
                drawing, rng, (float(place), ground), height * rng.uniform(0.85, 1.1), width * rng.uniform(0.8, 1.2)
            )
        trees = blur(drawing.to_mask(), 0.0032 - 0.0013 * layer)
        land = smoothstep(y - ground + 0.02 - 0.05 * (scene.make_noise(3, 2)[len(y) // 2][None] - 0.5), -0.004, 0.01)
        strength = (0.32, 0.62, 0.97)[layer] if not mist else (0.15, 0.40, 0.92)[layer]
        snow = 0.25 if scene.weather == "snow" else 1.0
        dark = np.maximum(trees, land * snow * (0.55 if layer < 2 else 0.8))
        target = 0.98 if not night else 1.0
        tone = tone + (target - tone) * dark * strength
        if scene.weather == "snow":
            tone = tone * (1 - 0.75 * land * (0.5 + 0.2 * layer))
        fog = np.exp(-(((y - ground) / (0.16 if mist else 0.07)) ** 2)) * (0.75 if mist else 0.35) * (layer < 2)
        tone = tone * (1 - fog * (0.4 + 0.6 * scene.make_noise(4, 3, aspect=4)))
    paper = Print(scene)
    if scene.weather == "snow":
        flakes = Drawing(scene.size)
        for flake_x, flake_y, far in rng.random((420, 3)):
            flakes.disc(flake_x, flake_y, 0.0016 + 0.0042 * far**3, 0.6 + 0.4 * far)
        tone = tone * (1 - 0.95 * blur(flakes.to_mask(), 0.0008))
    paper.light = np.clip(tone, 0, 1).astype(np.float32)
    return paper.develop()
