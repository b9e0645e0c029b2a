"""Prints of things: the motif."""

import numpy as np

from generate.painter.kit.fields import blur, shift, smoothstep
from generate.painter.kit.marks import Drawing
from generate.painter.kit.shapes import fill_inside, measure_distance
from generate.painter.kit.types import Mask, Sheet
from generate.painter.scene import Scene
from generate.painter.techniques.cyanotype.paper import Print
from generate.painter.techniques.cyanotype.plants import draw_frond, draw_grass


def paint_photogram(scene: Scene) -> Sheet:
    """The motif, translucent at its rim, over its own moved shadow, with fronds above and below it."""
    rng = scene.rng
    paper = Print(scene)
    motif = scene.place_motif(0.5, 0.49, 0.72, 0.72, turn=float(rng.uniform(-10, 10)))
    body = fill_inside(motif)
    paper.lay_mask(shift(body, rng.choice((-1, 1)) * 0.07, 0.05), 0.006, 0.27)
    for layer, count in enumerate((4, 3)):
        drawing = Drawing(scene.size)
        for index in range(count):
            angle = 2 * np.pi * (index + 0.5 * layer) / count + rng.normal(0, 0.25)
            foot = (0.5 + 0.66 * np.cos(angle), 0.5 + 0.66 * np.sin(angle))
            draw_frond(drawing, rng, foot, angle + np.pi + rng.normal(0, 0.3), 0.52, rng.normal(0, 0.6), 17)
        clear = 1 - (0.55 if layer else 0.85) * blur(body, 0.025)
        paper.lay_mask(drawing.to_mask() * clear, 0.004 - 0.003 * layer, 0.44)
    paper.lay_mask(_see_through(scene, motif), 0.0007, 0.98)
    return paper.develop()


def paint_oval(scene: Scene) -> Sheet:
    """The motif in a brushed oval of coating, in a garland of fronds that grow up from below on either side."""
    rng = scene.rng
    x, y = scene.grid
    paper = Print(scene)
    stands = scene.motif is not None and scene.motif.stands
    motif = scene.place_motif(0.5, 0.47 if stands else 0.44, 0.56, 0.52, stands=stands)
    for layer, pairs in enumerate((16, 20)):
        drawing = Drawing(scene.size)
        for side in (-1, 1):
            for index in range(3):
                # Each frond follows the oval from its place to a third of the way up.
                angle = np.pi / 2 - side * (0.10 + 0.62 * index + 0.25 * layer + rng.normal(0, 0.05))
                foot = (0.5 + 0.36 * np.cos(angle), 0.5 + 0.40 * np.sin(angle))
                lean = angle - side * (np.pi / 2 - 0.25 + 0.45 * layer)
                draw_frond(drawing, rng, foot, lean, 0.34 - 0.03 * index, -side * 0.9, pairs, 0.8)
        clear = 1 - smoothstep(blur(fill_inside(motif), 0.02), 0.02, 0.30)
        paper.lay_mask(drawing.to_mask() * clear, (0.004, 0.0008)[layer], (0.42, 0.80)[layer])
    if stands:
        blades = Drawing(scene.size)
        draw_grass(blades, rng, round(40 + 50 * scene.energy), 0.22, 0.90)
        paper.lay_mask(blades.to_mask() * (1 - 0.6 * motif), 0.0012, 0.6)
    paper.lay_mask(_see_through(scene, motif), 0.0006, 0.98)
    radius = np.hypot((x - 0.5) / 0.455, (y - 0.5) / 0.485)
    return paper.develop(((1 - radius) * 0.42).astype(np.float32))


def _see_through(scene: Scene, motif: Mask) -> Mask:
    """Return what the motif holds back: less at its thin rim, in fine fibers along its form."""
    depth = measure_distance(motif)
    fibers = np.sin(depth * 210 + 9 * scene.make_noise(6, 2)) * 0.5 + 0.5
    thick = 0.76 + 0.24 * smoothstep(depth, 0.0, 0.03)
    veil = 0.86 + 0.14 * smoothstep(scene.make_noise(4, 3), 0.25, 0.65)
    return np.asarray(motif * thick * veil * (1 - 0.045 * fibers * smoothstep(depth, 0.004, 0.02)), np.float32)
