"""Risograph: two or three spot inks, grainy screens, every drum a little off register.

Every form is a layer of gray; a threshold with little low-frequency energy (blue noise: R. Ulichney, "Dithering with
blue noise", 1988) turns it into grains; the inks are multiplied, so that the overprint makes the third color.

Good: grain only where there is a gradient, flat where flat, a lot of paper, and one overprint that surprises
(Nieves' zines; Tom Bingham; Stereolab's sleeves).
"""

from generate.painter.techniques.riso.abstracts import paint_arcs, paint_dunes, paint_windows
from generate.painter.techniques.riso.figures import paint_double, paint_quarters, paint_rise, paint_slices
from generate.painter.techniques.riso.photographs import paint_portrait

GRAIN = 0.005
LAYOUTS = {
    "double": paint_double,
    "rise": paint_rise,
    "slices": paint_slices,
    "quarters": paint_quarters,
    "dunes": paint_dunes,
    "arcs": paint_arcs,
    "windows": paint_windows,
    "portrait": paint_portrait,
}
