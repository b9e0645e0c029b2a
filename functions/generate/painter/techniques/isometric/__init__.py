"""Isometric drawing: no perspective, a light from the left, and every color in three tones.

Blocks are drawn from back to front, each as a top and two sides; windows, arches and stairs are more quadrilaterals on
them. Colors fade into the ground with the distance.

Good: three tones per color and always the same light; a few lit windows; the field of blocks bleeds off every side
(Monument Valley; eBoy; the sleeves of city pop).
"""

from generate.painter.techniques.isometric.buildings import paint_city, paint_stairs
from generate.painter.techniques.isometric.figures import paint_extrusion, paint_relief
from generate.painter.techniques.isometric.land import paint_terraces

GRAIN = 0.006
LAYOUTS = {
    "city": paint_city,
    "stairs": paint_stairs,
    "terraces": paint_terraces,
    "relief": paint_relief,
    "extrusion": paint_extrusion,
}
