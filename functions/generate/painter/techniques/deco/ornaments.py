"""Art Deco prints without a motif: architecture and ornament."""

import numpy as np

from generate.painter.kit.types import Sheet
from generate.painter.scene import Scene
from generate.painter.techniques.deco.panel import (
    GOLD,
    HAIR,
    IVORY,
    LACQUER,
    MEDIUM,
    SECOND,
    THICK,
    THIRD,
    Panel,
    draw_rays,
    draw_scales,
    outline_arc,
    outline_box,
)


def paint_tower(scene: Scene) -> Sheet:
    """A stepped skyscraper between lower ones, before rays or a night sky."""
    panel, rng = Panel(scene), scene.rng
    if scene.time == "night":
        panel.disc(0.5, 0.30, 0.27, GOLD)
        panel.disc(0.5, 0.30, 0.262, IVORY)
        for x, y in rng.random((44, 2)) * (0.5, 0.7):
            for side in (x, 1 - x) if np.hypot(x - 0.5, y - 0.3) > 0.29 else ():
                _draw_star(panel, side, y, 0.004 + 0.010 * (x * 7919 % 1) ** 3)
    else:
        draw_rays(panel, 0.5, 0.52, 16 + round(scene.energy * 12), 0.0, (SECOND, SECOND, SECOND, THIRD))
    low = rng.uniform(0.5, 0.62)
    for side in (-1, 1):
        for center, half, top in ((0.43, 0.09, low + 0.12), (0.29, 0.085, low)):
            _draw_block(panel, 0.5 + side * center, half, top, LACQUER, 3)
    steps = 4 + round(scene.energy * 2)
    widths = np.linspace(0.235, 0.055, steps) * rng.uniform(0.9, 1.1)
    tops = 0.80 - np.cumsum(np.linspace(0.17, 0.10, steps)) + 0.12
    tops += 0.24 - tops[-1]
    for index, (half, top) in enumerate(zip(widths.tolist(), tops.tolist(), strict=True)):
        _draw_block(panel, 0.5, half, top, (GOLD, LACQUER, THIRD)[(steps - 1 - index) % 3], 2 + (steps - index) // 2)
    half, top = widths[-1], tops[-1]
    for share in (1.0, 0.74, 0.48):
        panel.outlined(outline_arc(0.5, top, half * share, half * share * 2.2, -np.pi, 0), THIRD, MEDIUM)
    panel.fill([(0.5 - 0.007, top - half * 2), (0.5, 0.055), (0.5 + 0.007, top - half * 2)], GOLD)
    panel.frame()
    return panel.finish()


def paint_fountain(scene: Scene) -> Sheet:
    """A frozen fountain: nested jets that rise in the middle and fall to both sides into stepped basins."""
    panel, rng = Panel(scene), scene.rng
    jets = 5 + round(scene.energy * 4)
    base, layers = 0.80, (SECOND, LACQUER, THIRD, LACQUER)
    draw_rays(panel, 0.5, base, 22, 0.5, (LACQUER, SECOND))
    lean = rng.uniform(0.9, 1.2)
    for jet in range(jets):
        share = 1 - jet / jets
        width, height = 0.44 * share**0.8, (0.66 * share**lean) + 0.03
        for side in (-1, 1):
            center = 0.5 + side * width / 2
            outer = outline_arc(center, base, width / 2, height, -np.pi, 0)
            panel.outlined(outer, layers[jet % 4], MEDIUM if jet % 2 else THICK)
            panel.line(outline_arc(center, base, width / 2 - 0.009, height - 0.012, -np.pi, 0), HAIR)
            for drop in range(4):
                panel.disc(0.5 + side * (width - 0.004), base - height * 0.55 + 0.05 * drop, 0.006 - 0.001 * drop, GOLD)
    panel.fill([(0.5 - 0.012, base), (0.5, 0.06), (0.5 + 0.012, base)], GOLD)
    for step, (half, top) in enumerate(((0.47, base), (0.40, base + 0.05), (0.30, base + 0.10))):
        panel.outlined(outline_box(0.5 - half, top, 0.5 + half, top + 0.05), (THIRD, LACQUER, SECOND)[step], MEDIUM)
        for flute in np.linspace(0.5 - half, 0.5 + half, 12 + 4 * (2 - step)):
            panel.line([(flute, top), (flute, top + 0.05)], HAIR)
    panel.fill(outline_box(0, base + 0.15, 1, 1), LACQUER)
    panel.line([(0.0, base + 0.153), (1.0, base + 0.153)], THICK)
    panel.frame()
    return panel.finish()


def paint_fan(scene: Scene) -> Sheet:
    """A peacock's fan that fills the sheet, on scales."""
    panel, rng = Panel(scene), scene.rng
    draw_scales(panel, -0.15, 0.7, 5 + round(scene.energy * 2), (LACQUER, LACQUER, SECOND))
    x, y, feathers = 0.5, 0.93, 7 + 2 * round(scene.energy * 2)
    step = np.pi / feathers
    panel.disc(x, y, 0.80, LACQUER)
    for ring, (reach, layer) in enumerate(((0.74, SECOND), (0.56, LACQUER), (0.40, THIRD), (0.25, LACQUER))):
        for index in range(feathers):
            angle = -np.pi + (index + 0.5) * step
            radius = reach * np.tan(step / 2) * 0.98
            for share, fill, width in (
                (1.0, layer, THICK),
                (0.68, (IVORY, THIRD)[ring % 2], MEDIUM),
                (0.34, LACQUER, HAIR),
            ):
                tip_x, tip_y = x + reach * np.cos(angle), y + reach * np.sin(angle)
                panel.disc(tip_x, tip_y, radius * share, GOLD)
                panel.disc(tip_x, tip_y, radius * share - width, fill)
        wedge = outline_arc(x, y, reach, reach, -np.pi, 0)
        panel.fill(wedge, layer)
        for index in range(feathers + 1):
            angle = -np.pi + index * step
            panel.line([(x, y), (x + reach * np.cos(angle), y + reach * np.sin(angle))], MEDIUM)
        for index in range(feathers):
            angle = -np.pi + (index + 0.5) * step
            panel.line([(x, y), (x + reach * np.cos(angle), y + reach * np.sin(angle))], HAIR)
    panel.disc(x, y, 0.12, GOLD)
    panel.disc(x, y, 0.10, LACQUER)
    panel.disc(x, y, 0.07 + 0.01 * rng.random(), GOLD)
    panel.outlined(outline_box(-0.1, y, 1.1, 1.1), SECOND, THICK)
    panel.line([(0, y + 0.014), (1, y + 0.014)], HAIR)
    return panel.finish()


def _draw_block(panel: Panel, x: float, half: float, top: float, layer: int, flutes: int) -> None:
    panel.outlined(outline_box(x - half, top, x + half, 1.2), layer, MEDIUM)
    (panel.groove if layer == GOLD else panel.line)([(x - half, top + 0.014), (x + half, top + 0.014)], HAIR)
    draw = panel.groove if layer == GOLD else panel.line
    for flute in np.linspace(x - half * 0.8, x + half * 0.8, 2 * flutes):
        draw([(flute, top + 0.035), (flute, 1.1)], MEDIUM if layer == GOLD else HAIR)


def _draw_star(panel: Panel, x: float, y: float, radius: float) -> None:
    angles = np.arange(8) * np.pi / 4
    reach = np.where(np.arange(8) % 2 == 0, radius, radius * 0.3)
    panel.fill(np.stack([x + reach * np.cos(angles), y + reach * np.sin(angles)], axis=1), GOLD)
