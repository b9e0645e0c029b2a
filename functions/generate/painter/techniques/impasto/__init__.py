"""Impasto: oil paint so thick that every mark has a ridge, and the ridges catch the light.

A simple scene is painted in passes with smaller and smaller brushes along a direction field, later ones only where the
picture has detail that a wide brush cannot give (Aaron Hertzmann, "Painterly rendering with curved brush strokes of
multiple sizes", 1998). Strokes are drawn as numbers; every pixel then knows its stroke and its place in it, and looks
up the bristles there: their color, which picks up that of a neighboring place, and their height, which is lit.

Good: broken color, directions that describe the form, few and dark marks for a figure (Vincent van Gogh, "The Sower";
Nicolas de Stael, "Agrigente"; Joan Eardley's seas).
"""

from generate.painter.techniques.impasto.figures import paint_bloom, paint_sower
from generate.painter.techniques.impasto.landscapes import paint_field, paint_shore
from generate.painter.techniques.impasto.town import paint_knife, paint_street

GRAIN = 0.0
LAYOUTS = {
    "shore": paint_shore,
    "field": paint_field,
    "street": paint_street,
    "knife": paint_knife,
    "bloom": paint_bloom,
    "sower": paint_sower,
}
