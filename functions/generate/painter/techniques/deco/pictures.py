"""Art Deco prints with a motif."""

import numpy as np

from generate.painter.kit.fields import blur
from generate.painter.kit.shapes import fill_inside
from generate.painter.kit.types import Mask, Sheet
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


def paint_sunrise(scene: Scene) -> Sheet:
    """The motif in gold on the waves, before the sun's rays."""
    panel = Panel(scene)
    horizon = 0.70
    motif = scene.place_motif(0.5, 0.44, 0.82, 0.66, stands=True)
    draw_rays(panel, 0.5, horizon, 20 + round(scene.energy * 12), 0.30, (SECOND, SECOND, THIRD))
    panel.disc(0.5, horizon, 0.33, GOLD)
    panel.disc(0.5, horizon, 0.322, LACQUER)
    panel.disc(0.5, horizon, 0.305, GOLD)
    panel.disc(0.5, horizon, 0.300, SECOND)
    panel.fill(outline_box(-0.1, horizon, 1.1, 1.1), LACQUER)
    draw_scales(panel, horizon - 0.005, 1.05, 4 + round(scene.energy * 1.5), (SECOND, LACQUER))
    panel.frame()
    panel.clear, panel.gilded = _surround(motif), motif
    return panel.finish()


def paint_scales(scene: Scene) -> Sheet:
    """The motif in gold, as large as the sheet, on overlapping scales."""
    panel = Panel(scene)
    motif = scene.place_motif(0.5, 0.51, 0.84, 0.84)
    draw_scales(panel, -0.2, 1.0, 4 + round(scene.energy * 2), (int(scene.rng.choice((SECOND, THIRD))), LACQUER))
    panel.clear, panel.gilded = _surround(motif), motif
    return panel.finish()


def paint_portal(scene: Scene) -> Sheet:
    """The motif in lacquer on gold leaf, in a stepped portal."""
    panel = Panel(scene)
    motif = scene.place_motif(0.5, 0.565, 0.60, 0.63, stands=True)
    steps = 4 + round(scene.energy * 2)
    panel.fill(outline_box(-0.1, -0.1, 1.1, 1.1), SECOND)
    draw_rays(panel, 0.5, 0.62, 18, 0.3, (SECOND, LACQUER))
    for step in range(steps):
        share = step / (steps - 1)
        half, top = 0.47 - 0.105 * share, 0.36 - 0.27 * share
        panel.outlined(outline_box(0.5 - half, top, 0.5 + half, 1.1), (LACQUER, THIRD, SECOND)[step % 3], MEDIUM)
        panel.line(
            [(0.5 - half + 0.009, 1.1), (0.5 - half + 0.009, top + 0.009), (0.5 + half - 0.009, top + 0.009)], HAIR
        )
        panel.line([(0.5 + half - 0.009, top + 0.009), (0.5 + half - 0.009, 1.1)], HAIR)
    half, top = 0.335, 0.455
    leaf = np.concatenate([[(0.5 - half, 0.885)], outline_arc(0.5, top, half, half, -np.pi, 0), [(0.5 + half, 0.885)]])
    panel.outlined(leaf, GOLD, THICK)
    for share in (0.93, 0.89):
        panel.line(outline_arc(0.5, top, half * share, half * share, -np.pi, 0), HAIR)
    for step, half_step in enumerate((0.375, 0.42, 0.47)):
        panel.outlined(
            outline_box(0.5 - half_step, 0.88 + 0.035 * step, 0.5 + half_step, 1.1),
            (IVORY, SECOND, LACQUER)[step],
            MEDIUM,
        )
    panel.frame()
    panel.dark = motif
    return panel.finish()


def _surround(motif: Mask) -> Mask:
    """Return a margin of lacquer around the motif and in its inner lines."""
    return np.asarray(np.clip(blur(fill_inside(motif), 0.009) * 4, 0, 1), np.float32)
