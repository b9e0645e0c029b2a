"""Tarot card: a key line of even weight and flat colors that miss it a little, on old paper.

Two plates are drawn from back to front, what comes later covering line and color of what was there. A figure is a flat
color with a contour, its inner lines and parallel strokes on its shadow side; the press prints the colors off register.

Good: few flat colors, one line, strict frontality, and a world around the figure (Pamela Colman Smith's cards of 1909;
Nicolas Conver's Tarot of Marseille, 1760; Spanish playing cards).
"""

from generate.painter.techniques.tarot.figures import paint_glory, paint_mirror, paint_night
from generate.painter.techniques.tarot.heavens import paint_moon, paint_star, paint_sun, paint_wheel
from generate.painter.techniques.tarot.photographs import paint_saint

GRAIN = 0.006
LAYOUTS = {
    "sun": paint_sun,
    "moon": paint_moon,
    "wheel": paint_wheel,
    "star": paint_star,
    "glory": paint_glory,
    "mirror": paint_mirror,
    "night": paint_night,
    "saint": paint_saint,
}
