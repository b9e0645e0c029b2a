"""Watercolor: many thin frayed glazes on white paper.

A glaze is a polygon deformed again and again, drawn a dozen times and averaged (Tyler Hobbs, "How to hack a painting",
2014); its pigment dries darker at the edge and settles in the paper's tooth. Glazes darken as products do, but their
hues mix in OKLab, so that complementary colors turn gray and never into a third hue.

Good: glazes overlap and show it, white paper is left, nothing has an outline (J. M. W. Turner, "The Blue Rigi"; Emil
Nolde's seas; Helen Frankenthaler's stains).
"""

from generate.painter.techniques.wash.abstract import paint_bands, paint_blooms, paint_sprigs
from generate.painter.techniques.wash.photographs import paint_study
from generate.painter.techniques.wash.pictures import paint_reserve, paint_sun, paint_wet

GRAIN = 0.005
LAYOUTS = {
    "sun": paint_sun,
    "blooms": paint_blooms,
    "bands": paint_bands,
    "sprigs": paint_sprigs,
    "reserve": paint_reserve,
    "wet": paint_wet,
    "study": paint_study,
}
