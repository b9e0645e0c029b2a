"""Ribbed glass before a gradient of colors: the look of present covers and posters.

Points of color are mixed in OKLab, bent by noise, and displaced inside each rib as a cylinder of glass does it, with
slight color fringes. Where a rib's direction is an axis, whole columns or rows are looked up at once.

Good: one dark third, one glowing point, ribs in one rhythm, no banding (the gradients of Leif Podhajsky; Caribou, "Our
Love"; Jamie xx, "In Colour").
"""

from generate.painter.techniques.glass.gradients import paint_pleats, paint_ribs, paint_rings
from generate.painter.techniques.glass.photographs import paint_before
from generate.painter.techniques.glass.things import paint_blinds, paint_ghost, paint_pane

GRAIN = 0.009
LAYOUTS = {
    "ribs": paint_ribs,
    "rings": paint_rings,
    "blinds": paint_blinds,
    "ghost": paint_ghost,
    "pane": paint_pane,
    "pleats": paint_pleats,
    "before": paint_before,
}
