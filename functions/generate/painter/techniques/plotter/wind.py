"""Pen lines that part around the motif."""

import numpy as np

from generate.painter.kit.fields import blur, make_noise, smoothstep
from generate.painter.kit.shapes import fill_inside, measure_distance
from generate.painter.kit.types import Field, Sheet
from generate.painter.scene import Scene
from generate.painter.techniques.plotter.pens import choose_pens, choose_strong, draw_levels, draw_with, lay_ground


def paint_wind(scene: Scene) -> Sheet:
    """A wind of pen lines that parts around the motif, which is filled in one color."""
    x, y = scene.grid
    rng, pens = scene.rng, choose_pens(scene)
    motif = scene.place_motif(0.5, 0.5, 0.74, 0.70, turn=float(rng.uniform(-5, 5)))
    body = fill_inside(motif)
    outside = np.maximum(-measure_distance(body), 0)
    tilt = rng.uniform(-0.35, 0.35)
    level = y + tilt * (x - 0.5) + (0.03 + 0.10 * scene.energy) * (make_noise(rng, scene.size, 2, 2, 0.4) - 0.5)
    middle = float((level * body).sum() / max(float(body.sum()), 1.0))
    # On the outline the stream function has one value, far from it that of an even flow.
    reach = np.maximum(0.11, np.abs(level - middle) / 1.3)
    stream: Field = blur(np.asarray(middle + (level - middle) * outside / (outside + reach), np.float32), 0.003)
    spacing = 0.0185 - 0.004 * scene.energy
    width = 0.0047 + 0.0026 * make_noise(rng, scene.size, 3, 2)
    lines = draw_levels(stream, spacing, width) * smoothstep(outside, 0.008, 0.012)
    sheet = lay_ground(scene, pens)
    third = np.floor(stream / spacing + 0.5) % 5 == 2
    sheet = draw_with(scene, sheet, np.asarray(lines * ~third, np.float32), pens.main)
    sheet = draw_with(scene, sheet, np.asarray(lines * third, np.float32), pens.colors[1 % len(pens.colors)])
    return draw_with(scene, sheet, motif, choose_strong(pens))
