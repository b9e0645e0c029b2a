"""Gilded Art Deco print: gold on lacquer, in strict symmetry.

Flat shapes are painted back to front, each outlined in two or three weights of gold line; the gold is a ramp along a
brushed diagonal, embossed at its edges, so that it is never flat. Energy adds rays, steps and jets; dark moods leave
more lacquer.

Good: symmetry, three weights of line, rays that end in steps (William Van Alen, Chrysler Building; Edgar Brandt,
"Oasis"; A. M. Cassandre).
"""

from generate.painter.techniques.deco.ornaments import paint_fan, paint_fountain, paint_tower
from generate.painter.techniques.deco.pictures import paint_portal, paint_scales, paint_sunrise

GRAIN = 0.006

LAYOUTS = {
    "tower": paint_tower,
    "fountain": paint_fountain,
    "fan": paint_fan,
    "sunrise": paint_sunrise,
    "scales": paint_scales,
    "portal": paint_portal,
}
