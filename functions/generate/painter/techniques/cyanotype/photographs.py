"""Cyanotypes of the listener's photograph."""

import numpy as np

from generate.painter.kit.fields import blur
from generate.painter.kit.marks import Drawing
from generate.painter.kit.types import Sheet
from generate.painter.room import free_frame
from generate.painter.scene import Scene
from generate.painter.subject import place_subject
from generate.painter.techniques.cyanotype.paper import Print
from generate.painter.techniques.cyanotype.plants import draw_frond, draw_grass


def paint_negative(scene: Scene) -> Sheet:
    """The photograph printed in sunlight from a negative, in all its tones, among fronds that were laid beside it."""
    rng = scene.rng
    paper = Print(scene)
    left, top, right, bottom = free_frame(scene.room)
    # The coating leaves a rim of paper, which hides where the picture cuts the subject.
    subject = place_subject(scene, 0.84, 0.88, 0.45, frame=(left + 0.03, top + 0.03, right - 0.03, bottom - 0.03))
    clear = 1 - np.clip(blur(subject.mask, 0.02) * 1.5, 0, 1)
    for layer, count in enumerate((3, 2)):
        drawing = Drawing(scene.size)
        for index in range(count):
            side = (-1, 1)[(index + layer) % 2]
            foot = (0.5 + side * rng.uniform(0.36, 0.52), bottom - rng.uniform(-0.05, 0.15))
            draw_frond(drawing, rng, foot, -np.pi / 2 - side * rng.uniform(-0.1, 0.35), 0.85, side * 0.5, 19)
        paper.lay_mask(drawing.to_mask() * clear, 0.004 - 0.003 * layer, 0.30 + 0.34 * layer)
    if scene.energy > 0.5 and not subject.whole:
        blades = Drawing(scene.size)
        draw_grass(blades, rng, 60, 0.3, bottom + 0.02)
        paper.lay_mask(blades.to_mask() * clear, 0.001, 0.6)
    tones = np.clip(0.08 + 0.92 * subject.light, 0, 1) ** 1.15
    paper.light = paper.light * (1 - subject.mask) + (1.06 - tones) * subject.mask
    # The lettering stands on bare paper.
    x, y = scene.grid
    border = np.minimum(np.minimum(x - left, right - x), np.minimum(y - top, bottom - y)) - np.float32(0.05)
    return paper.develop(np.asarray(border, np.float32))
