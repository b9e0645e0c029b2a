"""Marbled paper: paint dropped on water, drawn out with styluses and combs, and lifted off on a sheet.

Drops push each other aside without changing their area, so each is an outline that every later drop moves (Aubrey
Jaffer, "Mathematics of marbling"; Lu, Jaffer, Jin, Zhao and Mao, "Mathematical marbling", 2012). Combs and whirls are
undone for every pixel: where it came from tells its color, and colors never blend.

Good: veins as thin as hair, a few colors, calm places beside the drawn ones (Mustafa Duzgunman's ebru; English
nonpareil papers; Japanese suminagashi).
"""

from generate.painter.techniques.marble.papers import paint_combed, paint_free, paint_rings, paint_stone
from generate.painter.techniques.marble.pictures import paint_cut, paint_spared

GRAIN = 0.004
LAYOUTS = {
    "free": paint_free,
    "combed": paint_combed,
    "stone": paint_stone,
    "rings": paint_rings,
    "cut": paint_cut,
    "spared": paint_spared,
}
