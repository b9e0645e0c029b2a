"""Swiss lithograph: a few great forms in transparent inks on a lot of paper.

Three plates: two inks that darken where they overlap (the four combinations of two plates, after Neugebauer) and an
opaque key. Edges are a little rough and the ink is worn. Dark moods are printed on dark paper.

Good: one idea, one angle, one size contrast of one to six (Josef Mueller-Brockmann, "Beethoven" and "musica viva";
Armin Hofmann, "Giselle").
"""

from generate.painter.techniques.swiss.abstract import paint_arcs, paint_beat, paint_eclipse, paint_weave
from generate.painter.techniques.swiss.photographs import paint_poster
from generate.painter.techniques.swiss.pictures import paint_ladder, paint_land, paint_negative, paint_scale

GRAIN = 0.007

LAYOUTS = {
    "eclipse": paint_eclipse,
    "arcs": paint_arcs,
    "weave": paint_weave,
    "beat": paint_beat,
    "land": paint_land,
    "ladder": paint_ladder,
    "scale": paint_scale,
    "negative": paint_negative,
    "poster": paint_poster,
}
