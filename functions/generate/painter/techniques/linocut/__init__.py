"""Linocut: one block, cut away between printings from light to dark.

A dark key block; light comes from tapered gouge marks that follow a direction: around the motif's form, out from a
sun, along furrows, under the crest of a wave. Cleared areas keep slivers of ink, and ink lies unevenly.

Good: the knife is visible everywhere and always has a direction, with large black, large white and one flat second
color (Gustave Baumann; Leopoldo Mendez, "Bombardeo").
"""

from generate.painter.techniques.linocut.figures import paint_field, paint_head, paint_night
from generate.painter.techniques.linocut.landscapes import paint_firs, paint_hills, paint_sea
from generate.painter.techniques.linocut.photographs import paint_portrait

GRAIN = 0.008
LAYOUTS = {
    "head": paint_head,
    "night": paint_night,
    "field": paint_field,
    "sea": paint_sea,
    "firs": paint_firs,
    "hills": paint_hills,
    "portrait": paint_portrait,
}
