"""Prints of plants."""

import numpy as np

from generate.painter.kit.marks import Drawing
from generate.painter.kit.types import Sheet
from generate.painter.scene import Scene
from generate.painter.techniques.cyanotype.paper import Print
from generate.painter.techniques.cyanotype.plants import draw_frond, draw_grass, draw_seaweed, draw_umbel


def paint_frond(scene: Scene) -> Sheet:
    """One fern across the sheet, others behind it."""
    rng = scene.rng
    paper = Print(scene)
    flip = rng.random() < 0.5
    lean = rng.uniform(-0.12, 0.12)

    fronds = [
        ((0.84, 1.03), -2.15, 1.10, 0.75, 30, 1.0, 0.0040, 0.50),
        ((0.22, 1.04), -1.35 + lean, 1.16, 0.62, 27, 0.92, 0.0008, 0.90),
        ((0.02, 0.62), -1.0, 0.60, -0.9, 20, 1.0, 0.0063, 0.40),
        ((0.60, 1.04), -1.2, 0.62, 0.8, 20, 1.0, 0.0016, 0.62),
    ]
    for foot, angle, length, bend, pairs, breadth, softness, density in fronds[: 2 + round(2 * scene.energy + 0.4)]:
        place = (1 - foot[0], foot[1]) if flip else foot
        turn, curve = (-np.pi - angle, -bend) if flip else (angle, bend)
        drawing = Drawing(scene.size)
        draw_frond(drawing, rng, place, turn, length, curve, pairs, breadth)
        paper.lay_mask(drawing.to_mask(), softness, density)
    return paper.develop()


def paint_meadow(scene: Scene) -> Sheet:
    """Umbels and grass that grow from the lower edge."""
    rng = scene.rng
    paper = Print(scene)
    umbels = [
        (0.52, 0.50, 0.30, 0.25),
        (0.30, 0.20, 0.46, 0.17),
        (0.70, 0.80, 0.42, 0.19),
        (0.44, 0.36, 0.66, 0.11),
        (0.62, 0.66, 0.68, 0.10),
    ]
    for index, (foot, x, y, spread) in enumerate(umbels[: 3 + round(2 * scene.energy)]):
        top = (x + rng.normal(0, 0.03), y + rng.normal(0, 0.02))
        drawing = Drawing(scene.size)
        draw_umbel(drawing, rng, foot, top, spread)
        paper.lay_mask(drawing.to_mask(), (0.0008, 0.0024, 0.004)[index % 3], 0.92 - 0.1 * (index % 3))
    paper.lay(lambda drawing: draw_grass(drawing, rng, 60, 0.8), 0.0024, 0.5)
    return paper.develop()


def paint_wreath(scene: Scene) -> Sheet:
    """A wreath of fronds around an empty middle."""
    rng = scene.rng
    paper = Print(scene)
    count = 11
    for layer in range(3):
        drawing = Drawing(scene.size)
        for index in range(layer, count, 3):
            angle = 2 * np.pi * index / count
            foot = (0.5 + 0.275 * np.cos(angle), 0.5 + 0.275 * np.sin(angle))
            draw_frond(drawing, rng, foot, angle + 1.05 + rng.normal(0, 0.1), 0.36, 0.65, 17)
        paper.lay_mask(drawing.to_mask(), (0.0007, 0.002, 0.0034)[layer], 0.80 - 0.14 * layer)
    return paper.develop()


def paint_algae(scene: Scene) -> Sheet:
    """A single seaweed, spread on the sheet like a specimen."""
    rng = scene.rng
    paper = Print(scene)
    foot = (0.5 + rng.uniform(-0.06, 0.06), 0.90)
    paper.lay(lambda drawing: draw_seaweed(drawing, rng, foot, 0.94, 0.2 + 0.8 * scene.energy), 0.0008, 0.93)
    return paper.develop()
