"""Relief map: contour lines of a land, or the land itself as stacked, cut card.

A height field of fractal noise, with the motif inflated as a landform in it. Contour lines have a constant width
because the distance to the next level is divided by the slope; sheets of card are the levels themselves, and each
throws a blurred shadow on what lies under it.

Good: lines are thin and never break; the motif is found as a landform; the paper colors step evenly from valley to
summit (Eduard Imhof's hypsometric tints; the cut-card reliefs of Noriko Ambe).
"""

from generate.painter.techniques.topographic.figures import paint_night, paint_sheet, paint_strata
from generate.painter.techniques.topographic.lands import paint_canyon, paint_isles

GRAIN = 0.006
LAYOUTS = {
    "sheet": paint_sheet,
    "strata": paint_strata,
    "night": paint_night,
    "isles": paint_isles,
    "canyon": paint_canyon,
}
