"""Cyanotype: plants and things laid on sensitized paper in the sun (Herschel 1842, Anna Atkins 1843).

Layers multiply the light that reaches the paper, so what overlaps shows through; what lifts off the paper is soft. The
coating was brushed on: its rim is ragged and has streaks. The palette's deepest hue is the blue; a gray palette gives
a silver photogram.

Good: overlapping plants, one diagonal, a generous rim of paper (Anna Atkins, "Photographs of British Algae").
"""

from generate.painter.techniques.cyanotype.objects import paint_oval, paint_photogram
from generate.painter.techniques.cyanotype.photographs import paint_negative
from generate.painter.techniques.cyanotype.prints import paint_algae, paint_frond, paint_meadow, paint_wreath
from generate.painter.techniques.cyanotype.woods import paint_forest

GRAIN = 0.006
LAYOUTS = {
    "frond": paint_frond,
    "meadow": paint_meadow,
    "wreath": paint_wreath,
    "algae": paint_algae,
    "photogram": paint_photogram,
    "oval": paint_oval,
    "forest": paint_forest,
    "negative": paint_negative,
}
